"""The token source of a session: a stored login, which is renewed, or a static token, which is not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from tallystick.credentials.secret import Secret
    from tallystick.credentials.tokens import Tokens

MIN_TTL = 60.0
"""A token that lives shorter than this many seconds may be dead when the server reads it."""


class TokenSource(Protocol):
    """Gives out access tokens."""

    def tokens(self, min_ttl: float, rejected: Secret | None = None) -> Tokens:
        """Return tokens good for `min_ttl` seconds, but not the access token that a server has `rejected`."""

    def held(self) -> Tokens:
        """Return the tokens as they are, dead or alive, without a request."""
