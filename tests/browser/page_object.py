"""The approval page as a person uses it. Every browser test goes through here, so that the page's words are named once.

`approve_in_browser` is the whole of it: other suites call it where a login needs a person.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, Protocol

from playwright.sync_api import expect

from tests.browser.chromium import chromium

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Page

Decision = Literal["approve", "deny"]
_SECONDS = 1_000


class Credentials(Protocol):
    """Someone who can sign in at the identity provider."""

    @property
    def email(self) -> str:
        """What they type as their name."""

    @property
    def password(self) -> str:
        """What they type as their password."""


class DevicePage:
    """One tab on the approval page."""

    def __init__(self, page: Page, timeout: float = 20) -> None:
        """Drive `page`; each step may take `timeout` seconds, which is generous, for a cold function on a busy machine."""
        self.page = page
        page.set_default_timeout(timeout * _SECONDS)
        self._timeout = timeout * _SECONDS

    # What is on the page.

    @property
    def main(self) -> Locator:
        """The part that changes from state to state."""
        return self.page.locator("main")

    @property
    def heading(self) -> Locator:
        """The state's h1."""
        return self.page.locator("h1")

    @property
    def code_field(self) -> Locator:
        """The one input."""
        return self.page.get_by_role("textbox", name="Code")

    @property
    def alert(self) -> Locator:
        """What is wrong with the code."""
        return self.page.get_by_role("alert")

    @property
    def shown_code(self) -> Locator:
        """The code in large type, to be compared with the terminal."""
        return self.page.locator(".code")

    @property
    def shown_number(self) -> Locator:
        """The number in large type, to be typed into the terminal."""
        return self.page.locator(".number [aria-hidden]")

    def button(self, name: str) -> Locator:
        """Find a button by its words."""
        return self.page.get_by_role("button", name=name, exact=True)

    @property
    def sign_in_link(self) -> Locator:
        """Where the browser sign-in starts."""
        return self.page.get_by_role("link", name=re.compile(r"^Sign in( again)?$"))

    def expect_state(self, *states: str) -> DevicePage:
        """Wait until the page is in one of `states`."""
        expect(self.main).to_have_attribute("data-state", re.compile(f"^({'|'.join(states)})$"), timeout=self._timeout)
        return self

    def stop_time(self) -> DevicePage:
        """Let the page's timers run only when the test says so, by `page.clock.run_for`."""
        self.page.clock.install(time=0)
        self.page.clock.pause_at(1)
        return self

    # What a person does.

    def open(self, url: str) -> DevicePage:
        """Open the page, or a link to it, and wait until it has found out who is signed in."""
        self.page.goto(url)
        return self.expect_state("signed-out", "entry", "incomplete", "offline", "error", "busy")

    def sign_in(self, credentials: Credentials) -> DevicePage:
        """Go to the identity provider, fill in its form, and come back."""
        self.sign_in_link.click()
        return self.at_the_provider(credentials)

    def at_the_provider(self, credentials: Credentials, *states: str) -> DevicePage:
        """Fill in the form of the identity provider (Cognito's hosted login), where the tab is now, and come back."""
        # The real hosted login has each field twice, once for narrow screens; only one is visible.
        self.page.locator("input[name=username]:visible").fill(credentials.email)
        self.page.locator("input[name=password]:visible").fill(credentials.password)
        self.page.locator("[type=submit]:visible").click()
        return self.expect_state(*(states or ("entry", "incomplete", "confirm")))

    def enter(self, code: str) -> DevicePage:
        """Type a code and press the button."""
        self.code_field.fill(code)
        return self.go_on()

    def go_on(self) -> DevicePage:
        """Look up the code that stands in the field."""
        self.button("Continue").click()
        return self

    def paste(self, copied: str) -> DevicePage:
        """Paste into the field what was copied somewhere else, with the keyboard."""
        self.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        self.page.evaluate("text => navigator.clipboard.writeText(text)", copied)
        self.code_field.press("ControlOrMeta+v")
        return self

    def decide(self, decision: Decision) -> DevicePage:
        """Answer the question, and wait until the answer has arrived."""
        self.expect_state("confirm")
        self.button("Approve" if decision == "approve" else "Deny").click()
        return self.expect_state("approved" if decision == "approve" else "denied")


def approve_in_browser(
    credentials: Credentials,
    verification_uri: str,
    user_code: str,
    decision: Decision = "approve",
) -> str:
    """Do what a person does with the terminal's two lines, in a fresh browser; return the h1 they see at the end.

    `verification_uri` may be the complete link, which brings the code with it; the code is typed where it does not.
    """
    return _with_code_open(credentials, verification_uri, user_code, lambda tab: tab.decide(decision).heading.inner_text())


def read_number_in_browser(credentials: Credentials, verification_uri: str, user_code: str) -> str:
    """Approve as `approve_in_browser` does; return the number that the page wants to be typed into the terminal."""
    return _with_code_open(
        credentials, verification_uri, user_code, lambda tab: tab.decide("approve").shown_number.inner_text()
    )


def _with_code_open(
    credentials: Credentials, verification_uri: str, user_code: str, look: Callable[[DevicePage], str]
) -> str:
    with chromium() as browser:
        context = browser.new_context()
        try:
            tab = DevicePage(context.new_page())
            tab.open(verification_uri).sign_in(credentials).expect_state("entry")
            if not tab.code_field.input_value():
                tab.code_field.fill(user_code)
            tab.go_on().expect_state("confirm")
            expect(tab.shown_code).to_have_text(user_code)
            return look(tab)
        finally:
            context.close()
