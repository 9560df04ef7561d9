"""One sign-in, from the way out to the way back: what binds the two to each other and to one browser.

Everything is derived from a random secret that only this browser's cookie holds, so an anonymous GET writes nothing, and
state, nonce and PKCE verifier are worth 256 bits each. Knowing one, as the provider does, tells nothing about the others.
"""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from functions.domain.encoding import base64url
from functions.domain.secret import Secret

if TYPE_CHECKING:
    from functions.domain.ports import RandomBytes

To = Literal["device", "sessions"]
"""Our pages that a person can come back to from the identity provider."""

LIFETIME = 600
# Way out and way back may be answered by two machines, whose clocks agree only so far.
_CLOCK_SKEW = 5
_PROVIDERS_SKEW = 60
_SECRET_BYTES = 32
_COOKIE = re.compile(r"([0-9]{1,12})\.([0-9a-f]{64})(?:\.([0-9a-f]{64}))?(?:\.(fresh))?(?:\.(sessions))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """A sign-in under way. `replaces` is the session that this browser had before it, if any.

    The way back comes from another site, so the Strict session cookie is not sent with it: the old session travels along
    here, to be ended when the new one begins. It is taken for nothing else. `fresh` says that the person must prove anew
    who they are. `to` names the page that they come back to: one of two names, never an address, against an open redirect.
    State is derived from both too, so they hold for the whole way.
    """

    secret: Secret
    issued_at: int
    replaces: Secret | None = None
    fresh: bool = False
    to: To = "device"

    @classmethod
    def begin(
        cls, random_bytes: RandomBytes, now: float, replaces: Secret | None, *, fresh: bool = False, to: To = "device"
    ) -> Transaction:
        """Start a sign-in with 256 new random bits."""
        secret = Secret(random_bytes(_SECRET_BYTES).hex())
        return cls(secret=secret, issued_at=int(now), replaces=replaces, fresh=fresh, to=to)

    @classmethod
    def parse(cls, cookie: str) -> Transaction | None:
        """Read the cookie. None when it is not one of ours."""
        match = _COOKIE.fullmatch(cookie)
        if match is None:
            return None
        issued_at, secret, replaces, fresh, to = match.groups()
        return cls(
            secret=Secret(secret),
            issued_at=int(issued_at),
            replaces=Secret(replaces) if replaces else None,
            fresh=bool(fresh),
            to="sessions" if to else "device",
        )

    def cookie(self) -> Secret:
        """Return the cookie's value."""
        parts = [str(self.issued_at), self.secret.reveal()]
        if self.replaces and re.fullmatch("[0-9a-f]{64}", self.replaces.reveal()):
            parts.append(self.replaces.reveal())
        if self.fresh:
            parts.append("fresh")
        if self.to == "sessions":
            parts.append(self.to)
        return Secret(".".join(parts))

    def freshened(self, auth_time: int) -> bool:
        """Whether a sign-in of that time will do: any, or one made on this way. Not every provider heeds `prompt`."""
        return not self.fresh or auth_time >= self.issued_at - _PROVIDERS_SKEW

    def live(self, now: float) -> bool:
        """Whether the way back is in time."""
        return self.issued_at - _CLOCK_SKEW <= now < self.expires_at

    @property
    def expires_at(self) -> int:
        """When the way back comes too late; seconds since the epoch."""
        return self.issued_at + LIFETIME

    @property
    def state(self) -> Secret:
        """Ties the way back to this browser, against login CSRF (RFC 6749 §10.12): no foreign page signs its visitor in."""
        return self._derive("state")

    @property
    def nonce(self) -> Secret:
        """Ties the ID token to this sign-in (OpenID Connect Core §3.1.2.1): one stolen elsewhere does not fit."""
        return self._derive("nonce")

    @property
    def code_verifier(self) -> Secret:
        """Ties the code to this sign-in (RFC 7636): an intercepted one cannot be exchanged. 43 characters, as §4.1 asks."""
        return self._derive("code_verifier")

    def _derive(self, label: str) -> Secret:
        what = f"{label}.{self.issued_at}.{self.fresh}.{self.to}"
        digest = hmac.digest(bytes.fromhex(self.secret.reveal()), what.encode(), "sha256")
        return Secret(base64url(digest))
