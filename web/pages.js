// What both pages are made of: the calls to the API, the words in the reader's language, and the templates that become a
// view. Values go in as text, never as markup, so nothing that a device or a server says can run; the trusted types of the
// Content-Security-Policy hold us to it.

const PATIENCE_MS = 30_000;
const BUSY_SECONDS = 5;
const BUSY_RETRIES = 3;

// How long a view stands before its decisions can be pressed: the second half of a double click must not approve.
const SETTLE_MS = 500;

const UNITS = [["day", 86_400], ["hour", 3_600], ["minute", 60], ["second", 1]];

/** Why a step failed: one of the API's error codes, or `offline`. `wait` is in seconds. */
export class Problem extends Error {
  constructor(code, wait = 0) {
    super(code);
    this.code = code;
    this.wait = wait;
  }
}

export async function call(method, path, body) {
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
export function expect(understood) {
  if (!understood) throw new Problem("server_error");
}

export async function whoIs() {
  const answer = await call("GET", "/auth/session");
  expect(typeof answer?.signed_in === "boolean" && (!answer.signed_in || answer.user));
  return answer;
}

export function nameOf({ name, email }) {
  return name && email && name !== email ? `${name}, ${email}` : name || email || "";
}

// One step at a time.

let explainOwn;
let waiting = false;
let refusals = 0;
let timer;

/** Do the page's first step. `explain` shows the problems that are the page's own, and tells whether this was one. */
export function begin(step, explain) {
  explainOwn = explain;
  attempt(step);
}

/** Do one step, unless another is under way; a failed one leads to the state that explains it. */
export async function attempt(step) {
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
  if (!problem) return;
  await spoken;
  if (!explainOwn(problem)) explain(problem, () => attempt(step));
}

export function isWaiting() {
  return waiting;
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
  if (problem.code === "offline") return show("offline", {}, { retry });
  if (problem.code === "unavailable" && ++refusals <= BUSY_RETRIES) {
    show("busy", { wait: problem.wait });
    return after(problem.wait, retry);
  }
  refusals = 0;
  show("error", {}, { retry });
}

/** Do something when the view has stood for so long; another view in its place calls it off. */
export function after(seconds, action) {
  timer = setTimeout(action, seconds * 1000);
}

// The words. English is what stands in the templates; another language is one file, and `data-t` its keys.

const LANGUAGES = {
  en: "English",
  es: "Español",
  fr: "Français",
  de: "Deutsch",
  "pt-BR": "Português (Brasil)",
  ja: "日本語",
  "zh-Hans": "简体中文",
  ar: "العربية",
};
const CHOICE = "tallystick.language";

let words = {};
let locale = "en";
/** Kept as a promise: no word may be shown, or read aloud, before its language is there. */
export const spoken = speak(...preferred());

/** Return which of our languages people want, and how they themselves name it, with their region's ways to write numbers. */
function preferred() {
  const address = new URL(location);
  const linked = address.searchParams.get("lang");
  if (linked !== null) {
    address.searchParams.delete("lang");
    history.replaceState(null, "", address);
    if (ours(linked)) localStorage.setItem(CHOICE, ours(linked));
  }
  const chosen = ours(localStorage.getItem(CHOICE) ?? "");
  const known = navigator.languages.find(ours);
  return chosen ? [chosen, chosen] : [ours(known) ?? "en", known ?? "en"];
}

/** Return our language that readers of `tag` read, if there is one. Nobody who reads traditional Chinese is sent to the other. */
function ours(tag) {
  try {
    const { language, script } = new Intl.Locale(tag).maximize();
    if (language === "zh") return script === "Hans" ? "zh-Hans" : undefined;
    return Object.keys(LANGUAGES).find((name) => name.split("-")[0] === language);
  } catch {
    return undefined;
  }
}

async function speak(language, way) {
  words = language === "en" ? {} : await fetchWords(language);
  // Without its file a language is not spoken: better all in English than half of it.
  const known = words ? language : "en";
  words ??= {};
  locale = known === language ? way : "en";
  document.documentElement.lang = known;
  document.documentElement.dir = known === "ar" ? "rtl" : "ltr";
  for (const element of document.querySelectorAll("[data-t]")) {
    element.dataset.english ??= element.textContent;
    element.textContent = words[element.dataset.t] ?? element.dataset.english;
  }
  for (const element of document.querySelectorAll(".unsaid")) element.classList.remove("unsaid");
  offerLanguages(known);
}

async function fetchWords(language) {
  try {
    const response = await fetch(`/lang/${language}.json`, { signal: AbortSignal.timeout(PATIENCE_MS) });
    return response.ok ? await response.json() : undefined;
  } catch {
    return undefined;
  }
}

function offerLanguages(current) {
  const choice = document.querySelector("#language");
  if (!choice.options.length) {
    for (const [tag, name] of Object.entries(LANGUAGES)) {
      choice.append(Object.assign(document.createElement("option"), { value: tag, lang: tag, textContent: name }));
    }
    choice.addEventListener("change", async () => {
      localStorage.setItem(CHOICE, choice.value);
      await speak(choice.value, choice.value);
      showAgain();
    });
  }
  choice.value = current;
}

function translate(view) {
  for (const element of view.querySelectorAll("[data-t]")) {
    const text = words[element.dataset.t];
    if (!text) continue;
    // Each language puts the values where its own sentence wants them.
    const nameOfSlot = (child) => (child.dataset.slot ? child : child.querySelector("[data-slot]")).dataset.slot;
    const slots = Object.fromEntries(Array.from(element.children, (child) => [nameOfSlot(child), child]));
    element.replaceChildren(...text.split(/\{(\w+)\}/).map((part, index) => (index % 2 ? slots[part] : part)));
  }
}

// The views.

let shown;

/**
 * Put a state on the page and move the focus to it.
 *
 * `values` fills the template's slots: text, a number where the slot says how it reads, or, for a list, the values of each
 * item. `actions` are what its buttons do, by name; `ready` gets the view before it is seen.
 */
export function show(state, values = {}, actions = {}) {
  clearTimeout(timer);
  shown = { state, values, actions };
  const main = put();
  const field = main.querySelector("input[aria-invalid]");
  // A field with a problem gets the focus itself: its alert is read out, and the next step is to correct it.
  (field ?? main.querySelector("h1")).focus();
}

/** Show the same state in another language; what was typed stays, and the focus where it is: on the choice of languages. */
function showAgain() {
  if (!shown) return;
  const typed = document.querySelector("main input")?.value;
  const field = put().querySelector("input");
  if (field && typed !== undefined) field.value = typed;
}

function put() {
  const { state, values, actions } = shown;
  const view = viewOf(state, values, actions);
  const heading = view.querySelector("h1");
  heading.tabIndex = -1;
  document.title = `${heading.textContent} · ${document.querySelector("[data-brand=name]").textContent}`;
  settle(view.querySelectorAll("button:disabled"));
  actions.ready?.(view);
  const main = document.querySelector("main");
  main.dataset.state = state;
  main.replaceChildren(view);
  return main;
}

function viewOf(state, values, actions) {
  const within = document.getElementById(state).dataset.within;
  const own = render(state, values, actions);
  if (!within) return own;
  const view = render(within, values, actions);
  view.querySelector("h1").replaceWith(own.querySelector("h1"));
  view.querySelector("[role=alert]").append(own);
  return view;
}

/** Return a template's content with its words, values and actions. */
export function render(id, values, actions = {}) {
  const view = document.getElementById(id).content.cloneNode(true);
  for (const element of view.querySelectorAll("[data-if]")) if (!values[element.dataset.if]) element.remove();
  for (const element of view.querySelectorAll("[data-unless]")) if (values[element.dataset.unless]) element.remove();
  translate(view);
  for (const slot of view.querySelectorAll("[data-slot]")) fill(slot, values[slot.dataset.slot]);
  for (const list of view.querySelectorAll("[data-each]")) {
    list.append(...values[list.id].map((item) => render(list.dataset.each, item, item.actions)));
  }
  for (const button of view.querySelectorAll("[data-action]")) {
    if (actions[button.dataset.action]) button.addEventListener("click", actions[button.dataset.action]);
  }
  return view;
}

function fill(slot, value) {
  if (slot.dataset.as) {
    slot.textContent = READINGS[slot.dataset.as](value);
  } else {
    slot.textContent = value;
    // In whatever language its author wrote it: not ours, and not to be translated by the browser.
    slot.lang = "";
    slot.translate = false;
  }
}

function settle(buttons) {
  setTimeout(() => buttons.forEach((button) => (button.disabled = false)), SETTLE_MS);
}

/** Tell, below the view, that an answer is awaited, or that it has come. */
export function wait(waiting) {
  document.querySelector("main").setAttribute("aria-busy", waiting);
  say(waiting && shown ? "waiting" : "");
}

/** Tell something below the view, which is read out without moving the focus: the words of a template, or nothing. */
export function say(id) {
  document.querySelector("#status").replaceChildren(id ? render(id, {}) : "");
}

// How a number or a country reads in the page's language.
const READINGS = {
  duration: (seconds) => {
    const [unit, size] = unitOf(seconds);
    const style = { style: "unit", unit, unitDisplay: "long", maximumFractionDigits: 1 };
    return new Intl.NumberFormat(locale, style).format(seconds / size);
  },
  moment: (seconds) => {
    const [unit, size] = unitOf(Math.abs(seconds));
    return new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(Math.trunc(seconds / size), unit);
  },
  country: (code) => {
    // What is not shaped like a country's code is shown as it is.
    return /^[A-Z]{2}$/.test(code) ? new Intl.DisplayNames(locale, { type: "region" }).of(code) : code;
  },
  // Read aloud one by one; together they would be announced as several hundred thousand.
  digits: (number) => [...number].join(" "),
};

function unitOf(seconds) {
  return UNITS.find(([, size]) => seconds >= size) ?? UNITS.at(-1);
}
