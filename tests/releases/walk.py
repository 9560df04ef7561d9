"""One login from the first request to the last, in steps that each look at what came back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jwt
import requests

from tests.device import Device, introspect, revoke
from tests.releases.scenes import SCOPE
from tests.sign_in import PlainBrowser

if TYPE_CHECKING:
    from collections.abc import Callable

    from infra.local.credentials import Person
    from tests.stack import Stack

AUDIENCE = "https://api.example.com"


class Walk:
    """A person, their browser, and their tool. Every step is one or two requests to one function."""

    def __init__(self, stack: Stack, person: Person) -> None:
        self.stack = stack
        self.person = person
        self.browser = PlainBrowser(stack.issuer)
        self.device: Device
        self.tokens: dict[str, Any]
        self._way_back = ""

    def go_to_sign_in(self) -> None:
        """Leave for the identity provider, and sign in there."""
        self._way_back = self.browser.at_the_provider(self.browser.start_sign_in(), self.person)

    def come_back(self) -> None:
        """Be signed in."""
        assert self.browser.get(self._way_back).headers["Location"].endswith("/device")
        assert self.browser.get("/auth/session").json()["user"]["email"] == self.person.email

    def issue(self) -> None:
        """Ask for codes."""
        self.device = Device(self.stack, scope=SCOPE, device_name="a laptop")

    def poll(self) -> None:
        """Be told to wait."""
        assert self.device.poll().json()["error"] == "authorization_pending"

    def look_up(self) -> None:
        """Open the code."""
        assert self.device.open(self.browser).json()["device_name"] == "a laptop"

    def approve(self) -> None:
        """Say yes."""
        assert self.device.decide(self.browser, "approve").json() == {"state": "approved"}

    def redeem(self) -> None:
        """Get tokens."""
        self._take(self.device.poll())

    def refresh(self) -> None:
        """Get other tokens."""
        self._take(self.device.refresh(self.tokens["refresh_token"]))

    def list_sessions(self) -> None:
        """Find the session among the person's own."""
        listed = requests.get(f"{self.stack.issuer}/auth/sessions", headers=self._bearer, timeout=30).json()["sessions"]
        assert [each["label"] for each in listed if each["current"]] == ["a laptop"]

    def rename(self) -> None:
        """Give it another name."""
        answer = self.browser.patch(f"/auth/sessions/{self._claims['sid']}", {"label": "another name"})
        assert answer.json()["label"] == "another name"

    def introspect(self) -> None:
        """Learn, as an API does, that the tokens are good."""
        assert introspect(self.stack, self.tokens["access_token"])["active"]
        assert introspect(self.stack, self.tokens["refresh_token"])["active"]

    def ask_who(self) -> None:
        """Learn, as a tool does, who has logged in."""
        told = requests.get(f"{self.stack.issuer}/oauth2/userinfo", headers=self._bearer, timeout=30).json()
        assert told == {"sub": self._claims["sub"], "email": self.person.email}

    def revoke(self) -> None:
        """Log out."""
        assert revoke(self.stack, self.tokens["refresh_token"]).status_code == 200

    def be_refused(self) -> None:
        """Find that the session is over."""
        answer = self.device.refresh(self.tokens["refresh_token"])
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")

    @property
    def _bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.tokens['access_token']}"}

    @property
    def _claims(self) -> dict[str, Any]:
        claims: dict[str, Any] = jwt.decode(self.tokens["access_token"], options={"verify_signature": False})
        return claims

    def _take(self, answer: requests.Response) -> None:
        assert answer.status_code == 200, answer.text
        self.tokens = answer.json()
        assert self.tokens["scope"] == SCOPE


STEPS: tuple[tuple[str, Callable[[Walk], None]], ...] = (
    ("signin", Walk.go_to_sign_in),
    ("signin", Walk.come_back),
    ("issue", Walk.issue),
    ("poll", Walk.poll),
    ("approve", Walk.look_up),
    ("approve", Walk.approve),
    ("poll", Walk.redeem),
    ("poll", Walk.refresh),
    ("poll", Walk.refresh),
    ("sessions", Walk.list_sessions),
    ("sessions", Walk.rename),
    ("sessions", Walk.introspect),
    ("sessions", Walk.ask_who),
    ("sessions", Walk.revoke),
    ("poll", Walk.be_refused),
)
"""Each step with the function that answers it, in the order of a login."""
