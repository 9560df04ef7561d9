"""The tokens of a login, with when they were given and for how long."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tallystick.credentials.account import Account
    from tallystick.credentials.secret import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """An access token with its life, and what renews it.

    Times are this machine's: `obtained_at` by its clock, `expires_in` counted from there, so that a clock that is wrong does
    no harm. None: the issuer did not say how long the token lives. `renewable`: there is a refresh token, be it here or in
    the keyring.
    """

    access_token: Secret
    obtained_at: float
    expires_in: float | None = None
    refresh_token: Secret | None = None
    renewable: bool = False
    scopes: tuple[str, ...] = ()

    def fresh(self, now: float, min_ttl: float) -> bool:
        """Whether the access token is still good for `min_ttl` seconds.

        A clock that was set back makes the token look younger than new: then its age is unknown, it counts as old, and the
        token that replaces it is dated by the new time. A token whose whole life is short is used for half of it at
        least, else each call would renew it.
        """
        if not self.access_token:
            return False
        if self.expires_in is None:
            return True
        age = now - self.obtained_at
        return 0 <= age < self.expires_in - min(min_ttl, self.expires_in / 2)

    @property
    def expires_at(self) -> float | None:
        """When the access token expires, by this machine's clock."""
        return None if self.expires_in is None else self.obtained_at + self.expires_in

    @property
    def lasting(self) -> Secret:
        """The credential worth stealing: what renews the session, or the only token there is."""
        return self.refresh_token or self.access_token

    def keeping(self, refresh_token: Secret | None) -> Tokens:
        """Return these tokens with the refresh token of before, where no new one came (RFC 6749 §6)."""
        return (
            self if self.refresh_token else replace(self, refresh_token=refresh_token, renewable=refresh_token is not None)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """A login with its tokens."""

    account: Account
    tokens: Tokens
