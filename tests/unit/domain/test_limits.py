"""The rules of the limits: what counts as one network, where windows end, how locks grow, whose limit is reached."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.domain.limits import (
    NO_NETWORK,
    Lock,
    Rate,
    Standing,
    Tally,
    network_of,
    seconds_until,
)
from tests.configured import guess_limits

LIMITS = guess_limits()
NOW = 1_800_000_123.5
DAY = 24 * 3600


@pytest.mark.row("R05")
@pytest.mark.parametrize(
    "spellings",
    [
        ["198.51.100.7", "::ffff:198.51.100.7", "::FFFF:c633:6407", "0:0:0:0:0:ffff:198.51.100.7", "::ffff:c633:6407%eth0"],
        ["2001:db8:1:2::9", "2001:0DB8:0001:0002:0000:0000:0000:0009", "2001:db8:1:2:0::9", "2001:db8:1:2::9%eth0"],
    ],
)
def test_all_spellings_of_an_address_are_one_network(spellings: list[str]) -> None:
    assert len({network_of(spelling) for spelling in spellings}) == 1


@pytest.mark.row("R05")
@given(st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1))
def test_a_64_counts_as_one_whoever_in_it(one: int, other: int) -> None:
    network = 0x2001_0DB8_0000_0007 << 64
    assert network_of(_ipv6(network | one)) == network_of(_ipv6(network | other)) == "2001:db8:0:7::/64"


@pytest.mark.row("R05")
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("198.51.100.7", "198.51.100.8"),
        ("2001:db8:1:2::1", "2001:db8:1:3::1"),
        ("::ffff:198.51.100.7", "::ffff:198.51.100.8"),
        ("::1", "0.0.0.1"),
    ],
)
def test_neighbours_are_different_networks(one: str, other: str) -> None:
    assert network_of(one) != network_of(other)


@pytest.mark.row("R05")
@pytest.mark.parametrize("nonsense", ["", "unknown", "198.51.100", "198.51.100.007", "2001:db8::g", "1.2.3.4, 5.6.7.8"])
def test_what_is_no_address_shares_one_network_and_its_limit(nonsense: str) -> None:
    assert network_of(nonsense) == NO_NETWORK


def _ipv6(number: int) -> str:
    digits = f"{number:032x}"
    return ":".join(digits[at : at + 4] for at in range(0, 32, 4))


@given(st.floats(0, 4e9), st.integers(10, DAY))
def test_every_moment_is_in_the_one_window_that_ends_after_it(now: float, seconds: int) -> None:
    rate = Rate(count=1, seconds=seconds)
    assert rate.ends_at(now) - seconds <= now < rate.ends_at(now)
    assert rate.window(rate.ends_at(now)) == rate.window(now) + 1


@pytest.mark.row("R02")
def test_a_lock_lasts_twice_as_long_each_time_up_to_a_day() -> None:
    lock, lasted = Lock(), []
    for _ in range(10):
        lock = LIMITS.next_lock(lock, NOW)
        lasted.append(lock.until - int(NOW))
    assert lasted == [600, 1200, 2400, 4800, 9600, 19_200, 38_400, 76_800, DAY, DAY]
    assert LIMITS.next_lock(Lock(times=10**6), NOW).until == int(NOW) + DAY


@pytest.mark.row("R02")
def test_a_lock_is_remembered_for_as_long_as_the_longest_one_lasts() -> None:
    lock = LIMITS.next_lock(Lock(), NOW)
    forgotten_at = int(NOW) + 600 + DAY
    assert LIMITS.remembered(lock, forgotten_at - 1) == lock
    assert LIMITS.remembered(lock, forgotten_at) == Lock()


@pytest.mark.parametrize(
    ("tally", "whose"),
    [
        (Tally(account=4, network=19, total=999), ""),
        (Tally(account=5, network=5, total=5), "account"),
        (Tally(account=1, network=20, total=20), "network"),
        (Tally(account=1, network=1, total=1000), "total"),
    ],
)
def test_a_limit_is_reached_when_there_is_no_room_for_one_more(tally: Tally, whose: str) -> None:
    assert LIMITS.exceeded(tally) == whose


@pytest.mark.parametrize(
    ("standing", "clean"),
    [
        (Standing(), True),
        (Standing(tally=Tally(total=999)), True),
        (Standing(tally=Tally(account=1, network=1, total=1)), False),
        (Standing(tally=Tally(network=1, total=1)), False),
        (Standing(lock=Lock(times=1, until=1)), False),
    ],
)
def test_who_was_never_wrong_and_has_no_neighbour_who_was_is_clean(standing: Standing, *, clean: bool) -> None:
    assert standing.clean is clean


@pytest.mark.parametrize(("moment", "now", "wait"), [(100, 90.0, 10), (100, 99.2, 1), (100, 89.5, 11), (100, 100.0, 1)])
def test_the_wait_is_whole_seconds_never_too_short_and_never_none(moment: int, now: float, wait: int) -> None:
    assert seconds_until(moment, now) == wait
