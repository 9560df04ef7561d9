// What people see and type: the code's one normaliser, the field that follows the fingers, and the templates of
// device.html. Knows nothing of the API. Values go in as text, never as markup, so nothing that a device or a server says
// can run; the trusted types of the Content-Security-Policy hold us to it.

const CODE_LENGTH = 8;
const LETTER = "[BCDFGHJKLMNPQRSTVWXZ]";
const DASH = "[\\-\\u2010-\\u2015\\u2212]";
const CODE_IN_A_LINE = new RegExp(`(?<![A-Z0-9-])(${LETTER}{4})${DASH}?(${LETTER}{4})(?![A-Z0-9-])`, "g");
const SEPARATORS = new RegExp(`\\s|${DASH}`, "g");

// How long a view stands before its decisions can be pressed: the second half of a double click must not approve.
const SETTLE_MS = 500;

const LANGUAGE = globalThis.document?.documentElement.lang || "en";
const UNITS = [["day", 86_400], ["hour", 3_600], ["minute", 60], ["second", 1]];

/** Read what a person typed, just as `UserCode.parse` in functions/grant/codes.py does: `WDJB-MJHT`, or null. */
export function parseCode(typed) {
  const folded = typed.normalize("NFKC").toUpperCase();
  const inLine = new Set(Array.from(folded.matchAll(CODE_IN_A_LINE), ([, first, second]) => first + second));
  const letters = inLine.size === 1 ? [...inLine][0] : folded.match(new RegExp(LETTER, "g"))?.join("") ?? "";
  return letters.length === CODE_LENGTH ? dashed(letters) : null;
}

/** Return the field's text and caret after a keystroke: upper case, a dash after four, the caret behind its own letter. */
export function tidy(text, caret, erasing) {
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

/**
 * Put a state on the page and move the focus to it.
 *
 * `values` fills the template's slots: text, a number where the slot says how it reads, or a list of texts. `actions` are
 * what its buttons do, by name; `submit` gets what was typed.
 */
export function show(state, values = {}, actions = {}) {
  const view = viewOf(state);
  for (const element of view.querySelectorAll("[data-if]")) {
    if (!values[element.dataset.if]) element.remove();
  }
  for (const slot of view.querySelectorAll("[data-slot]")) fill(slot, values[slot.dataset.slot]);
  for (const button of view.querySelectorAll("[data-action]")) {
    button.addEventListener("click", actions[button.dataset.action]);
  }
  const heading = view.querySelector("h1");
  heading.tabIndex = -1;
  document.title = `${heading.textContent} · ${document.querySelector("[data-brand=name]").textContent}`;
  const field = view.querySelector("input");
  const wrong = view.querySelector("[role=alert] p") !== null;
  if (field) prepare(field, values.typed ?? "", wrong, actions.submit);
  settle(view.querySelectorAll("button:disabled"));
  const main = document.querySelector("main");
  main.dataset.state = state;
  main.replaceChildren(view);
  // A field with a problem gets the focus itself: its alert is read out, and the next step is to correct it.
  (wrong ? field : heading).focus();
}

/** Tell, below the view, that an answer is awaited, or that it has come. */
export function wait(waiting) {
  document.querySelector("main").setAttribute("aria-busy", waiting);
  document.querySelector("#status").textContent = waiting ? document.querySelector("#waiting").content.textContent : "";
}

function viewOf(state) {
  const template = document.getElementById(state);
  const own = template.content.cloneNode(true);
  if (!template.dataset.within) return own;
  const view = document.getElementById(template.dataset.within).content.cloneNode(true);
  view.querySelector("h1").replaceWith(own.querySelector("h1"));
  view.querySelector("[role=alert]").append(own);
  return view;
}

function fill(slot, value) {
  if (Array.isArray(value)) {
    slot.replaceChildren(...value.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
  } else {
    slot.textContent = slot.dataset.as ? READINGS[slot.dataset.as](value) : value;
  }
}

function prepare(field, typed, wrong, submit) {
  field.value = typed;
  if (wrong) {
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

function settle(buttons) {
  setTimeout(() => buttons.forEach((button) => (button.disabled = false)), SETTLE_MS);
}

// How a number or a country reads in the page's language.
const READINGS = {
  duration: (seconds) => {
    const [unit, size] = unitOf(seconds);
    const style = { style: "unit", unit, unitDisplay: "long", maximumFractionDigits: 1 };
    return new Intl.NumberFormat(LANGUAGE, style).format(seconds / size);
  },
  moment: (seconds) => {
    const [unit, size] = unitOf(Math.abs(seconds));
    return new Intl.RelativeTimeFormat(LANGUAGE, { numeric: "auto" }).format(Math.trunc(seconds / size), unit);
  },
  country: (code) => {
    // What is not shaped like a country's code is shown as it is.
    return /^[A-Z]{2}$/.test(code) ? new Intl.DisplayNames(LANGUAGE, { type: "region" }).of(code) : code;
  },
};

function unitOf(seconds) {
  return UNITS.find(([, size]) => seconds >= size) ?? UNITS.at(-1);
}
