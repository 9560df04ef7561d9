// What happens on the page, from opening it to "return to your terminal". Asks the API, decides which state is next, and
// leaves the looks to page.js. Opening a link changes nothing: the first call that does is made when a button is pressed.

import { parseCode, show, wait } from "/page.js";

const PATIENCE_MS = 30_000;
const BUSY_SECONDS = 5;
const BUSY_RETRIES = 3;

/** Why a step failed: one of the API's error codes, or `offline`. `wait` is in seconds. */
class Problem extends Error {
  constructor(code, wait = 0) {
    super(code);
    this.code = code;
    this.wait = wait;
  }
}

// The code and the wish to go on with it survive the sign-in in this tab's own storage: never in a URL, where the
// identity provider, a log or a history would see the code.
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
  forget() {
    sessionStorage.removeItem("tallystick.code");
    sessionStorage.removeItem("tallystick.go-on");
  },
};

let user = {};
let claimed = false;
let waiting = false;
let refusals = 0;
let timer;

async function call(method, path, body) {
  // No form and no other site can send the first header without asking us before (W04).
  const headers = { "X-Tallystick": "1", ...(body && { "Content-Type": "application/json" }) };
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const request = { method, headers, signal, body: JSON.stringify(body), credentials: "same-origin", cache: "no-store" };
  const response = await fetch(path, request).catch(() => {
    throw new Problem("offline");
  });
  const later = Number(response.headers.get("Retry-After")) || BUSY_SECONDS;
  if (response.status === 503) throw new Problem("unavailable", later);
  if (response.status === 204) return {};
  const answer = await response.json().catch(() => null);
  // API Gateway has a limit of its own, and its answer names no error.
  if (!response.ok) throw new Problem(answer?.error ?? (response.status === 429 ? "unavailable" : ""), later);
  return answer;
}

/** An answer that is not what the API promises is the server's error, whatever it may be. */
function expect(understood) {
  if (!understood) throw new Problem("server_error");
}

/** Do one step, one at a time; a failed one leads to the state that explains it. */
async function attempt(step) {
  if (waiting) return;
  waiting = true;
  wait(true);
  let problem = null;
  try {
    await step();
    refusals = 0;
  } catch (reason) {
    if (!(reason instanceof Problem)) reportError(reason);
    problem = reason.code === "forbidden" ? await whyForbidden() : reason;
  }
  waiting = false;
  wait(false);
  if (problem) explain(problem, () => attempt(step));
}

/** A call without a session cookie is forbidden, like one from a foreign page: tell who is merely not signed in any more. */
async function whyForbidden() {
  try {
    return new Problem((await whoIs()).signed_in ? "server_error" : "sign_in_required");
  } catch (problem) {
    return problem;
  }
}

function explain(problem, retry) {
  switch (problem.code) {
    case "sign_in_required":
    case "fresh_sign_in_required":
      kept.wishToGoOn();
      return go(problem.code === "sign_in_required" ? "session-lost" : "fresh-sign-in");
    case "unknown_code":
    case "invalid_request": {
      const typed = kept.code;
      kept.forget();
      return enter(problem.code === "unknown_code" ? "unknown" : "incomplete", { typed });
    }
    case "expired_code":
      return end("expired");
    case "already_decided":
      return end("decided");
    case "too_many_attempts": {
      const typed = kept.code;
      const another = () => enter("entry", { typed });
      // In whole minutes, rounded up: who comes back too early is turned away again.
      return go("too-many", { wait: Math.ceil(problem.wait / 60) * 60 }, { another });
    }
    case "offline":
      return go("offline", {}, { retry });
    case "unavailable":
      refusals += 1;
      if (refusals > BUSY_RETRIES) break;
      go("busy", { wait: problem.wait });
      timer = setTimeout(retry, problem.wait * 1000);
      return;
  }
  refusals = 0;
  go("error", {}, { retry });
}

function go(state, values, actions) {
  clearTimeout(timer);
  show(state, values, actions);
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

async function whoIs() {
  const answer = await call("GET", "/auth/session");
  expect(typeof answer?.signed_in === "boolean" && (!answer.signed_in || answer.user));
  return answer;
}

async function start(state) {
  const answer = await whoIs();
  if (!answer.signed_in) return go("signed-out", { user_code: kept.code });
  user = answer.user;
  return kept.takeWish() ? lookUp() : enter(state, { typed: kept.code, filled: kept.code });
}

function enter(state, values) {
  claimed = false;
  go(state, { ...values, account: nameOf(user) }, { switch: () => attempt(useAnotherAccount), submit });
}

function submit(typed) {
  if (waiting) return;
  const code = parseCode(typed);
  if (!code) return enter("incomplete", { typed });
  kept.code = code;
  attempt(lookUp);
}

async function lookUp() {
  const login = await call("POST", "/auth/device/lookup", { user_code: kept.code });
  const { client, request, access_lifetime, expires_in, device_name } = login ?? {};
  expect(login?.user_code && client && request && login.user && Array.isArray(login.scopes));
  expect([access_lifetime, expires_in, request.seconds_ago].every(Number.isFinite));
  claimed = true;
  user = login.user;
  const values = {
    user_code: login.user_code,
    client: client.name,
    account: nameOf(user),
    third_party: client.third_party,
    allowed_before: login.allowed_before,
    scopes: login.scopes.map((scope) => scope.text),
    access_lifetime,
    expires_in,
    started: -request.seconds_ago,
    country: request.country,
    address: request.address,
    claims: device_name || request.agent,
    device_name,
    agent: request.agent,
  };
  const decided = (decision) => () => attempt(() => decide(decision, client.name));
  go("confirm", values, {
    approve: decided("approve"),
    deny: decided("deny"),
    switch: () => attempt(useAnotherAccount),
  });
  timer = setTimeout(() => end("expired"), expires_in * 1000);
}

async function decide(decision, client) {
  const answer = await call("POST", "/auth/device/approve", { user_code: kept.code, decision });
  expect(answer?.state === (decision === "approve" ? "approved" : "denied"));
  kept.forget();
  go(answer.state, { client });
}

async function useAnotherAccount() {
  if (claimed) {
    await call("POST", "/auth/device/approve", { user_code: kept.code, decision: "release" });
    claimed = false;
    kept.wishToGoOn();
  }
  await call("POST", "/auth/logout", {});
  location.assign("/auth/login?fresh=1");
}

function end(state) {
  kept.forget();
  go(state, {}, { another: () => enter("entry") });
}

function nameOf({ name, email }) {
  return name && email && name !== email ? `${name}, ${email}` : name || email || "";
}

const state = readLink();
attempt(() => start(state));
