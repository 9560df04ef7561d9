"""A static token: a person has it from elsewhere, in a variable (CI, containers) or typed, and nothing renews it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tallystick.credentials.account import Account
from tallystick.credentials.secret import Secret
from tallystick.credentials.tokens import Tokens
from tallystick.errors import InvalidSettings, SessionExpired
from tallystick.oauth.claims import claims_of, user_from

if TYPE_CHECKING:
    from tallystick.credentials.account import Key


def read_token(text: str, source: str) -> Secret:
    """Return a token that a person handed in. Raises InvalidSettings when it cannot go into a header."""
    token = text.strip()
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        raise InvalidSettings(f"{source} holds no usable token.")
    return Secret(token)


def tokens_of(token: Secret, now: float) -> Tokens:
    """Return a token that a person handed in, as tokens. A JWT is believed about its own life; others live on."""
    expiry = claims_of(token).get("exp")
    life = max(expiry - now, 0.0) if isinstance(expiry, int | float) else None
    return Tokens(access_token=token, obtained_at=now, expires_in=life)


def account_of(token: Secret, key: Key, source: str) -> Account:
    """Return who a token is for, as far as it says."""
    return Account(key=key, user=user_from(claims_of(token)), kept_in=source)


class StaticTokenSource:
    """Gives out that one token as it is."""

    def __init__(self, tokens: Tokens, hint: str) -> None:
        self._tokens = tokens
        self._hint = hint

    def tokens(self, min_ttl: float, rejected: Secret | None = None) -> Tokens:
        """Return the token. Raises SessionExpired when a server has rejected it."""
        del min_ttl
        if rejected is not None:
            raise SessionExpired("The server does not accept the token.", hint=self._hint)
        return self._tokens

    def held(self) -> Tokens:
        """Return the token."""
        return self._tokens
