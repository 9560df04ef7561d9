"""Counts with a limit (ports.Counters, ports.Guesses): each is raised by one conditional write, which the limit refuses.

A write whose acknowledgement was lost, and which the SDK sent again, counts twice. That is on the safe side.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from pynamodb.attributes import NumberAttribute
from pynamodb.expressions.operand import Path

from functions.domain.limits import Tally
from functions.domain.ports import Counted, Full
from functions.store import keys
from functions.store.table import Item, Written

if TYPE_CHECKING:
    from pynamodb.expressions.condition import Condition

    from functions.domain.limits import Guesser, GuessLimits, Rate
    from functions.store.table import RawItem, Table

_TOTAL = Path("total")
# 64 bits of a digest are a short name, and too many to find another network with the same.
_NAME_LENGTH = 16


class CounterItem(Item):
    """One count of one window. `expires_at` is the table's TTL."""

    events = NumberAttribute(null=True)
    expires_at = NumberAttribute()


class WindowItem(Item):
    """All wrong codes of one window: `total`, and a count of its own for each account and each network that had one.

    Together they can be checked by one read and raised by one write. The total bounds the size: some 40 bytes for each.
    """

    expires_at = NumberAttribute()


class DynamoCounters:
    """The counters in a table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def take(self, what: str, key: str, rate: Rate, now: float) -> bool:
        """Count one event, unless the window has had as many as it may."""
        counter = CounterItem(
            f"{keys.LIMIT}{what}#{_digest(key)}#{rate.window(now)}", keys.COUNT, expires_at=rate.ends_at(now)
        )
        room = _below(Path(CounterItem.events), rate.count)
        return isinstance(self._table.update(counter, room, CounterItem.events.add(1)), Written)


class DynamoGuesses:
    """The wrong user codes in a table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def tally(self, guesser: Guesser, limits: GuessLimits, now: float) -> Tally:
        """Return the wrong codes of the window as they were a moment ago."""
        window = _window_item(limits, now)
        return _tally_in(self._table.get(window.pk, window.sk, consistent=False), guesser)

    def count(self, guesser: Guesser, limits: GuessLimits, now: float) -> Counted | Full:
        """Count a wrong code against the account, the network and the total, unless one of them is full."""
        account, network = _paths_of(guesser)
        result = self._table.update(
            _window_item(limits, now),
            _below(account, limits.per_account) & _below(network, limits.per_network) & _below(_TOTAL, limits.in_total),
            *(path.add(1) for path in (account, network, _TOTAL)),
        )
        if isinstance(result, Written):
            return Counted(_tally_in(result.item, guesser))
        return Full(_tally_in(result.found, guesser))

    def give_back(self, guesser: Guesser, limits: GuessLimits, now: float) -> None:
        """Take back what was counted at `now`."""
        account, network = _paths_of(guesser)
        self._table.update(_window_item(limits, now), account > 0, *(path.add(-1) for path in (account, network, _TOTAL)))


def _window_item(limits: GuessLimits, now: float) -> WindowItem:
    return WindowItem(f"{keys.LIMIT}guesses#{limits.window(now)}", keys.COUNT, expires_at=limits.ends_at(now))


def _paths_of(guesser: Guesser) -> tuple[Path, Path]:
    return Path(_account_name(guesser)), Path(_network_name(guesser))


def _account_name(guesser: Guesser) -> str:
    return "a" + _digest(guesser.user_id)[:_NAME_LENGTH]


def _network_name(guesser: Guesser) -> str:
    return "n" + _digest(guesser.network)[:_NAME_LENGTH]


def _below(path: Path, limit: int) -> Condition:
    room: Condition = path.does_not_exist() | (path < limit)
    return room


def _tally_in(raw: RawItem | None, guesser: Guesser) -> Tally:
    names = {"account": _account_name(guesser), "network": _network_name(guesser), "total": "total"}
    counts = {field: int(raw[name]["N"]) for field, name in names.items() if name in raw} if raw else {}
    return Tally(**counts)


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
