"""The sessions in the table (ports.Sessions): `user#<id>` / `session#<id>`, one conditional update per refresh."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from functions.domain.device_grant.states import Origin
from functions.domain.errors import CorruptSession
from functions.domain.session.session import Session, advanced, renamed
from functions.store import keys
from functions.store.table import Item, Refused, Written

if TYPE_CHECKING:
    from functions.store.table import RawItem, Table


class SessionItem(Item):
    """A session. Its attributes are named as the fields; `expires_at` is the table's TTL."""

    client_id = UnicodeAttribute()
    scope = UnicodeAttribute()
    label = UnicodeAttribute()
    address = UnicodeAttribute()
    country = UnicodeAttribute()
    agent = UnicodeAttribute()
    device_name = UnicodeAttribute()
    auth_time = NumberAttribute()
    created_at = NumberAttribute()
    used_at = NumberAttribute()
    rotated_at = NumberAttribute()
    generation = NumberAttribute()
    live_digest = UnicodeAttribute()
    previous_digest = UnicodeAttribute()
    salt = UnicodeAttribute()
    idle_until = NumberAttribute()
    expires_at = NumberAttribute()


_NAMES = frozenset(SessionItem.get_attributes())
# What an attribute means where it is missing: what was so before it existed. No write's condition may ask for one of these.
_BEFORE = {"label": "", "address": "", "country": "", "agent": "", "device_name": ""}
_ORIGIN = tuple(field.name for field in fields(Origin))
_AS_THEY_ARE = tuple(sorted(_NAMES & {field.name for field in fields(Session)}))
# What a refresh changes; the label may be given a new name meanwhile.
_ROTATING = ("used_at", "rotated_at", "generation", "live_digest", "previous_digest", "salt", "idle_until")
_FRACTIONS = frozenset({"rotated_at"})


class DynamoSessions:
    """The sessions in a table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, user_id: str, session_id: str, now: float) -> Session | None:
        """Return a live session, read consistently: one that was ended is over."""
        raw = self._table.get(keys.USER + user_id, keys.SESSION + session_id)
        session = read_session(raw) if raw else None
        return session if session and session.live(now) else None

    def list_of(self, user_id: str, now: float) -> tuple[Session, ...]:
        """Return the person's live sessions, the one used last first."""
        return tuple(session for session in self._all_of(user_id) if session.live(now))

    def rotate(self, session: Session, now: float) -> Session | None:
        """Put a session's next generation in place of the one before it, and return what stands there then."""
        result = self._table.update(
            _item(session, *_ROTATING),
            (SessionItem.live_digest == session.previous_digest)
            & (SessionItem.client_id == session.client_id)
            & (SessionItem.idle_until > now)
            & (SessionItem.expires_at > now),
            returning="ALL_OLD",
        )
        if isinstance(result, Refused):
            return read_session(result.found) if result.found else None
        return advanced(read_session(result.item), session, now)

    def rename(self, user_id: str, session_id: str, label: str, now: float) -> Session | None:
        """Give a live session another label and return it. Doing it again does no harm."""
        changes = SessionItem(keys.USER + user_id, keys.SESSION + session_id, label=label)
        live = (SessionItem.idle_until > now) & (SessionItem.expires_at > now)
        result = self._table.update(changes, live, returning="ALL_OLD")
        return renamed(read_session(result.item), label, now) if isinstance(result, Written) else None

    def end(self, user_id: str, session_id: str) -> Session | None:
        """End a session for good and return it as it was."""
        raw = self._table.delete(keys.USER + user_id, keys.SESSION + session_id)
        return read_session(raw) if raw else None

    def end_all(self, user_id: str, *, keep: str = "") -> tuple[Session, ...]:
        """End all of the person's sessions but one, and return those that were ended."""
        ended = (self.end(user_id, found.session_id) for found in self._all_of(user_id) if found.session_id != keep)
        return tuple(session for session in ended if session)

    def _all_of(self, user_id: str) -> list[Session]:
        found = [read_session(raw) for raw in self._table.query(keys.USER + user_id, keys.SESSION)]
        return sorted(found, key=lambda session: session.used_at, reverse=True)


def new_session_item(session: Session) -> SessionItem:
    """Return the whole item of a session."""
    item = _item(session, *_AS_THEY_ARE)
    item.scope = " ".join(session.scopes)
    for name in _ORIGIN:
        setattr(item, name, getattr(session.origin, name))
    return item


def read_session(raw: RawItem) -> Session:
    """Return the session that an item holds. Raises CorruptSession where something is missing.

    What is not known here was written by a later release, and is left alone.
    """
    try:
        values = _BEFORE | SessionItem.from_raw_data(raw).attribute_values
    except (TypeError, ValueError) as error:
        raise CorruptSession("an attribute has a foreign type") from error
    if _NAMES - values.keys():
        raise CorruptSession(f"a session lacks attributes: {sorted(_NAMES - values.keys())}")
    if any(isinstance(value, float) for name, value in values.items() if name not in _FRACTIONS):
        raise CorruptSession("a time is not a whole number of seconds")
    return Session(
        user_id=values["pk"].removeprefix(keys.USER),
        session_id=values["sk"].removeprefix(keys.SESSION),
        scopes=tuple(values["scope"].split()),
        origin=Origin(**{name: values[name] for name in _ORIGIN}),
        **{name: values[name] for name in _AS_THEY_ARE},
    )


def _item(session: Session, *names: str) -> SessionItem:
    """Return an item with the key of a session and these of its fields."""
    values: dict[str, Any] = {name: getattr(session, name) for name in names}
    return SessionItem(keys.USER + session.user_id, keys.SESSION + session.session_id, **values)
