"""Signed-in browsers and used sign-ins (ports.BrowserSessions), by the SHA-256 of their cookies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from functions.domain.browser_session import BrowserSession
from functions.store import keys
from functions.store.table import Item, Refused

if TYPE_CHECKING:
    from functions.domain.secret import Secret
    from functions.store.table import Table


class BrowserItem(Item):
    """A browser session. `expires_at` is the table's TTL."""

    user_id = UnicodeAttribute()
    auth_time = NumberAttribute()
    expires_at = NumberAttribute()


class SignInItem(Item):
    """A sign-in that has been used. `used_at`, to the microsecond, tells our own retried write from another's."""

    used_at = NumberAttribute()
    expires_at = NumberAttribute()


class DynamoBrowserSessions:
    """The browser sessions in a table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def add(self, cookie: Secret, session: BrowserSession) -> None:
        """Store a new session. Nothing stands at its key: the cookie is fresh randomness."""
        self._table.put(
            BrowserItem(
                _session_key(cookie),
                keys.BROWSER_SESSION,
                user_id=session.user_id,
                auth_time=session.auth_time,
                expires_at=session.expires_at,
            )
        )

    def get(self, cookie: Secret, now: float) -> BrowserSession | None:
        """Return the live session of this cookie.

        An eventually consistent read is enough to let somebody in: it may still see a session that was ended a moment ago,
        but its browser has lost the cookie by then. It is not enough to turn somebody away, who may have signed in this
        very moment.
        """
        key = _session_key(cookie)
        raw = self._table.get(key, keys.BROWSER_SESSION, consistent=False) or self._table.get(key, keys.BROWSER_SESSION)
        if raw is None:
            return None
        item = BrowserItem.from_raw_data(raw)
        session = BrowserSession(
            user_id=item.user_id,
            auth_time=int(item.auth_time),
            expires_at=int(item.expires_at),
        )
        return None if session.expired(now) else session

    def remove(self, cookie: Secret) -> None:
        """End the session; nothing happens when there is none."""
        self._table.delete(_session_key(cookie), keys.BROWSER_SESSION)

    def use_sign_in(self, transaction: Secret, expires_at: int, now: float) -> bool:
        """Mark a sign-in transaction as used. False when it was used before, or is over: TTL may have swept its mark."""
        if expires_at <= now:
            return False
        mark = SignInItem(keys.SIGN_IN + transaction.digest(), keys.SIGN_IN_USED, used_at=now, expires_at=expires_at)
        result = self._table.put(mark, SignInItem.pk.does_not_exist())
        return not isinstance(result, Refused) or result.ours


def _session_key(cookie: Secret) -> str:
    return keys.BROWSER + cookie.digest()
