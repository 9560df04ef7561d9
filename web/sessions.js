// What happens on /sessions: the tools that are signed in as the person who looks, each to be renamed, logged out or reported.

import { Problem, attempt, begin, call, expect, isWaiting, nameOf, render, say, show, spoken, whoIs } from "/pages.js";

const SESSIONS = "/auth/sessions";

let user = {};
let closeForm = () => {};

function explain(problem) {
  if (!["sign_in_required", "fresh_sign_in_required"].includes(problem.code)) return false;
  show("session-lost");
  return true;
}

async function start() {
  const [who, sessions] = await Promise.all([whoIs(), read().catch((problem) => problem), spoken]);
  if (!who.signed_in) return show("signed-out");
  user = who.user;
  if (sessions instanceof Error) throw sessions;
  list(sessions);
}

async function read() {
  const answer = await call("GET", SESSIONS);
  expect(Array.isArray(answer?.sessions));
  return answer.sessions;
}

/** Show the list as it is now. `heading` gets the focus, so that it is read from its beginning. */
async function again() {
  list(await read());
}

function list(sessions) {
  if (!sessions.length) return show("none");
  const values = { account: nameOf(user), several: sessions.length > 1, list: sessions.map(described) };
  show("sessions", values, { all: () => attempt(confirmAll), ready: tellApart });
}

function described(session) {
  const { id, client, label, request, created_at, used_at, network } = session ?? {};
  expect(id && client && request && [created_at, used_at].every(Number.isFinite));
  const now = Date.now() / 1000;
  return {
    client: client.name,
    label,
    here: network === "same",
    country: request.country,
    address: request.address,
    // The clocks of server and browser differ: nothing was started in the future.
    started: Math.min(created_at - now, -1),
    used: Math.min(used_at - now, -1),
    actions: {
      rename: (event) => rename(session, event.target),
      end: () => attempt(() => end(session)),
      report: () => confirmReport(session),
    },
  };
}

/** Let a screen reader tell one session's buttons from another's. */
function tellApart(view) {
  view.querySelectorAll("#list > li").forEach((item, index) => {
    const name = item.querySelector("h2");
    name.id = `session-${index}`;
    for (const button of item.querySelectorAll("button")) button.setAttribute("aria-describedby", name.id);
  });
}

function rename(session, button) {
  if (isWaiting()) return;
  closeForm();
  const line = button.parentElement;
  closeForm = () => {
    closeForm = () => {};
    form.replaceWith(line);
  };
  const cancel = () => {
    closeForm();
    button.focus();
  };
  const form = render("rename", {}, { cancel }).querySelector("form");
  const field = form.querySelector("input");
  field.value = session.label;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    attempt(() => save(session, field));
  });
  line.replaceWith(form);
  field.focus();
  field.select();
}

async function save(session, field) {
  try {
    await call("PATCH", pathOf(session), { label: field.value });
  } catch (problem) {
    if (problem.code !== "invalid_request") return gone(problem);
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-describedby", "problem");
    field.form.querySelector("[role=alert]").replaceChildren(render("bad-name", {}));
    return field.focus();
  }
  await again();
  announce("renamed");
}

async function end(session) {
  try {
    await call("DELETE", pathOf(session));
  } catch (problem) {
    return gone(problem);
  }
  await again();
  announce("ended");
}

function confirmAll() {
  show("end-all", {}, { back: () => attempt(again), all: () => attempt(endAll) });
}

async function endAll() {
  await call("DELETE", SESSIONS);
  await again();
  announce("ended");
}

function confirmReport(session) {
  if (isWaiting()) return;
  const report = () => attempt(() => reportIt(session));
  show("report", { client: session.client.name }, { back: () => attempt(again), report });
}

async function reportIt(session) {
  try {
    await call("POST", `${pathOf(session)}/report`, {});
  } catch (problem) {
    // Ended in between, or the answer to the first try was lost: it is gone, which is what counts.
    if (problem.code !== "unknown_session") throw problem;
  }
  show("reported", {}, { back: () => attempt(again) });
}

/** What is not there any more, because it has ended or ended elsewhere, is no error: the list says so. */
async function gone(problem) {
  if (!(problem instanceof Problem) || problem.code !== "unknown_session") throw problem;
  await again();
  announce("gone");
}

/** Say it when the step is over: its end empties the line. */
function announce(id) {
  setTimeout(() => say(id));
}

function pathOf({ id }) {
  return `${SESSIONS}/${encodeURIComponent(id)}`;
}

begin(start, explain);
