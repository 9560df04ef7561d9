"""The pace of polling: an honest timer is forgiven its network, and nobody is ever stuck."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from functions.domain.device_grant.pacing import INTERVAL, next_poll_at
from functions.domain.device_grant.states import Approved, Claimed, Pending, Redeemed
from functions.domain.errors import AuthorizationPending, SlowDown
from tests.contracts.grants import ADA, APPROVER, NOW, PROOF, pending
from tests.fakes.store import MemoryGrants

if TYPE_CHECKING:
    from collections.abc import Iterator

SESSIONS = 500
POLLS = 100
# A request may take as long as this on its way: sometimes longer than the whole interval.
WORST_DELAY = 6.9


class Tool:
    """A tool that polls one grant. `answers` are the errors it got, in order."""

    def __init__(self) -> None:
        self.grants = MemoryGrants()
        grant = pending()
        self.locator = grant.request.locator
        self.grants.add(grant, NOW)
        self.answers: list[type[Exception]] = []

    def poll(self, now: float) -> Approved | Redeemed | None:
        """Poll as the token endpoint does."""
        try:
            found = self.grants.poll(self.locator, PROOF, now)
        except SlowDown:
            self.answers.append(SlowDown)
            return None
        if isinstance(found, Pending | Claimed):
            self.answers.append(AuthorizationPending)
            return None
        return found

    def longest_run_of_slow_downs(self) -> int:
        """Return how many slow_down came one after the other at most."""
        words = "".join("s" if answer is SlowDown else " " for answer in self.answers).split()
        return max((len(word) for word in words), default=0)


def arrivals(session: int) -> Iterator[float]:
    """Yield when the polls of a fixed five-second timer arrive: mostly soon, now and then very late, never out of order."""
    last = NOW
    for number in range(1, POLLS + 1):
        chance = int.from_bytes(hashlib.sha256(f"{session}/{number}".encode()).digest()[:4], "big") / 2**32
        last = max(last, NOW + number * INTERVAL + WORST_DELAY * chance**3)
        yield last


@pytest.mark.row("D61")
def test_a_fixed_five_second_timer_never_gets_two_slow_down_in_a_row_whatever_the_network() -> None:
    slowed = 0
    for session in range(SESSIONS):
        tool = Tool()
        for now in arrivals(session):
            tool.poll(now)
        assert tool.longest_run_of_slow_downs() <= 1
        slowed += tool.answers.count(SlowDown)
    assert slowed > SESSIONS, "so kind a network would prove nothing"


@pytest.mark.row("D61")
@pytest.mark.parametrize("gap", [0.01, 0.5, 1, 2.9, 2.999])
def test_a_client_that_ignores_slow_down_is_heard_again_and_again(gap: float) -> None:
    tool = Tool()
    seconds = 60
    for number in range(int(seconds / gap)):
        tool.poll(NOW + number * gap)
    assert tool.answers.count(AuthorizationPending) >= seconds / (3 + gap) - 1
    assert SlowDown in tool.answers


@pytest.mark.row("D60", "D61")
def test_a_client_that_ignores_slow_down_gets_its_tokens_at_the_first_poll_after_the_approval() -> None:
    tool = Tool()
    for number in range(20):
        tool.poll(NOW + number * 0.1)
    tool.grants.claim(tool.locator, ADA, NOW + 2)
    tool.grants.approve(tool.locator, APPROVER, NOW + 2)
    assert isinstance(tool.poll(NOW + 2.05), Approved)


@pytest.mark.row("D59")
def test_the_first_poll_is_free() -> None:
    tool = Tool()
    tool.poll(NOW)
    assert tool.answers == [AuthorizationPending]


@pytest.mark.row("D58")
def test_a_refused_poll_does_not_put_off_the_next_one() -> None:
    tool = Tool()
    for now in (NOW, NOW + 1, NOW + 2.9, NOW + 3):
        tool.poll(now)
    assert tool.answers == [AuthorizationPending, SlowDown, SlowDown, AuthorizationPending]


def test_the_next_pause_ends_three_fifths_of_an_interval_later_to_the_millisecond() -> None:
    assert next_poll_at(1_763_700_000.123456) == 1_763_700_003.123
