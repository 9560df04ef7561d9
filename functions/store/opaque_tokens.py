"""The opaque access tokens in the table (ports.OpaqueTokens): `token#<sha256>` / `access`, one put and one read each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from functions.domain.session.access import Access
from functions.store import keys
from functions.store.table import Item

if TYPE_CHECKING:
    from functions.domain.secret import Secret
    from functions.store.table import Table

_AS_THEY_ARE = ("user_id", "session_id", "client_id", "audience", "issued_at", "expires_at")


class AccessItem(Item):
    """What an opaque access token says. Its attributes are named as the fields; `expires_at` is the table's TTL."""

    user_id = UnicodeAttribute()
    session_id = UnicodeAttribute()
    client_id = UnicodeAttribute()
    scope = UnicodeAttribute()
    audience = UnicodeAttribute()
    issued_at = NumberAttribute()
    expires_at = NumberAttribute()


class DynamoOpaqueTokens:
    """The opaque access tokens in a table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def add(self, token: Secret, access: Access) -> None:
        """Store what a new token says. Nothing stands at its key: the token is fresh randomness."""
        said = {name: getattr(access, name) for name in _AS_THEY_ARE}
        self._table.put(AccessItem(_key(token), keys.ACCESS, scope=" ".join(access.scopes), **said))

    def read(self, token: Secret, now: float) -> Access | None:
        """Return what a token says, read consistently: it is used as soon as it is given out."""
        raw = self._table.get(_key(token), keys.ACCESS)
        if raw is None:
            return None
        item = AccessItem.from_raw_data(raw)
        said = {name: getattr(item, name) for name in _AS_THEY_ARE}
        access = Access(scopes=tuple(item.scope.split()), **said)
        return access if now < access.expires_at else None


def _key(token: Secret) -> str:
    return keys.TOKEN + token.digest()
