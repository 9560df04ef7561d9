"""A command-line tool in the middle of its login, over HTTP: starts, polls, and is approved by a person without a window."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING, Any, TypeVar

import requests

from functions.domain.client import DEVICE_CODE_GRANT, REFRESH_GRANT
from functions.routes import DECIDE, DEVICE_AUTHORIZATION, INTROSPECT, LOOKUP, REVOKE, TOKEN
from infra.local.configuration import CONFIDENTIAL_CLIENT
from tests.sign_in import PlainBrowser

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.stack import Stack

CLIENT_ID = "demo-cli"
# Twenty at once make the emulator start twenty workers, which takes a while on a small machine.
_SECONDS = 90
T = TypeVar("T")
_WARMING = 6


class Device:
    """One login of one public client."""

    def __init__(self, stack: Stack, **parameters: str) -> None:
        self.stack = stack
        form = {"client_id": CLIENT_ID, **parameters}
        answer = self.ask(lambda: requests.post(stack.issuer + DEVICE_AUTHORIZATION, data=form, timeout=_SECONDS))
        assert answer.status_code == 200, answer.text
        self.codes: dict[str, Any] = answer.json()

    @classmethod
    def holding(cls, stack: Stack, codes: dict[str, Any]) -> Device:
        """Return a device in the middle of a login that was started before."""
        device = cls.__new__(cls)
        device.stack, device.codes = stack, codes
        return device

    def ask(self, send: Callable[[], requests.Response]) -> requests.Response:
        """Send a request, once. A more patient device does otherwise."""
        return send()

    def poll(self, **parameters: str) -> requests.Response:
        """Ask once."""
        form = {"grant_type": DEVICE_CODE_GRANT, "device_code": self.codes["device_code"], "client_id": CLIENT_ID}
        return self.ask(lambda: requests.post(self.stack.issuer + TOKEN, data=form | parameters, timeout=_SECONDS))

    def refresh(self, refresh_token: str) -> requests.Response:
        """Exchange a refresh token."""
        form = {"grant_type": REFRESH_GRANT, "refresh_token": refresh_token, "client_id": CLIENT_ID}
        return requests.post(self.stack.issuer + TOKEN, data=form, timeout=_SECONDS)

    def refreshed(self, refresh_token: str) -> str:
        """Exchange a refresh token; return the one that takes its place."""
        answer = self.refresh(refresh_token)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["refresh_token"])

    def approve(self, browser: PlainBrowser | None = None) -> PlainBrowser:
        """Have a signed-in person open and approve the login; return their browser."""
        browser = browser or PlainBrowser(self.stack.issuer).sign_in(self.stack.user)
        opened = self.open(browser)
        assert opened.status_code == 200, opened.text
        decided = self.decide(browser, "approve")
        assert decided.json() == {"state": "approved"}, decided.text
        return browser

    def open(self, browser: PlainBrowser) -> requests.Response:
        """Open the code in a browser."""
        return self.ask(lambda: browser.post(LOOKUP, {"user_code": self.codes["user_code"]}))

    def decide(self, browser: PlainBrowser, decision: str) -> requests.Response:
        """Approve, deny or release in a browser."""
        return self.ask(lambda: browser.post(DECIDE, {"user_code": self.codes["user_code"], "decision": decision}))


def revoke(stack: Stack, token: str, client_id: str = CLIENT_ID) -> requests.Response:
    """Revoke a token, as a public client."""
    return requests.post(stack.issuer + REVOKE, data={"token": token, "client_id": client_id}, timeout=_SECONDS)


def introspect(stack: Stack, token: str) -> dict[str, Any]:
    """Ask, as the confidential client, what a token is worth."""
    own_name = (CONFIDENTIAL_CLIENT, stack.local.clients[CONFIDENTIAL_CLIENT] or "")
    answer = requests.post(stack.issuer + INTROSPECT, data={"token": token}, auth=own_name, timeout=_SECONDS)
    found: dict[str, Any] = answer.json()
    return found


def at_once(count: int, action: Callable[[], T]) -> list[T]:
    """Run an action in `count` threads that start together; return what each got."""
    barrier = Barrier(count)

    def run(_: int) -> T:
        barrier.wait()
        return action()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def warm(stack: Stack, path: str, count: int) -> None:
    """Have the function of a path started `count` times over, by questions that it answers 405.

    Else a race of twenty is one of twenty cold starts, which take longer on a busy machine than the edge waits: 504.
    """
    for _ in range(_WARMING):
        answers = at_once(count, lambda: requests.get(stack.issuer + path, timeout=60))
        if {answer.status_code for answer in answers} == {405}:
            return
    raise AssertionError(f"{path} is still cold after {_WARMING} rounds")
