"""A grant's item and its state, each from the other. A mix of states is an error, never a guess.

What is not known here was written by a later release: it is left alone, on reading and on writing. docs/data.md has the
rule by which attributes come and go.
"""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from functions.domain.device_grant.states import Approved, Claimed, Denied, Grant, GrantRequest, Origin, Pending, Redeemed
from functions.domain.errors import CorruptGrant
from functions.store import keys
from functions.store.table import Item

if TYPE_CHECKING:
    from pynamodb.expressions.update import Action

    from functions.store.table import RawItem

# A state's name in the table. One that is new here must be read by one release before the next writes it.
_NAMES: dict[type[Grant], str] = {
    Pending: "pending",
    Claimed: "claimed",
    Approved: "approved",
    Denied: "denied",
    Redeemed: "redeemed",
}
_STATES = {name: kind for kind, name in _NAMES.items()}
# The attributes that a state has of its own: the fields that it has.
_OWN = {kind: frozenset(field.name for field in fields(kind)) - {"request"} for kind in _NAMES}
# What an attribute means where it is missing: what was so before it existed. No write's condition may ask for one of these.
_BEFORE: dict[str, Any] = {"address": "", "country": "", "agent": "", "device_name": "", "approval_number": False}
# The attributes of states that no other state may have beside its own. One that is new stays out for a release: the release
# before does not know that it is to be removed.
_EXCLUSIVE = frozenset(
    {
        "next_poll_at",
        "user_id",
        "claimed_at",
        "auth_time",
        "approved_at",
        "number_digest",
        "wrong_numbers",
        "denied_at",
        "session_id",
        "redeemed_at",
    }
)


class GrantItem(Item):
    """A grant. The optional attributes belong to states and are named as their fields. `expires_at` is the table's TTL."""

    state = UnicodeAttribute()
    secret_digest = UnicodeAttribute()
    client_id = UnicodeAttribute()
    scope = UnicodeAttribute()
    address = UnicodeAttribute()
    country = UnicodeAttribute()
    agent = UnicodeAttribute()
    device_name = UnicodeAttribute()
    created_at = NumberAttribute()
    expires_at = NumberAttribute()
    code_challenge = UnicodeAttribute()
    max_auth_age = NumberAttribute()
    near = UnicodeAttribute()
    approval_number = BooleanAttribute()

    next_poll_at = NumberAttribute(null=True)
    user_id = UnicodeAttribute(null=True)
    claimed_at = NumberAttribute(null=True)
    auth_time = NumberAttribute(null=True)
    approved_at = NumberAttribute(null=True)
    number_digest = UnicodeAttribute(null=True)
    wrong_numbers = NumberAttribute(null=True)
    denied_at = NumberAttribute(null=True)
    session_id = UnicodeAttribute(null=True)
    redeemed_at = NumberAttribute(null=True)


_COMMON = frozenset(name for name, attribute in GrantItem.get_attributes().items() if not attribute.null)
_NEEDED = {kind: _COMMON | own for kind, own in _OWN.items()}
_FOREIGN = {kind: _EXCLUSIVE - own for kind, own in _OWN.items()}
_FRACTIONS = frozenset({"next_poll_at"})


def name_of(state: type[Grant]) -> str:
    """Return what a state is called in the table."""
    return _NAMES[state]


def changes_to(locator: str, **values: Any) -> GrantItem:  # noqa: ANN401  PynamoDB knows the types
    """Return an item that holds nothing but the key of a grant and these values."""
    return GrantItem(keys.GRANT + locator, keys.GRANT_SORT_KEY, **values)


def new_item(grant: Pending) -> GrantItem:
    """Return the whole item of a new grant."""
    request, origin = grant.request, grant.request.origin
    return changes_to(
        request.locator,
        state=name_of(Pending),
        secret_digest=request.secret_digest,
        client_id=request.client_id,
        scope=" ".join(request.scopes),
        address=origin.address,
        country=origin.country,
        agent=origin.agent,
        device_name=origin.device_name,
        created_at=request.created_at,
        expires_at=request.expires_at,
        code_challenge=request.code_challenge,
        max_auth_age=request.max_auth_age,
        near=request.near,
        approval_number=request.approval_number,
        next_poll_at=grant.next_poll_at,
    )


def dropped(before: type[Grant], after: type[Grant]) -> list[Action]:
    """Return the actions that remove what the state `before` has and the state `after` has not."""
    return [getattr(GrantItem, name).remove() for name in sorted(_OWN[before] - _OWN[after])]


def read_grant(raw: RawItem) -> Grant:
    """Return the state that an item holds. Raises CorruptGrant for a mix of states, or where something is missing."""
    try:
        values = _BEFORE | GrantItem.from_raw_data(raw).attribute_values
    except (TypeError, ValueError) as error:
        raise CorruptGrant("an attribute has a foreign type") from error
    state = values.get("state")
    if state not in _STATES:
        raise CorruptGrant("the state is unknown")
    kind = _STATES[state]
    own = _OWN[kind]
    wrong = _NEEDED[kind] - values.keys() | _FOREIGN[kind] & values.keys()
    if wrong:
        raise CorruptGrant(f"a {state} grant has foreign or missing attributes: {sorted(wrong)}")
    if any(isinstance(value, float) for name, value in values.items() if name not in _FRACTIONS):
        raise CorruptGrant("a time is not a whole number of seconds")
    return kind(request=_request(values), **{name: values[name] for name in own})


def _request(values: dict[str, Any]) -> GrantRequest:
    return GrantRequest(
        locator=values["pk"].removeprefix(keys.GRANT),
        secret_digest=values["secret_digest"],
        client_id=values["client_id"],
        scopes=tuple(values["scope"].split()),
        origin=Origin(
            address=values["address"],
            country=values["country"],
            agent=values["agent"],
            device_name=values["device_name"],
        ),
        created_at=values["created_at"],
        expires_at=values["expires_at"],
        code_challenge=values["code_challenge"],
        max_auth_age=values["max_auth_age"],
        near=values["near"],
        approval_number=values["approval_number"],
    )
