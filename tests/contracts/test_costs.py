"""What a whole login costs at DynamoDB, counted on the wire: the budget of a million logins depends on it."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from tests.server import ACME, ADA, Server

if TYPE_CHECKING:
    from tests.contracts.wire import Wire

KIBIBYTE = 1024
POLLS_BEFORE_THE_DECISION = 5
# One read is the token endpoint's, which must be exact. The rest are glances at half the price: the page's first call looks
# up the browser, the person and the wrong codes, its second the browser.
WRITE_UNITS, READ_UNITS = 15, 3


SCOPES = ("deploy", "email", "offline_access")

_seeds = count(100)


@pytest.fixture
def server(wire: Wire) -> Server:
    """Return a server on the table. All tests share that, so each draws codes of its own."""
    return Server(stores=wire.store, seed=next(_seeds))


def units(sent: list[tuple[str, dict[str, Any]]]) -> dict[str, float]:
    """Add up what was sent in DynamoDB's units, for items of less than a kibibyte.

    A transaction counts its writes twice, a read that need not be consistent half.
    """
    counted: dict[str, float] = {"read": 0, "write": 0}
    for operation, arguments in sent:
        match operation:
            case "GetItem" | "Query":
                counted["read"] += 1 if arguments["ConsistentRead"] else 0.5
            case "TransactWriteItems":
                counted["write"] += 2 * len(arguments["TransactItems"])
            case _:
                counted["write"] += 1
    return counted


def bytes_of(item: dict[str, dict[str, str | list[str]]]) -> int:
    """Return the size that DynamoDB counts, a little more for numbers and sets."""
    return sum(len(name) + len(str(said).encode()) for name, value in item.items() for said in value.values())


def log_in(server: Server, wire: Wire) -> dict[str, Any]:
    browser = server.sign_in()
    wire.sent.clear()
    codes = server.start(scope=" ".join(SCOPES), device_name="Ada’s laptop")
    for _ in range(POLLS_BEFORE_THE_DECISION - 1):
        assert server.ask(codes).error == "authorization_pending"
        server.clock.now += 5
    browser.lookup(codes["user_code"])
    assert server.ask(codes).error == "authorization_pending"
    browser.decide(codes["user_code"], "approve")
    tokens: dict[str, Any] = server.ask(codes).json
    assert tokens["refresh_token"]
    return tokens


def test_a_pending_poll_is_one_call(server: Server, wire: Wire) -> None:
    codes = server.start()
    wire.sent.clear()
    assert server.ask(codes).error == "authorization_pending"
    assert [operation for operation, _ in wire.sent] == ["UpdateItem"]


def test_a_poll_that_gets_the_tokens_is_three_calls(server: Server, wire: Wire) -> None:
    server.ask(server.approved())
    codes = server.approved()
    wire.sent.clear()
    assert server.ask(codes).status == 200
    assert [operation for operation, _ in wire.sent] == ["UpdateItem", "GetItem", "TransactWriteItems"]


def test_a_whole_login_with_six_polls_stays_within_its_budget(server: Server, wire: Wire) -> None:
    wire.store.users.remember(ADA.user_id, str(ACME.consent_to(SCOPES)))
    log_in(server, wire)
    spent = units(wire.sent)
    assert spent["write"] <= WRITE_UNITS
    assert spent["read"] <= READ_UNITS


def test_only_what_a_person_allows_for_the_first_time_costs_a_write_to_remember(server: Server, wire: Wire) -> None:
    spent = []
    for _ in range(3):
        codes = server.start(scope="profile deploy")
        browser = server.sign_in()
        browser.lookup(codes["user_code"])
        browser.decide(codes["user_code"], "approve")
        wire.sent.clear()
        server.ask(codes)
        spent.append(units(wire.sent)["write"])
    assert spent == [6, 5, 5]


def test_the_items_of_a_login_are_small_enough_for_one_unit_each(server: Server, wire: Wire) -> None:
    log_in(server, wire)
    keys = [arguments["Key"] for operation, arguments in wire.sent if operation in {"UpdateItem", "GetItem"}]
    keys += [
        write["Item"]
        for _, sent in wire.sent
        for part in sent.get("TransactItems", [])
        for write in part.values()
        if "Item" in write
    ]
    # Nobody has typed a wrong code, so there is no item of these.
    there = [key for key in keys if not key["pk"]["S"].startswith("limit#guesses#")]
    assert len(there) == len(keys) - 1
    for key in there:
        item = wire.store.raw(key["pk"]["S"], key["sk"]["S"])
        assert item is not None
        assert bytes_of(item) < KIBIBYTE


def test_a_refresh_is_one_write_and_two_reads(server: Server, wire: Wire) -> None:
    refresh_token = log_in(server, wire)["refresh_token"]
    wire.sent.clear()
    assert server.refresh(refresh_token).status == 200
    assert units(wire.sent) == {"write": 1, "read": 2}


def test_a_refresh_that_is_retried_writes_nothing(server: Server, wire: Wire) -> None:
    refresh_token = log_in(server, wire)["refresh_token"]
    server.refresh(refresh_token)
    wire.sent.clear()
    assert server.refresh(refresh_token).status == 200
    assert units(wire.sent) == {"write": 0, "read": 2}
