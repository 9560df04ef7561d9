"""Many threads, one starting gun; and the proof that a store under a race suite is atomic at all."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

T = TypeVar("T")

WAYS = 20
ROUNDS = 8


def race(contestants: Sequence[Callable[[], T]]) -> list[T]:
    """Run all of them at once, each in its thread, and return what each came back with."""
    gun = Barrier(len(contestants), timeout=30)

    def run(contestant: Callable[[], T]) -> T:
        gun.wait()
        return contestant()

    with ThreadPoolExecutor(max_workers=len(contestants)) as pool:
        return list(pool.map(run, contestants))


class NotAtomic(Exception):
    """Two won a race that only one can win: whatever a race suite finds on this store proves nothing."""


def prove_atomic(attempt: Callable[[int, int], bool], *, rounds: int = ROUNDS) -> None:
    """Race bare writes; `attempt(round, number)` says whether it won. Raises NotAtomic unless one always does."""
    for turn in range(rounds):
        won = race([partial(attempt, turn, number) for number in range(WAYS)])
        if sum(won) != 1:
            raise NotAtomic(f"{sum(won)} of {WAYS} won round {turn}")
