"""One DynamoDB table, opened at run time: conditional writes that show the loser what stood there, and consistent reads.

PynamoDB's models give the attributes, their types and the expressions. Their class-level Meta would fix the table's name at
import, so the models here have none, and the connection is an object that a composition root makes.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from botocore.exceptions import ClientError
from pynamodb.attributes import UnicodeAttribute
from pynamodb.connection.base import MetaTable
from pynamodb.connection.table import TableConnection
from pynamodb.models import Model

from functions.store import keys
from functions.store.calls import CONDITION_FAILED, call, response_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pynamodb.expressions.condition import Condition
    from pynamodb.expressions.update import Action

# A function has seconds, not minutes: DynamoDB answers within milliseconds or not at all, and two more attempts get over a
# connection that went stale while the function was frozen.
_CONNECT_SECONDS = 1
_READ_SECONDS = 2
_RETRIES = 2
_KEY_SCHEMA = ((keys.PARTITION_KEY, "HASH"), (keys.SORT_KEY, "RANGE"))

Returning = Literal["ALL_NEW", "ALL_OLD"]
"""Which item an update returns: as it is after it, or as it was before."""

RawItem = dict[str, dict[str, Any]]
"""An item as DynamoDB spells it: {"pk": {"S": "…"}, …}."""


class Item(Model):
    """What every item has: the two parts of its key."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)


@dataclass(frozen=True, slots=True)
class Put:
    """A part of a transaction: write a whole item in place of whatever has its key, if the condition holds."""

    item: Item
    condition: Condition | None = None


@dataclass(frozen=True, slots=True)
class Update:
    """A part of a transaction: set what `changes` has on the item of its key, and do the other actions, likewise."""

    changes: Item
    condition: Condition | None
    actions: Sequence[Action] = ()


@dataclass(frozen=True, slots=True)
class Written:
    """The write went through; `item` is what stands there now, or stood there before where that was asked for."""

    item: RawItem


@dataclass(frozen=True, slots=True)
class Refused:
    """The condition did not hold; `found` is what stood there.

    `ours`: the SDK had sent the request before, and what stands there is just what it asks for. The first attempt went
    through and only its acknowledgement was lost.
    """

    found: RawItem | None
    ours: bool


