"""A browser before the sign-in function: it keeps cookies as browsers do, and follows the person's steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.wire.cookies import SESSION

if TYPE_CHECKING:
    from tests.events import Answer, Gateway
    from tests.fakes.provider import FakeProvider

ISSUER = "https://login.example.com"
PAGE_HEADERS = {"Origin": ISSUER, "X-Tallystick": "1", "Content-Type": "application/json"}


class Browser:
    """One browser. `jar` has its cookies by name."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self.jar: dict[str, str] = {}

    def login(self, query: str = "") -> Answer:
        """Follow a link of our page to the sign-in."""
        return self._send("GET", "/auth/login", query=query)

    def come_back(self, query: str) -> Answer:
        """Be sent back by the provider: another site, so the Strict cookie stays at home."""
        return self._send("GET", "/auth/callback", query=query, withheld=SESSION)

    def sign_in(self, remote: FakeProvider, **claims: object) -> Answer:
        """Go out, sign in there, and come back."""
        url = self.login().headers["location"]
        return self.come_back(remote.sign_in(url, **claims))

    def session(self) -> Answer:
        """Ask who is signed in."""
        return self._send("GET", "/auth/session")

    def logout(self, **changes: str) -> Answer:
        """Sign out, as our page does it."""
        return self._send("POST", "/auth/logout", headers={**PAGE_HEADERS, **changes})

    def _send(
        self, method: str, path: str, query: str = "", headers: dict[str, str] | None = None, withheld: str = ""
    ) -> Answer:
        cookies = "; ".join(f"{name}={value}" for name, value in self.jar.items() if name != withheld)
        answer = self._gateway.send(method, path, b"", {**(headers or {}), "Cookie": cookies}, query)
        for header in answer.cookies:
            name, _, value = header.partition(";")[0].partition("=")
            self.jar[name] = value
            if "Max-Age=0" in header:
                del self.jar[name]
        return answer
