"""Gives out access tokens and renews them: one process at a time, and never at the cost of the login.

A refresh token works once (rotation, RFC 9700 §4.14.2). So a renewal holds a lock that all processes share, reads again once
it has it (another may have renewed meanwhile), and believes the issuer's "that token is dead" only after one more look.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from tallystick.errors import NetworkError, NotLoggedIn, RateLimited, ServerError, SessionExpired, TallystickError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tallystick.credentials.account import Key
    from tallystick.credentials.secret import Secret
    from tallystick.credentials.tokens import Tokens
    from tallystick.oauth.endpoints import Endpoints
    from tallystick.stores.store import Store


class StoredTokenSource:
    """The tokens of a stored login. `connect` finds the issuer's endpoints, and is called only when a token is renewed."""

    def __init__(
        self, key: Key, store: Store, *, connect: Callable[[], Endpoints], clock: Callable[[], float], hint: str
    ) -> None:
        self._key = key
        self._store = store
        self._connect = connect
        self._clock = clock
        self._hint = hint

    def tokens(self, min_ttl: float, rejected: Secret | None = None) -> Tokens:
        """Return fresh tokens, renewed if need be. Raises NotLoggedIn, SessionExpired, or what kept it from renewing."""
        stored = self.held()
        if self._usable(stored, min_ttl, rejected):
            return stored
        if not stored.renewable:
            return self._last_resort(stored, rejected, SessionExpired(hint=self._hint))
        try:
            with self._store.lock(self._key):
                stored = self.held()
                return stored if self._usable(stored, min_ttl, rejected) else self._renew(stored)
        except (NetworkError, RateLimited, ServerError) as error:
            return self._last_resort(stored, rejected, error)

    def held(self) -> Tokens:
        """Return the stored tokens. Raises NotLoggedIn."""
        tokens = self._store.tokens(self._key)
        if tokens is None:
            raise NotLoggedIn(hint=self._hint)
        return tokens

    def _renew(self, stored: Tokens) -> Tokens:
        """Use up the refresh token and keep what came for it. The lock is held."""
        token = self._refresh_token()
        endpoints = self._connect()
        # A full disk must be found now: a refresh token that is used up, its successor lost, is a login lost.
        with self._store.reserving(self._key):
            return self._exchange(stored, token, endpoints)

    def _exchange(self, stored: Tokens, token: Secret, endpoints: Endpoints) -> Tokens:
        try:
            renewed = endpoints.refresh(stored, token, now=self._clock())
        except SessionExpired:
            # A writer without our lock (a home on a network disk, an older version) may have been quicker.
            again = self._refresh_token()
            if again == token:
                raise SessionExpired(hint=self._hint) from None
            renewed = self._renewed_elsewhere() or endpoints.refresh(stored, again, now=self._clock())
        if not self._store.update(self._key, renewed):
            # A logout has won the race. Its session must not live on through the token that came too late.
            with suppress(TallystickError):
                endpoints.revoke(renewed.lasting, "refresh_token")
            raise NotLoggedIn(hint=self._hint)
        return renewed

    def _refresh_token(self) -> Secret:
        token = self._store.refresh_token(self._key)
        if token is None:
            raise SessionExpired(hint=self._hint)
        return token

    def _renewed_elsewhere(self) -> Tokens | None:
        stored = self.held()
        return stored if stored.fresh(self._clock(), 0) else None

    def _usable(self, tokens: Tokens, min_ttl: float, rejected: Secret | None) -> bool:
        return tokens.access_token != rejected and tokens.fresh(self._clock(), min_ttl)

    def _last_resort(self, tokens: Tokens, rejected: Secret | None, error: TallystickError) -> Tokens:
        """Return the token that is still alive, though not for as long as was asked, or raise `error`."""
        if self._usable(tokens, 0, rejected):
            return tokens
        raise error