class Table:
    """The table. Every method raises StoreUnavailable when it is throttled, down or out of reach."""

    def __init__(self, connection: TableConnection) -> None:
        self._connection = connection

    def put(self, item: Item, condition: Condition | None = None) -> Written | Refused:
        """Write a whole item in place of whatever has its key, if the condition holds."""
        return self._write("PutItem", self._arguments(Put(item, condition)), item)

    def update(
        self, changes: Item, condition: Condition | None, *actions: Action, returning: Returning = "ALL_NEW"
    ) -> Written | Refused:
        """Set the attributes that `changes` has on the item of its key, and do the other actions, if the condition holds."""
        arguments = self._arguments(Update(changes, condition, actions))
        return self._write("UpdateItem", {**arguments, "ReturnValues": returning}, changes)

    def transact(self, token: str, *parts: Put | Update) -> tuple[Refused | None, ...]:
        """Do all of it or nothing. Returns nothing when it went through; else, part by part, what made its condition fail.

        `token`, at most 36 characters, names this transaction: when the SDK sends it again because the first acknowledgement
        was lost, DynamoDB knows it, for ten minutes, and says again that it went through.
        """
        items = [{type(part).__name__: self._arguments(part)} for part in parts]
        try:
            call(self._connection, "TransactWriteItems", {"ClientRequestToken": token, "TransactItems": items})
        except ClientError as error:
            reasons = response_of(error).get("CancellationReasons", [])
            refused = [reason["Code"] == CONDITION_FAILED for reason in reasons]
            if not any(refused):
                raise
            found = [reason.get("Item") for reason in reasons]
            return tuple(Refused(item, ours=False) if lost else None for item, lost in zip(found, refused, strict=True))
        return ()

    def get(self, pk: str, sk: str, *, consistent: bool = True) -> RawItem | None:
        """Read an item. None when there is none.

        An eventually consistent read costs half, and may show the item as it was a moment ago, mostly well below a second.
        """
        arguments = self._connection.get_operation_kwargs(pk, range_key=sk, consistent_read=consistent)
        item: RawItem | None = call(self._connection, "GetItem", arguments).get("Item")
        return item

    def query(self, pk: str, prefix: str) -> list[RawItem]:
        """Read, consistently, all items of a hash key whose range key begins so."""
        found: list[RawItem] = []
        arguments: dict[str, Any] = {
            "TableName": self._connection.table_name,
            "ConsistentRead": True,
            "KeyConditionExpression": "pk = :pk AND begins_with(sk, :prefix)",
            "ExpressionAttributeValues": {":pk": {"S": pk}, ":prefix": {"S": prefix}},
        }
        while True:
            answer = call(self._connection, "Query", arguments)
            found += answer["Items"]
            if "LastEvaluatedKey" not in answer:
                return found
            arguments["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def delete(self, pk: str, sk: str) -> RawItem | None:
        """Remove an item and return it as it was. None when there was none."""
        arguments = self._connection.get_operation_kwargs(pk, range_key=sk, return_values="ALL_OLD")
        item: RawItem | None = call(self._connection, "DeleteItem", arguments).get("Attributes")
        return item

    def _arguments(self, write: Put | Update) -> dict[str, Any]:
        """Return a write as DynamoDB spells it: the same alone and in a transaction, and the loser sees what stood there."""
        if isinstance(write, Put):
            item = write.item
            what: dict[str, Any] = {"key": "Item", "attributes": item.serialize()}
        else:
            item, kind = write.changes, type(write.changes)
            values = {name: value for name, value in item.attribute_values.items() if name not in {"pk", "sk"}}
            what = {"actions": [*(getattr(kind, name).set(value) for name, value in values.items()), *write.actions]}
        arguments: dict[str, Any] = self._connection.get_operation_kwargs(
            item.pk,
            range_key=item.sk,
            condition=write.condition,
            return_values_on_condition_failure="ALL_OLD",
            **what,
        )
        return arguments

    def _write(self, operation: str, arguments: dict[str, Any], wanted: Item) -> Written | Refused:
        try:
            answer = call(self._connection, operation, arguments)
        except ClientError as error:
            response = response_of(error)
            if response["Error"]["Code"] != f"{CONDITION_FAILED}Exception":
                raise
            found: RawItem | None = response.get("Item")
            retried = response["ResponseMetadata"].get("RetryAttempts", 0) > 0
            return Refused(found, ours=retried and found is not None and _holds(found, wanted))
        return Written(answer.get("Attributes") or wanted.serialize())


def open_table(name: str, *, region: str | None = None, endpoint: str | None = None) -> Table:
    """Open the table by its name. Region and endpoint are the environment's unless given.

    Sends nothing, but makes the client now, while a function starts and has the most CPU.
    """
    # At DEBUG both log whole requests and answers: digests, e-mail addresses, the signature of the request.
    for library in ("botocore", "pynamodb"):
        logging.getLogger(library).setLevel(logging.WARNING)
    schema = MetaTable(
        {
            "TableName": name,
            "KeySchema": [{"AttributeName": attribute, "KeyType": part} for attribute, part in _KEY_SCHEMA],
            "AttributeDefinitions": [{"AttributeName": attribute, "AttributeType": "S"} for attribute, _ in _KEY_SCHEMA],
        },
    )
    connection = TableConnection(
        name,
        region=region,
        host=endpoint,
        connect_timeout_seconds=_CONNECT_SECONDS,
        read_timeout_seconds=_READ_SECONDS,
        max_retry_attempts=_RETRIES,
        meta_table=schema,
    )
    _ = connection.connection.client
    return Table(connection)


def _holds(found: RawItem, wanted: Item) -> bool:
    """Tell whether the item that stands there has every attribute that we asked for."""
    return wanted.attribute_values.items() <= type(wanted).from_raw_data(found).attribute_values.items()
