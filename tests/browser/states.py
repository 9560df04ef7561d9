"""How to reach every state of the page: what the API says, and what the person does."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.browser.scripted_api import DECIDE, LOOKUP, LOST, SESSION, SIGNED_OUT, Reply, refusal

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
    press: str | None = None

    def reach(self, tab: DevicePage, api: ScriptedApi) -> DevicePage:
        """Go there."""
        for path, reply in self.script.items():
            api.on(path, reply)
        tab.page.goto(self.url)
        if self.typed is not None:
            tab.enter(self.typed)
        if self.press:
            tab.button(self.press).click()
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
    State("busy", "The service is busy", "Trying again in 1 minute", {LOOKUP: BUSY}),
    State("offline", "No connection", "Try again", {SESSION: LOST}, typed=None),
    State("error", "Something went wrong", "Try again", {LOOKUP: refusal(500, "server_error")}),
)
BY_NAME = {state.name: state for state in STATES}
