"""Guesses made at once: however they fall, no more wrong codes are told from right ones than the limits allow.

The flow runs as it is, on either kind of store, and what reaches the grants is counted: those codes were looked at.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from threading import Barrier
from typing import TYPE_CHECKING, cast

import pytest

from functions.approve.approval import Approval, Visitor
from functions.approve.lockout import Lockout
from functions.domain.browser_session import BrowserSession
from functions.domain.device_grant.codes import ALPHABET, UserCode, locator_of
from functions.domain.device_grant.proximity import Place
from functions.domain.errors import GrantError, TooManyAttempts, UnknownUserCode
from functions.domain.limits import Lock
from functions.domain.person import Profile, User
from functions.domain.secret import Secret
from tests.configured import guess_limits
from tests.contracts.grants import pending
from tests.contracts.racing import race

if TYPE_CHECKING:
    from functions.domain.device_grant.states import Claimed
    from functions.domain.ports import Grants
    from tests.contracts.stores import Store

WAYS = 16
ROUNDS = 4
LIMITS = guess_limits()
LIFETIME = 600

_numbers = count()


def fresh_window() -> float:
    """Return a time in a window that no other test uses."""
    return 2_100_000_000.25 + LIMITS.seconds * next(_numbers)


def fresh_code() -> str:
    """Return a code that no other test uses."""
    number = next(_numbers)
    return "CCCC" + "".join(ALPHABET[number // 20**place % 20] for place in range(4))


@dataclass
class Watched:
    """Counts the codes that are looked at; with a `gate`, none is before as many are asked for as it waits for.

    Nothing but `claim` is asked of it.
    """

    grants: Grants
    gate: Barrier | None = None
    looked: list[str] = field(default_factory=list)

    def claim(self, locator: str, user_id: str, now: float) -> Claimed:
        """Note the look and pass it on."""
        self.looked.append(locator)
        if self.gate:
            self.gate.wait()
        return self.grants.claim(locator, user_id, now)


@dataclass
class Scene:
    """One window, and whoever guesses in it."""

    store: Store
    now: float = field(default_factory=fresh_window)
    watched: Watched = field(init=False)

    def __post_init__(self) -> None:
        self.watched = Watched(self.store.grants)

    def id_of(self, user: str) -> str:
        """Return an account's id, which no other scene has."""
        return f"{user} {self.now}"

    def live_code(self) -> str:
        """Return the code of a login that somebody has started."""
        code = fresh_code()
        self.store.place(pending(locator=locator_of(UserCode(code)), expires_at=int(self.now) + LIFETIME))
        return code

    def guess(self, code: str | None = None, user: str = "usr_ada", address: str = "198.51.100.7") -> str:
        """Type a code, a wrong one unless given; return what came of it."""
        user_id, now = self.id_of(user), int(self.now)
        self.store.users.save(User(user_id=user_id, profile=Profile(email="", name="")))
        session = BrowserSession(user_id=user_id, auth_time=now, expires_at=now + LIFETIME)
        approval = Approval(
            max_age=60,
            grants=cast("Grants", self.watched),
            users=self.store.users,
            browsers=self.store.browsers,
            lockout=Lockout(limits=LIMITS, guesses=self.store.guesses, users=self.store.users),
            clock=lambda: self.now,
        )
        visitor = Visitor(cookie=Secret("a cookie"), session=session, place=Place(address=address, country="DE"))
        try:
            approval.lookup(code or fresh_code(), visitor)
        except GrantError as error:
            return type(error).__name__
        return "opened"


WRONG, REFUSED = UnknownUserCode.__name__, TooManyAttempts.__name__


@pytest.mark.row("R02")
def test_of_sixteen_guesses_at_once_a_clean_account_has_its_five_answered(store: Store) -> None:
    for _ in range(ROUNDS):
        scene = Scene(store)
        assert Counter(race([scene.guess] * WAYS)) == {WRONG: LIMITS.per_account, REFUSED: WAYS - LIMITS.per_account}
        assert scene.guess() == REFUSED


@pytest.mark.row("R02")
def test_even_if_all_are_looked_at_before_one_is_counted_five_and_the_right_one_are_answered(store: Store) -> None:
    for _ in range(ROUNDS):
        scene = Scene(store)
        scene.watched.gate = Barrier(WAYS, timeout=30)
        codes = [scene.live_code(), *[None] * (WAYS - 1)]
        results = Counter(race([partial(scene.guess, code) for code in codes]))
        assert results == {"opened": 1, WRONG: LIMITS.per_account, REFUSED: WAYS - 1 - LIMITS.per_account}


@pytest.mark.row("R02")
def test_once_an_account_was_wrong_no_more_than_its_five_are_looked_at_at_all(store: Store) -> None:
    for _ in range(ROUNDS):
        scene = Scene(store)
        assert scene.guess() == WRONG
        codes = [None] * (WAYS - 1) + [scene.live_code()]
        results = Counter(race([partial(scene.guess, code) for code in codes]))
        assert len(scene.watched.looked) <= LIMITS.per_account + 1
        assert results[REFUSED] >= WAYS - LIMITS.per_account


@pytest.mark.row("R02")
def test_after_its_first_lock_an_account_never_has_more_than_its_five_looked_at(store: Store) -> None:
    for _ in range(ROUNDS):
        scene = Scene(store)
        store.users.save(User(user_id=scene.id_of("usr_ada"), profile=Profile(email="", name="")))
        store.users.lock(scene.id_of("usr_ada"), Lock(times=1, until=int(scene.now)))
        assert Counter(race([scene.guess] * WAYS)) == {WRONG: LIMITS.per_account, REFUSED: WAYS - LIMITS.per_account}
        assert len(scene.watched.looked) == LIMITS.per_account


@pytest.mark.row("R03")
def test_once_a_network_was_wrong_no_more_than_its_share_is_looked_at_however_many_accounts(store: Store) -> None:
    scene = Scene(store)
    assert scene.guess(user="usr_first") == WRONG
    for turn in range(3):
        race([partial(scene.guess, user=f"usr_{turn}_{number}") for number in range(WAYS)])
    assert len(scene.watched.looked) == LIMITS.per_network


@pytest.mark.row("R03", "R05")
def test_sixteen_accounts_at_once_all_over_a_64_share_its_share(store: Store) -> None:
    scene = Scene(store)
    results: Counter[str] = Counter()
    for turn in range(3):
        ways = [partial(scene.guess, None, f"usr_{turn}_{at}", f"2001:db8:0:7:{turn}::{at:x}") for at in range(WAYS)]
        results.update(race(ways))
    assert results == {WRONG: LIMITS.per_network, REFUSED: 3 * WAYS - LIMITS.per_network}


@pytest.mark.row("R02")
def test_right_codes_at_once_are_all_opened_and_none_is_held_against_anybody(store: Store) -> None:
    scene = Scene(store)
    codes = [scene.live_code() for _ in range(WAYS)]
    assert race([partial(scene.guess, code) for code in codes]) == ["opened"] * WAYS
    assert [scene.guess() for _ in range(LIMITS.per_account + 1)] == [WRONG] * LIMITS.per_account + [REFUSED]
