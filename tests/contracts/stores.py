"""The stores under contract: DynamoDB's and the twins in memory, each with a way to look behind the port."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol

from functions.store.browser_sessions import DynamoBrowserSessions
from functions.store.grants import DynamoGrants
from functions.store.limits import DynamoCounters, DynamoGuesses
from functions.store.opaque_tokens import DynamoOpaqueTokens
from functions.store.sessions import DynamoSessions
from functions.store.table import open_table
from functions.store.users import DynamoUsers
from tests.contracts.grants import raw_item
from tests.contracts.sessions import raw_session
from tests.fakes.limits import MemoryCounters, MemoryGuesses
from tests.fakes.store import MemoryBrowserSessions, MemoryGrants, MemoryOpaqueTokens, MemorySessions, MemoryUsers
from tests.server import Stores

if TYPE_CHECKING:
    from functions.domain.device_grant.states import Grant
    from functions.domain.ports import OpaqueTokens
    from functions.domain.session.session import Session
    from functions.store.table import Table


class Store(Stores, Protocol):
    """One kind of store. What a server keeps is tested, and opaque tokens; the rest is the test's own hand."""

    @property
    def opaque(self) -> OpaqueTokens:
        """Hold what opaque access tokens say."""

    def place(self, grant: Grant) -> None:
        """Put a grant where the store will find it, whatever its state."""

    def shows(self, grant: Grant) -> bool:
        """Tell whether exactly this grant stands at its key, with no attribute too many."""

    def is_empty_at(self, locator: str) -> bool:
        """Tell whether nothing stands at the key."""

    def place_session(self, session: Session) -> None:
        """Put a session where the store will find it."""

    def shows_session(self, session: Session) -> bool:
        """Tell whether exactly this session stands at its key, with no attribute too many."""

    def disable(self, user_id: str) -> None:
        """Do what an operator does to lock a person out."""


@dataclass(slots=True)
class MemoryStore:
    """The twins in memory."""

    sessions: MemorySessions = field(default_factory=MemorySessions)
    grants: MemoryGrants = field(init=False)
    users: MemoryUsers = field(default_factory=MemoryUsers)
    browsers: MemoryBrowserSessions = field(default_factory=MemoryBrowserSessions)
    opaque: MemoryOpaqueTokens = field(default_factory=MemoryOpaqueTokens)
    counters: MemoryCounters = field(default_factory=MemoryCounters)
    guesses: MemoryGuesses = field(default_factory=MemoryGuesses)

    def __post_init__(self) -> None:
        self.grants = MemoryGrants(self.sessions)

    def place(self, grant: Grant) -> None:
        """Put it into the dictionary."""
        self.grants.items[grant.request.locator] = grant

    def shows(self, grant: Grant) -> bool:
        """Compare with the dictionary."""
        return self.grants.items.get(grant.request.locator) == grant

    def is_empty_at(self, locator: str) -> bool:
        """Look into the dictionary."""
        return locator not in self.grants.items

    def place_session(self, session: Session) -> None:
        """Put it into the dictionary."""
        self.sessions.place(session)

    def shows_session(self, session: Session) -> bool:
        """Compare with the dictionary."""
        return self.sessions.items.get((session.user_id, session.session_id)) == session

    def disable(self, user_id: str) -> None:
        """Change the person in the dictionary."""
        self.users.people[user_id] = replace(self.users.people[user_id], disabled=True)


@dataclass(frozen=True, slots=True)
class DynamoStore:
    """The stores on a real table. `client` is botocore's own: the test looks with other eyes than the store."""

    client: Any
    name: str
    table: Table

    @classmethod
    def on(cls, client: Any, name: str) -> DynamoStore:  # noqa: ANN401  botocore makes its classes at run time
        """Open the table that `client` sees under `name`."""
        return cls(client, name, open_table(name, endpoint=client.meta.endpoint_url))

    @property
    def grants(self) -> DynamoGrants:
        """The grants in the table."""
        return DynamoGrants(self.table)

    @property
    def users(self) -> DynamoUsers:
        """The people in the table."""
        return DynamoUsers(self.table)

    @property
    def sessions(self) -> DynamoSessions:
        """The sessions in the table."""
        return DynamoSessions(self.table)

    @property
    def browsers(self) -> DynamoBrowserSessions:
        """The browser sessions in the table."""
        return DynamoBrowserSessions(self.table)

    @property
    def opaque(self) -> DynamoOpaqueTokens:
        """What opaque access tokens say, in the table."""
        return DynamoOpaqueTokens(self.table)

    @property
    def counters(self) -> DynamoCounters:
        """The counts of requests in the table."""
        return DynamoCounters(self.table)

    @property
    def guesses(self) -> DynamoGuesses:
        """The wrong codes in the table."""
        return DynamoGuesses(self.table)

    def put_raw(self, item: dict[str, Any]) -> None:
        """Put an item as it is."""
        self.client.put_item(TableName=self.name, Item=item)

    def raw(self, pk: str, sk: str) -> dict[str, Any] | None:
        """Return an item as it is."""
        key = {"pk": {"S": pk}, "sk": {"S": sk}}
        item: dict[str, Any] | None = self.client.get_item(TableName=self.name, Key=key, ConsistentRead=True).get("Item")
        return item

    def place(self, grant: Grant) -> None:
        """Put the item of a grant."""
        self.put_raw(raw_item(grant))

    def shows(self, grant: Grant) -> bool:
        """Compare the whole item."""
        return self.raw(f"grant#{grant.request.locator}", "grant") == raw_item(grant)

    def is_empty_at(self, locator: str) -> bool:
        """Look for an item."""
        return self.raw(f"grant#{locator}", "grant") is None

    def place_session(self, session: Session) -> None:
        """Put the item of a session."""
        self.put_raw(raw_session(session))

    def shows_session(self, session: Session) -> bool:
        """Compare the whole item."""
        return self.raw(f"user#{session.user_id}", f"session#{session.session_id}") == raw_session(session)

    def disable(self, user_id: str) -> None:
        """Set the attribute, as in the console."""
        self.client.update_item(
            TableName=self.name,
            Key={"pk": {"S": f"user#{user_id}"}, "sk": {"S": "profile"}},
            UpdateExpression="SET disabled = :yes",
            ExpressionAttributeValues={":yes": {"BOOL": True}},
        )
