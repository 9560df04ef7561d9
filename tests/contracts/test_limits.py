"""The contract of the counts, in memory and on DynamoDB alike; then what only a real table can show of them."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import EndpointConnectionError

from functions.domain.errors import StoreUnavailable
from functions.domain.limits import Guesser, GuessLimits, Rate, Tally
from functions.domain.ports import Counted, Full
from tests.contracts.racing import ROUNDS, race

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.contracts.stores import DynamoStore, Store
    from tests.contracts.wire import Wire

WAYS = 16
RATE = Rate(count=5, seconds=60)
LIMITS = GuessLimits(seconds=60, per_account=3, per_network=5, in_total=7, longest_lock=600)
ADDRESS = "198.51.100.7/32"

_numbers = count()


def fresh_window() -> float:
    """Return a time in a window that no other test uses."""
    return 2_000_000_000.25 + 600 * next(_numbers)


def fresh_key() -> str:
    return f"key {next(_numbers)}"


def guesser(user: str = "usr_ada", network: str = ADDRESS) -> Guesser:
    return Guesser(user_id=user, network=network)


def test_as_many_events_are_counted_as_the_rate_allows_and_no_more(store: Store) -> None:
    key, now = fresh_key(), fresh_window()
    assert [store.counters.take("x", key, RATE, now) for _ in range(8)] == [True] * 5 + [False] * 3


def test_each_window_each_key_and_each_kind_counts_for_itself(store: Store) -> None:
    key, now = fresh_key(), fresh_window()
    for _ in range(RATE.count):
        store.counters.take("x", key, RATE, now)
    assert not store.counters.take("x", key, RATE, RATE.ends_at(now) - 0.001)
    assert store.counters.take("x", key, RATE, float(RATE.ends_at(now)))
    assert store.counters.take("x", fresh_key(), RATE, now)
    assert store.counters.take("y", key, RATE, now)


@pytest.mark.row("R01")
def test_of_sixteen_events_at_once_just_as_many_are_counted(store: Store) -> None:
    for _ in range(ROUNDS):
        take = partial(store.counters.take, "x", fresh_key(), RATE, fresh_window())
        assert sum(race([take] * WAYS)) == RATE.count


def test_nothing_is_held_against_somebody_new(store: Store) -> None:
    assert store.guesses.tally(guesser(), LIMITS, fresh_window()) == Tally()


def test_a_wrong_code_counts_against_account_network_and_total(store: Store) -> None:
    now = fresh_window()
    assert store.guesses.count(guesser(), LIMITS, now) == Counted(Tally(account=1, network=1, total=1))
    assert store.guesses.count(guesser("usr_bob"), LIMITS, now) == Counted(Tally(account=1, network=2, total=2))
    assert store.guesses.count(guesser(network="2001:db8::/64"), LIMITS, now) == Counted(
        Tally(account=2, network=1, total=3)
    )
    assert store.guesses.tally(guesser(), LIMITS, now) == Tally(account=2, network=2, total=3)
    assert store.guesses.tally(guesser(), LIMITS, float(LIMITS.ends_at(now))) == Tally()


@pytest.mark.parametrize(
    ("again", "full"),
    [
        (lambda _: guesser(), Tally(account=3, network=3, total=3)),
        (lambda number: guesser(f"usr_{number}"), Tally(account=0, network=5, total=5)),
        (lambda number: guesser(f"usr_{number}", f"2001:db8:{number}::/64"), Tally(account=0, network=0, total=7)),
    ],
    ids=["account", "network", "total"],
)
def test_when_one_count_is_full_none_is_raised(store: Store, again: Callable[[int], Guesser], full: Tally) -> None:
    now = fresh_window()
    results = [store.guesses.count(again(number), LIMITS, now) for number in range(10)]
    counted = [result for result in results if isinstance(result, Counted)]
    assert len(counted) == full.total
    assert results[-1] == Full(full)
    assert store.guesses.tally(again(9), LIMITS, now) == full


@pytest.mark.row("R02", "R03", "R04")
@pytest.mark.parametrize(
    ("limits", "allowed"),
    [
        (LIMITS, LIMITS.per_account),
        (replace(LIMITS, per_account=100), LIMITS.per_network),
        (replace(LIMITS, per_account=100, per_network=100), LIMITS.in_total),
    ],
    ids=["account", "network", "total"],
)
def test_of_sixteen_wrong_codes_at_once_just_as_many_are_counted(store: Store, limits: GuessLimits, allowed: int) -> None:
    for _ in range(ROUNDS):
        results = race([partial(store.guesses.count, guesser(), limits, fresh_window())] * WAYS)
        assert sum(isinstance(result, Counted) for result in results) == allowed


def test_what_is_given_back_is_no_longer_held_against_anybody(store: Store) -> None:
    now = fresh_window()
    store.guesses.count(guesser(), LIMITS, now)
    store.guesses.count(guesser("usr_bob"), LIMITS, now)
    store.guesses.give_back(guesser(), LIMITS, now)
    assert store.guesses.tally(guesser(), LIMITS, now) == Tally(account=0, network=1, total=1)


def test_nothing_can_be_given_back_that_was_not_counted(store: Store) -> None:
    now = fresh_window()
    store.guesses.give_back(guesser(), LIMITS, now)
    store.guesses.count(guesser("usr_bob"), LIMITS, now)
    store.guesses.give_back(guesser(), LIMITS, now)
    assert store.guesses.tally(guesser(), LIMITS, now) == Tally(account=0, network=1, total=1)


CALLS: dict[str, tuple[str, Callable[[Store, float], object]]] = {
    "take": ("UpdateItem", lambda store, now: store.counters.take("x", "a client", RATE, now)),
    "tally": ("GetItem", lambda store, now: store.guesses.tally(guesser(), LIMITS, now)),
    "count": ("UpdateItem", lambda store, now: store.guesses.count(guesser(), LIMITS, now)),
    "give back": ("UpdateItem", lambda store, now: store.guesses.give_back(guesser(), LIMITS, now)),
}
each_call = pytest.mark.parametrize("name", CALLS)


@each_call
def test_each_is_one_call_counted_or_full(wire: Wire, name: str) -> None:
    operation, call = CALLS[name]
    now = fresh_window()
    for _ in range(RATE.count + 2):
        call(wire.store, now)
    assert [sent for sent, _ in wire.sent] == [operation] * (RATE.count + 2)


def test_a_glance_at_the_tally_costs_half(wire: Wire) -> None:
    wire.store.guesses.tally(guesser(), LIMITS, fresh_window())
    [(_, arguments)] = wire.sent
    assert arguments["ConsistentRead"] is False


def test_every_count_is_swept_when_its_window_is_over(wire: Wire) -> None:
    now, user = fresh_window(), fresh_key()
    wire.store.counters.take("x", user, RATE, now)
    wire.store.guesses.count(guesser(user), LIMITS, now)
    assert [item["expires_at"] for item in sent_items(wire)] == [{"N": str(LIMITS.ends_at(now))}] * 2


def test_neither_addresses_nor_people_stand_in_the_keys(wire: Wire) -> None:
    now, user = fresh_window(), "usr_" + "e0f1" * 8
    wire.store.counters.take("x", ADDRESS, RATE, now)
    wire.store.guesses.count(guesser(user), LIMITS, now)
    wire.store.guesses.tally(guesser(user), LIMITS, now)
    everything = json.dumps([*wire.sent, *sent_items(wire)])
    assert ADDRESS not in everything
    assert user not in everything


def test_an_item_full_of_guessers_stays_far_from_what_an_item_can_hold(dynamo: DynamoStore) -> None:
    limits, now = replace(LIMITS, in_total=5000), fresh_window()
    for number in range(50):
        dynamo.guesses.count(guesser(f"usr_{number:032x}", f"2001:db8:0:{number:x}::/64"), limits, now)
    item = dynamo.raw(f"limit#guesses#{limits.window(now)}", "count")
    assert item is not None
    each = sum(len(name) + len(value["N"]) for name, value in item.items() if name[0] in "an") / 50
    assert each * limits.in_total < 400 * 1024 / 2


@pytest.mark.row("F1")
@each_call
@pytest.mark.parametrize("code", ["ProvisionedThroughputExceededException", "ThrottlingException", "InternalServerError"])
def test_a_table_that_cannot_count_is_unavailable(failing_wire: Wire, name: str, code: str) -> None:
    failing_wire.answer(500 if code == "InternalServerError" else 400, code)
    with pytest.raises(StoreUnavailable):
        CALLS[name][1](failing_wire.store, fresh_window())


@pytest.mark.row("F1")
@each_call
def test_a_table_out_of_reach_is_unavailable(failing_wire: Wire, name: str) -> None:
    failing_wire.fail(EndpointConnectionError(endpoint_url="https://dynamodb"))
    with pytest.raises(StoreUnavailable):
        CALLS[name][1](failing_wire.store, fresh_window())


def test_a_count_whose_acknowledgement_was_lost_is_never_one_too_few(wire: Wire) -> None:
    key, now = fresh_key(), fresh_window()
    wire.lose_the_next_answer()
    taken = [wire.store.counters.take("x", key, RATE, now) for _ in range(RATE.count + 2)]
    assert sum(taken) <= RATE.count


def sent_items(wire: Wire) -> list[dict[str, Any]]:
    """Return the items that the sent writes have left in the table."""
    keys = [arguments["Key"] for operation, arguments in wire.sent if operation == "UpdateItem"]
    items = [wire.store.raw(key["pk"]["S"], key["sk"]["S"]) for key in keys]
    return [item for item in items if item is not None]
