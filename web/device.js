// What happens on /device, from opening it to "return to your terminal". Asks the API, decides which state is next, and
// leaves the looks to pages.js. Opening a link changes nothing: the first call that does is made when a button is pressed.

import { after, attempt, begin, call, expect, isWaiting, nameOf, show, spoken, whoIs } from "/pages.js";

const CODE_LENGTH = 8;
const LETTER = "[BCDFGHJKLMNPQRSTVWXZ]";
const DASH = "[\\-\\u2010-\\u2015\\u2212]";
const CODE_IN_A_LINE = new RegExp(`(?<![A-Z0-9-])(${LETTER}{4})${DASH}?(${LETTER}{4})(?![A-Z0-9-])`, "g");
const SEPARATORS = new RegExp(`\\s|${DASH}`, "g");

// The code and the wish to go on with it survive the sign-in in this tab's own storage: never in a URL, where the
// identity provider, a log or a history would see the code. The number that the terminal asks for survives a reload.
const kept = {
  get code() {
    return sessionStorage.getItem("tallystick.code") ?? "";
  },
  set code(code) {
    sessionStorage.setItem("tallystick.code", code);
  },
  wishToGoOn() {
    sessionStorage.setItem("tallystick.go-on", "1");
  },
  takeWish() {
    const wished = sessionStorage.getItem("tallystick.go-on") === "1";
    sessionStorage.removeItem("tallystick.go-on");
    return wished && kept.code !== "";
  },
  get approved() {
    const approved = JSON.parse(sessionStorage.getItem("tallystick.approved"));
    return approved && Date.now() < approved.until ? approved : null;
  },
  set approved(approved) {
    sessionStorage.setItem("tallystick.approved", JSON.stringify(approved));
  },
  forget() {
    for (const what of ["code", "go-on", "approved"]) sessionStorage.removeItem(`tallystick.${what}`);
  },
};

let user = {};
let claimed = false;

function explain(problem) {
  switch (problem.code) {
    case "sign_in_required":
    case "fresh_sign_in_required":
      kept.wishToGoOn();
      show(problem.code === "sign_in_required" ? "session-lost" : "fresh-sign-in");
      return true;
    case "unknown_code":
    case "invalid_request": {
      const typed = kept.code;
      kept.forget();
      enter(problem.code === "unknown_code" ? "unknown" : "incomplete", { typed });
      return true;
    }
    case "expired_code":
      end("expired");
      return true;
    case "already_decided":
      end("decided");
      return true;
    case "too_far":
      show("too-far", {}, { deny: () => attempt(() => decide("deny")) });
      return true;
    case "too_many_attempts": {
      const typed = kept.code;
      const another = () => enter("entry", { typed });
      // In whole minutes, rounded up: who comes back too early is turned away again.
      show("too-many", { wait: Math.ceil(problem.wait / 60) * 60 }, { another });
      return true;
    }
  }
  return false;
}

/** Take the code of a complete link out of the address bar, before anything else can see it. */
function readLink() {
  const linked = new URLSearchParams(location.search).get("user_code");
  if (linked === null) return "entry";
  history.replaceState(null, "", location.pathname);
  // Also the wish to go on: it was for another code, and opening a link must not look this one up.
  kept.forget();
  kept.code = parseCode(linked) ?? "";
  return kept.code ? "entry" : "incomplete";
}

async function start(state) {
  const [answer] = await Promise.all([whoIs(), spoken]);
  if (!answer.signed_in) return show("signed-out", { user_code: kept.code });
  user = answer.user;
  if (kept.approved) return show("approved", kept.approved);
  return kept.takeWish() ? lookUp() : enter(state, { typed: kept.code, filled: kept.code });
}

function enter(state, values = {}) {
  claimed = false;
  const ready = (view) => prepare(view.querySelector("input"), values.typed ?? "");
  show(state, { ...values, account: nameOf(user) }, { switch: () => attempt(useAnotherAccount), ready });
}

function submit(typed) {
  if (isWaiting()) return;
  const code = parseCode(typed);
  if (!code) return enter("incomplete", { typed });
  kept.code = code;
  attempt(lookUp);
}

