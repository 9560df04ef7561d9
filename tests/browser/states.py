"""How to reach every state of the page: what the API says, and what the person does."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.browser.scripted_api import (
    DECIDE,
    DONE,
    FIRST,
    LOGIN,
    LOOKUP,
    LOST,
    SESSION,
    SESSIONS,
    SIGNED_OUT,
    Reply,
    listing,
    path_of,
    refusal,
)

if TYPE_CHECKING:
    from tests.browser.page_object import DevicePage
    from tests.browser.scripted_api import ScriptedApi

CODE = "WDJB-MJHT"
BUSY = refusal(503, "unavailable", Retry_After="60")


@dataclass(frozen=True)
class State:
    """A state by its name, its h1, what leads on from it, and the way to it."""

    name: str
    heading: str
    next_step: str
    script: dict[str, Reply] = field(default_factory=dict)
    url: str = "/device"
    typed: str | None = CODE
    press: str = ""

    def reach(self, tab: DevicePage, api: ScriptedApi) -> DevicePage:
        """Go there."""
        for path, reply in self.script.items():
            api.on(path, reply)
        tab.page.goto(self.url)
        if self.typed is not None:
            tab.enter(self.typed)
        for name in self.press.split(" > ") if self.press else ():
            tab.button(name).first.click()
        return tab.expect_state(self.name)


STATES = (
    State("signed-out", "Sign in to go on", "Sign in", {SESSION: SIGNED_OUT}, typed=None),
    State("entry", "Enter the code", "Continue", typed=None),
    State("incomplete", "That code is not complete", "Continue", typed="WDJB-M"),
    State("unknown", "That code does not work", "Continue", {LOOKUP: refusal(404, "unknown_code")}),
    State("confirm", "Does your terminal show this code?", "Approve"),
    State(
        "approved", "Return to your terminal", "close this tab", {DECIDE: Reply(body={"state": "approved"})}, press="Approve"
    ),
    State("denied", "Denied", "close this tab", {DECIDE: Reply(body={"state": "denied"})}, press="Deny"),
    State("expired", "That code has expired", "Enter the new code", {LOOKUP: refusal(410, "expired_code")}),
    State("decided", "This login was decided before", "Enter another code", {LOOKUP: refusal(409, "already_decided")}),
    State("session-lost", "Your sign-in has ended", "Sign in again", {LOOKUP: refusal(401, "sign_in_required")}),
    State(
        "fresh-sign-in",
        "Is it still you?",
        "Sign in again",
        {DECIDE: refusal(401, "fresh_sign_in_required")},
        press="Approve",
    ),
    State(
        "too-many",
        "Too many wrong codes",
        "Enter a code",
        {LOOKUP: refusal(429, "too_many_attempts", Retry_After="599")},
    ),
    State(
        "too-far",
        "Started too far from here",
        "Otherwise deny",
        {DECIDE: refusal(403, "too_far")},
        press="Approve",
    ),
    State("busy", "The service is busy", "Trying again in 1 minute", {LOOKUP: BUSY}),
    State("offline", "No connection", "Try again", {SESSION: LOST}, typed=None),
    State("error", "Something went wrong", "Try again", {LOOKUP: refusal(500, "server_error")}),
)
BY_NAME = {state.name: state for state in STATES}


def on_sessions(name: str, heading: str, next_step: str, press: str = "", script: dict[str, Reply] | None = None) -> State:
    """Return a state of the other page, whose lists and answers are scripted by their paths."""
    return State(name, heading, next_step, script or {}, url="/sessions", typed=None, press=press)


SESSIONS_STATES = (
    on_sessions("signed-out", "Sign in to see your sessions", "Sign in", script={SESSION: SIGNED_OUT}),
    on_sessions("sessions", "Your sessions", "Log out everywhere"),
    on_sessions("none", "No tool is signed in as you", "Enter a code", script={SESSIONS: listing()}),
    on_sessions("end-all", "Log out everywhere?", "Cancel", "Log out everywhere"),
    on_sessions("report", "Did somebody else log in as you?", "Log it out", "This was not me"),
    on_sessions(
        "reported",
        "That session has ended",
        "Change your password now",
        "This was not me > Log it out",
        script={f"{path_of(FIRST)}/report": DONE},
    ),
    on_sessions(
        "session-lost",
        "Your sign-in has ended",
        "Sign in again",
        "Log out",
        script={path_of(FIRST): refusal(401, "sign_in_required")},
    ),
    on_sessions("busy", "The service is busy", "Trying again in 1 minute", script={SESSIONS: BUSY}),
    on_sessions("offline", "No connection", "Try again", script={SESSION: LOST}),
    on_sessions("error", "Something went wrong", "Try again", script={SESSIONS: refusal(500, "server_error")}),
)
ALL_STATES = STATES + SESSIONS_STATES

FAR: dict[str, Any] = {
    **LOGIN,
    "scopes": [{"scope": "deploy", "text": "Deploy applications in your name", "sensitive": True}],
    "browser": {"address": "198.51.100.4", "country": "FR"},
    "proximity": {"country": "different", "network": "different", "required": ""},
    "allowed_before": True,
    "client": {"name": "Acme CLI", "third_party": True},
}
APART: dict[str, Any] = {
    **FAR,
    "browser": {"address": "203.0.113.99", "country": "DE"},
    "proximity": {"country": "same", "network": "different", "required": ""},
}
BLOCKED: dict[str, Any] = {**FAR, "proximity": {"country": "different", "network": "different", "required": "network"}}
NUMBER = Reply(body={"state": "approved", "approval_number": "482913"})
# The same templates with other parts of them: looked at by axe, and for size, like the states.
VARIANTS = (
    State("confirm", "Does your terminal show this code?", "you are in France", {LOOKUP: Reply(body=FAR)}),
    State("confirm", "Does your terminal show this code?", "another network", {LOOKUP: Reply(body=APART)}),
    State("confirm", "You cannot approve this from here", "only be approved", {LOOKUP: Reply(body=BLOCKED)}),
    State(
        "approved",
        "Type this number into your terminal",
        "for you alone",
        {LOOKUP: Reply(body=LOGIN), DECIDE: NUMBER},
        press="Approve",
    ),
    on_sessions("sessions", "Your sessions", "New name", "Rename"),
)
VIEWS = ALL_STATES + VARIANTS


def name_of(state: State) -> str:
    """Name a state of either page, for pytest."""
    return f"{state.url.removeprefix('/')}-{state.name}-{state.next_step}"
