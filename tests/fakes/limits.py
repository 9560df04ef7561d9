"""The counts without a table: the same contracts in memory, safe among threads."""

from __future__ import annotations

from collections import Counter, defaultdict

from functions.domain.limits import Guesser, GuessLimits, Rate, Tally
from functions.domain.ports import Counted, Full
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
    """ports.Guesses. `windows` is the table."""

    def __init__(self) -> None:
        super().__init__()
        self.windows: defaultdict[int, Counter[str]] = defaultdict(Counter)

    def tally(self, guesser: Guesser, limits: GuessLimits, now: float) -> Tally:
        """Return the wrong codes of the window."""
        with self._answer():
            return self._tally(guesser, limits, now)

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

    def _tally(self, guesser: Guesser, limits: GuessLimits, now: float) -> Tally:
        window = self.windows[limits.window(now)]
        return Tally(account=window[guesser.user_id], network=window[guesser.network], total=window["total"])

    def _add(self, guesser: Guesser, limits: GuessLimits, now: float, difference: int) -> None:
        for name in (guesser.user_id, guesser.network, "total"):
            self.windows[limits.window(now)][name] += difference
