"""The people's profiles (ports.Users)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pynamodb.attributes import BooleanAttribute, UnicodeAttribute

from functions.grant.people import User
from functions.store.table import Item

if TYPE_CHECKING:
    from functions.store.table import Table

_SORT_KEY = "profile"


class UserItem(Item):
    """A person. Only the operator writes `disabled`."""

    email = UnicodeAttribute()
    name = UnicodeAttribute()
    disabled = BooleanAttribute(null=True)


class DynamoUsers:
    """The people in a table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def save(self, user: User) -> None:
        """Write what the identity provider said now. An update, not a put: it leaves `disabled` alone."""
        self._table.update(UserItem(_key(user.user_id), _SORT_KEY, email=user.email, name=user.name), None)

    def get(self, user_id: str) -> User | None:
        """Return the person, read consistently: someone disabled a moment ago is disabled."""
        raw = self._table.get(_key(user_id), _SORT_KEY)
        if raw is None:
            return None
        item = UserItem.from_raw_data(raw)
        return User(user_id=user_id, email=item.email, name=item.name, disabled=bool(item.disabled))


def _key(user_id: str) -> str:
    return f"user#{user_id}"
