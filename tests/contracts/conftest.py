"""A table on an emulator: the embedded one, or the one that AWS_ENDPOINT_URL names."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any

import botocore.session
import pytest
from botocore.retries.standard import ExponentialBackoff

from infra.local.emulator import running_emulator
from tests.contracts.stores import DynamoStore, MemoryStore, Store
from tests.contracts.wire import Wire

if TYPE_CHECKING:
    from collections.abc import Iterator

CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1"}


@pytest.fixture(scope="session")
def endpoint() -> Iterator[str]:
    """Return the address of an emulator."""
    given = os.environ.get("AWS_ENDPOINT_URL")
    if given:
        yield given
    else:
        with running_emulator() as emulator:
            yield emulator.endpoint


@pytest.fixture(scope="session")
def dynamo(endpoint: str) -> Iterator[DynamoStore]:
    """Return the stores on a table of the shape that the stack makes, in the emulator for as long as the tests run."""
    with pytest.MonkeyPatch.context() as environment:
        for name, value in CREDENTIALS.items():
            if name not in os.environ:
                environment.setenv(name, value)
        client: Any = botocore.session.get_session().create_client("dynamodb", endpoint_url=endpoint)
        table = f"tallystick-contracts-{time.monotonic_ns()}"
        client.create_table(
            TableName=table,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
        )
        client.get_waiter("table_exists").wait(TableName=table, WaiterConfig={"Delay": 1, "MaxAttempts": 30})
        yield DynamoStore.on(client, table)
        client.delete_table(TableName=table)


@pytest.fixture(scope="session")
def two_wires(dynamo: DynamoStore) -> tuple[Wire, Wire]:
    """Return the stores on two connections of their own, made once: a botocore client is slow to make."""
    return Wire(DynamoStore.on(dynamo.client, dynamo.name)), Wire(DynamoStore.on(dynamo.client, dynamo.name))


@pytest.fixture
def wire(two_wires: tuple[Wire, Wire], monkeypatch: pytest.MonkeyPatch) -> Wire:
    """Return the stores on a connection that the test can listen to and cut; its SDK does not pause before a retry."""
    return _mended(two_wires[0], monkeypatch)


@pytest.fixture
def failing_wire(two_wires: tuple[Wire, Wire], monkeypatch: pytest.MonkeyPatch) -> Wire:
    """Return the same for tests that fail a lot: the SDK of a connection gives up retrying after many failures."""
    return _mended(two_wires[1], monkeypatch)


def _mended(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> Wire:
    monkeypatch.setattr(ExponentialBackoff, "delay_amount", lambda *_: 0)
    wire.mend()
    return wire


@pytest.fixture(params=["memory", "dynamodb"])
def store(request: pytest.FixtureRequest) -> Store:
    """Return each kind of store in turn."""
    if request.param == "memory":
        return MemoryStore()
    found: DynamoStore = request.getfixturevalue("dynamo")
    return found
