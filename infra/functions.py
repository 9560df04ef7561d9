"""One row for a function: what it is told, what it may do, how much of a machine it gets, what it ships.

The stack makes its Lambda and its role from the row, the bundler its zip; the API's routes to it are in `functions.api`. To
add a function: its folder in `functions/`, its routes there, a row here, and its dependency group in pyproject.toml.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from functions.settings import (
    EDGE_SECRET,
    ISSUER,
    PROVIDER_CLIENT_ID,
    PROVIDER_ISSUER,
    PROVIDER_METADATA,
    PROVIDER_SECRET_ARN,
    SIGNING_KEYS,
    TABLE,
)
from functions.store.keys import BROWSER, GRANT, LIMIT, SIGN_IN, TOKEN, USER

if TYPE_CHECKING:
    from collections.abc import Mapping

TableCall = Literal["GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query"]

_PROVIDER = (PROVIDER_ISSUER, PROVIDER_CLIENT_ID, PROVIDER_METADATA, PROVIDER_SECRET_ARN)
# A share of a CPU comes with the memory, and a cold start is all CPU.
_MEGABYTES = 1024
# The clients inside give up after some nine seconds, with an answer.
_SECONDS = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """A row. What is not in it the function is not told, may not do and does not ship.

    `environment` are variables of `functions.settings`. `table` says of which kinds of items, by how their keys begin, each
    call may be made. `signing_keys` is the one right on them, `secrets` whose secrets may be read: those of the confidential
    clients, or ours at the identity provider. `group` is the dependency group in pyproject.toml that the bundle ships.
    """

    environment: tuple[str, ...]
    table: Mapping[TableCall, tuple[str, ...]]
    signing_keys: Literal["kms:Sign", "kms:GetPublicKey"] | None
    secrets: Literal["clients", "provider"] | None
    seconds: int
    megabytes: int
    group: str

    @property
    def services(self) -> frozenset[str]:
        """The AWS services that it calls, by botocore's names: those that it has a right on, but for its log."""
        rights = {"dynamodb": self.table, "kms": self.signing_keys, "secretsmanager": self.secrets}
        return frozenset(service for service, right in rights.items() if right)


FUNCTIONS = {
    "issue": Function(
        environment=(ISSUER, EDGE_SECRET, TABLE),
        table={"PutItem": (GRANT,), "UpdateItem": (LIMIT,)},
        signing_keys=None,
        secrets="clients",
        seconds=_SECONDS,
        megabytes=_MEGABYTES,
        group="issue",
    ),
    "poll": Function(
        environment=(ISSUER, EDGE_SECRET, TABLE, SIGNING_KEYS),
        # Redeeming and opening the session are one transaction, which needs the rights of its parts. Both parts may touch
        # both kinds: AWS does not say whether a part is held to its own key or to the keys of the whole transaction.
        table={"UpdateItem": (GRANT, USER), "PutItem": (GRANT, USER, TOKEN), "GetItem": (USER,), "DeleteItem": (USER,)},
        signing_keys="kms:Sign",
        secrets="clients",
        seconds=_SECONDS,
        megabytes=_MEGABYTES,
        group="poll",
    ),
    "approve": Function(
        environment=(ISSUER, EDGE_SECRET, TABLE),
        table={"UpdateItem": (GRANT, USER, LIMIT), "GetItem": (BROWSER, USER, LIMIT)},
        signing_keys=None,
        secrets=None,
        seconds=_SECONDS,
        megabytes=_MEGABYTES,
        group="approve",
    ),
    "signin": Function(
        environment=(ISSUER, EDGE_SECRET, TABLE, *_PROVIDER),
        table={
            "PutItem": (BROWSER, SIGN_IN),
            "GetItem": (BROWSER, USER),
            "UpdateItem": (USER,),
            "DeleteItem": (BROWSER,),
        },
        signing_keys=None,
        secrets="provider",
        seconds=25,  # it asks the identity provider up to three times
        megabytes=_MEGABYTES,
        group="signin",
    ),
    "sessions": Function(
        environment=(ISSUER, EDGE_SECRET, TABLE, SIGNING_KEYS),
        table={"GetItem": (USER, BROWSER, TOKEN), "Query": (USER,), "UpdateItem": (USER,), "DeleteItem": (USER,)},
        signing_keys="kms:GetPublicKey",
        secrets="clients",
        seconds=_SECONDS,
        megabytes=_MEGABYTES,
        group="sessions",
    ),
    "discovery": Function(
        environment=(ISSUER, EDGE_SECRET, SIGNING_KEYS),
        table={},
        signing_keys="kms:GetPublicKey",
        secrets=None,
        seconds=_SECONDS,
        megabytes=_MEGABYTES,
        group="discovery",
    ),
}

SERVICES = frozenset[str]().union(*(function.services for function in FUNCTIONS.values()))
"""The AWS services that any function calls."""