async function lookUp() {
  const login = await call("POST", "/auth/device/lookup", { user_code: kept.code });
  const { client, request, browser, access_lifetime, expires_in, device_name } = login ?? {};
  expect(login?.user_code && client && request && login.user && Array.isArray(login.scopes));
  expect([access_lifetime, expires_in, request.seconds_ago].every(Number.isFinite));
  claimed = true;
  user = login.user;
  const nearness = judge(login.proximity);
  const values = {
    user_code: login.user_code,
    client: client.name,
    account: nameOf(user),
    third_party: client.third_party,
    allowed_before: login.allowed_before,
    scopes: login.scopes,
    access_lifetime,
    expires_in,
    started: -request.seconds_ago,
    country: request.country,
    address: request.address,
    browser_country: browser?.country,
    browser_address: browser?.address,
    claims: device_name || request.agent,
    device_name,
    agent: request.agent,
    ...nearness,
  };
  const until = Date.now() + expires_in * 1000;
  show("confirm", values, {
    approve: () => attempt(() => decide("approve", client.name, until)),
    deny: () => attempt(() => decide("deny")),
    switch: () => attempt(useAnotherAccount),
  });
  after(expires_in, () => end("expired"));
}

/** Put into words where the login was started, seen from here, and whether it must have been nearer to be approved. */
function judge(proximity) {
  if (!proximity) return {};
  const { country, network, required } = proximity;
  const far = country === "different";
  return {
    far,
    near: !far && network === "same",
    apart: !far && network === "different",
    untold: !far && network === "unknown",
    blocked: required && proximity[required] !== "same",
    must_country: required === "country" && country !== "same",
    must_network: required === "network" && network !== "same",
  };
}

async function decide(decision, client, until) {
  const answer = await call("POST", "/auth/device/approve", { user_code: kept.code, decision });
  expect(answer?.state === (decision === "approve" ? "approved" : "denied"));
  kept.forget();
  const values = { client, number: answer.approval_number };
  if (values.number) kept.approved = { ...values, until };
  show(answer.state, values);
}

async function useAnotherAccount() {
  if (claimed) {
    await call("POST", "/auth/device/approve", { user_code: kept.code, decision: "release" }).catch((problem) => {
      // Not ours any more, perhaps by this very request: then there is nothing to release.
      if (problem.code !== "unknown_code") throw problem;
    });
    claimed = false;
    kept.wishToGoOn();
  }
  await call("POST", "/auth/logout", {});
  location.assign("/auth/login?fresh=1");
}

function end(state) {
  kept.forget();
  show(state, {}, { another: () => enter("entry") });
}

// The field: the code's one normaliser, and what follows the fingers.

/** Read what a person typed, just as `UserCode.parse` in functions/grant/codes.py does: `WDJB-MJHT`, or null. */
export function parseCode(typed) {
  const folded = typed.normalize("NFKC").toUpperCase();
  const inLine = new Set(Array.from(folded.matchAll(CODE_IN_A_LINE), ([, first, second]) => first + second));
  const letters = inLine.size === 1 ? [...inLine][0] : folded.match(new RegExp(LETTER, "g"))?.join("") ?? "";
  return letters.length === CODE_LENGTH ? dashed(letters) : null;
}

/** Return the field's text and caret after a keystroke: upper case, a dash after four, the caret behind its own letter. */
function tidy(text, caret, erasing) {
  const bare = (part) => part.normalize("NFKC").toUpperCase().replace(SEPARATORS, "");
  const letters = bare(text);
  // Something else than a code in the making is left as it is, for its owner to correct.
  if (letters.length > CODE_LENGTH || !/^[A-Z0-9]*$/.test(letters)) return { text, caret };
  const ownDash = !erasing && letters.length === 4 && bare(text.slice(-1)) === "";
  if (ownDash) return { text: `${letters}-`, caret: caret === text.length ? 5 : caret };
  const before = bare(text.slice(0, caret)).length;
  const pastDash = letters.length > 4 && (before > 4 || (before === 4 && !erasing));
  return { text: dashed(letters), caret: before + (pastDash ? 1 : 0) };
}

function dashed(letters) {
  return letters.length > 4 ? `${letters.slice(0, 4)}-${letters.slice(4)}` : letters;
}

function prepare(field, typed) {
  field.value = typed;
  if (field.form.querySelector("[role=alert] p")) {
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-describedby", "problem hint");
  }
  field.addEventListener("input", (event) => {
    if (event.isComposing) return;
    const next = tidy(field.value, field.selectionStart, event.inputType?.startsWith("delete"));
    if (next.text === field.value) return;
    field.value = next.text;
    field.setSelectionRange(next.caret, next.caret);
  });
  // The field drops the line breaks of a pasted screen and glues its words together, so the code is looked for before that.
  field.addEventListener("paste", (event) => {
    const code = parseCode(event.clipboardData?.getData("text") ?? "");
    if (!code) return;
    event.preventDefault();
    field.value = code;
  });
  field.form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit(field.value);
  });
}

const state = readLink();
begin(() => start(state), explain);
