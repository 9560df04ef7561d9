"""The people's profiles (ports.Users)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute, UnicodeSetAttribute

from functions.domain.limits import Lock
from functions.domain.person import PROFILE, Profile, User
from functions.store import keys
from functions.store.table import Item

if TYPE_CHECKING:
    from functions.store.table import RawItem, Table


class UserItem(Item):
    """A person. Only the operator writes `disabled` and `ended_at`, only wrong user codes a lock.

    What is missing was not said, or not done: nothing here is needed to know a person but the key.
    """

    email = UnicodeAttribute(null=True)
    name = UnicodeAttribute(null=True)
    role = UnicodeAttribute(null=True)
    workspace = UnicodeAttribute(null=True)
    created_at = NumberAttribute(null=True)
    signed_in_at = NumberAttribute(null=True)
    disabled = BooleanAttribute(null=True)
    ended_at = NumberAttribute(null=True)
    approvals_ended_at = NumberAttribute(null=True)
    consents = UnicodeSetAttribute(null=True)
    lock_times = NumberAttribute(null=True)
    locked_until = NumberAttribute(null=True)


class DynamoUsers:
    """The people in a table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def save(self, user: User) -> None:
        """Write what the identity provider said now. An update, not a put: it leaves alone what was not said by it."""
        said = {part: getattr(user.profile, part) for part in PROFILE}
        self._table.update(
            UserItem(_key(user.user_id), keys.PROFILE, signed_in_at=user.signed_in_at, **said),
            None,
            UserItem.created_at.set(UserItem.created_at | user.created_at),
        )

    def get(self, user_id: str, *, consistent: bool = True) -> User | None:
        """Return the person. Read consistently, someone disabled a moment ago is disabled."""
        raw = self._table.get(_key(user_id), keys.PROFILE, consistent=consistent)
        return _read_user(user_id, raw) if raw else None

    def lock(self, user_id: str, lock: Lock) -> None:
        """Lock the account of somebody known."""
        changes = UserItem(_key(user_id), keys.PROFILE, lock_times=lock.times, locked_until=lock.until)
        self._table.update(changes, UserItem.pk.exists())

    def end_approvals(self, user_id: str, now: float) -> None:
        """Let nothing be collected that the person has approved by now."""
        changes = UserItem(_key(user_id), keys.PROFILE, approvals_ended_at=int(now))
        self._table.update(changes, UserItem.pk.exists())

    def remember(self, user_id: str, consent: str) -> None:
        """Add to the set of consents; adding one twice changes nothing."""
        changes = UserItem(_key(user_id), keys.PROFILE)
        self._table.update(changes, UserItem.pk.exists(), UserItem.consents.add({consent}))


def _read_user(user_id: str, raw: RawItem) -> User:
    item = UserItem.from_raw_data(raw)
    return User(
        user_id=user_id,
        profile=Profile(**{part: getattr(item, part) or "" for part in PROFILE}),
        created_at=int(item.created_at or 0),
        signed_in_at=int(item.signed_in_at or 0),
        disabled=bool(item.disabled),
        ended_at=int(item.ended_at or 0),
        approvals_ended_at=int(item.approvals_ended_at or 0),
        consents=frozenset(item.consents or ()),
        lock=Lock(times=int(item.lock_times or 0), until=int(item.locked_until or 0)),
    )


def _key(user_id: str) -> str:
    return keys.USER + user_id
