"""The counts without a table: the same contracts in memory, safe among threads."""

from __future__ import annotations

from collections import Counter, defaultdict

from functions.grant.limits import Guesser, GuessLimits, Lock, Rate, Standing, Tally
from functions.grant.ports import Counted, Full
from tests.fakes.store import Shelf


class MemoryCounters(Shelf):
    """ports.Counters. `events` is the table: a count by what, whose and when."""

    def __init__(self) -> None:
        super().__init__()
        self.events: Counter[tuple[str, str, int]] = Counter()

    def take(self, what: str, key: str, rate: Rate, now: float) -> bool:
        """Count one event if there is room."""
        with self._answer():
            counter = (what, key, rate.window(now))
            room = self.events[counter] < rate.count
            self.events[counter] += room
            return room


class MemoryGuesses(Shelf):
    """ports.Guesses. `windows` and `locks` are the table."""

    def __init__(self) -> None:
        super().__init__()
        self.windows: defaultdict[int, Counter[str]] = defaultdict(Counter)
        self.locks: dict[str, tuple[Lock, int]] = {}

    def standing(self, guesser: Guesser, limits: GuessLimits, now: float) -> Standing:
        """Return what is held against the guesser."""
        with self._answer():
            lock, forgotten_at = self.locks.get(guesser.user_id, (Lock(), 0))
            tally = self._tally(guesser, limits, now)
            return Standing(tally=tally, lock=lock if forgotten_at > now else Lock())

    def count(self, guesser: Guesser, limits: GuessLimits, now: float) -> Counted | Full:
        """Count a wrong code if there is room everywhere."""
        with self._answer():
            tally = self._tally(guesser, limits, now)
            if limits.exceeded(tally):
                return Full(tally)
            self._add(guesser, limits, now, 1)
            return Counted(self._tally(guesser, limits, now))

    def give_back(self, guesser: Guesser, limits: GuessLimits, now: float) -> None:
        """Take back what was counted."""
        with self._answer():
            if self._tally(guesser, limits, now).account:
                self._add(guesser, limits, now, -1)

    def lock(self, user_id: str, lock: Lock, forgotten_at: int) -> None:
        """Lock the account."""
        with self._answer():
            self.locks[user_id] = (lock, forgotten_at)

    def _tally(self, guesser: Guesser, limits: GuessLimits, now: float) -> Tally:
        window = self.windows[limits.window(now)]
        return Tally(account=window[guesser.user_id], network=window[guesser.network], total=window["total"])

    def _add(self, guesser: Guesser, limits: GuessLimits, now: float, difference: int) -> None:
        for name in (guesser.user_id, guesser.network, "total"):
            self.windows[limits.window(now)][name] += difference
