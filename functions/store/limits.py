"""Counts with a limit (ports.Counters, ports.Guesses): each is raised by one conditional write, which the limit refuses.

A write whose acknowledgement was lost, and which the SDK sent again, counts twice. That is on the safe side.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from pynamodb.attributes import NumberAttribute
from pynamodb.expressions.operand import Path

from functions.grant.limits import Lock, Standing, Tally
from functions.grant.ports import Counted, Full
from functions.store.table import Item, Written

if TYPE_CHECKING:
    from pynamodb.expressions.condition import Condition

    from functions.grant.limits import Guesser, GuessLimits, Rate
    from functions.store.table import RawItem, Table

_COUNT = "count"
_LOCK = "lock"
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


class LockItem(Item):
    """The lock of an account, kept for longer than it lasts, because the next one will be longer."""

    times = NumberAttribute()
    until = NumberAttribute()
    expires_at = NumberAttribute()


class DynamoCounters:
    """The counters in a table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def take(self, what: str, key: str, rate: Rate, now: float) -> bool:
        """Count one event, unless the window has had as many as it may."""
        counter = CounterItem(f"limit#{what}#{_digest(key)}#{rate.window(now)}", _COUNT, expires_at=rate.ends_at(now))
        room = _below(Path(CounterItem.events), rate.count)
        return isinstance(self._table.update(counter, room, CounterItem.events.add(1)), Written)


class DynamoGuesses:
    """The wrong user codes in a table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def standing(self, guesser: Guesser, limits: GuessLimits, now: float) -> Standing:
        """Return what is held against the guesser: two items in one call."""
        window, lock = _window_item(limits, now), (_lock_key(guesser.user_id), _LOCK)
        found = {(raw["pk"]["S"], raw["sk"]["S"]): raw for raw in self._table.get_all((window.pk, window.sk), lock)}
        return Standing(tally=_tally_in(found.get((window.pk, window.sk)), guesser), lock=_lock_in(found.get(lock), now))

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

    def lock(self, user_id: str, lock: Lock, forgotten_at: int) -> None:
        """Lock the account."""
        item = LockItem(_lock_key(user_id), _LOCK, times=lock.times, until=lock.until, expires_at=forgotten_at)
        self._table.update(item, None)


def _window_item(limits: GuessLimits, now: float) -> WindowItem:
    return WindowItem(f"limit#guesses#{limits.window(now)}", _COUNT, expires_at=limits.ends_at(now))


def _lock_key(user_id: str) -> str:
    return f"limit#lock#{_digest(user_id)}"


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


def _lock_in(raw: RawItem | None, now: float) -> Lock:
    if raw is None:
        return Lock()
    item = LockItem.from_raw_data(raw)
    # TTL may not have swept a forgotten one yet.
    return Lock(times=int(item.times), until=int(item.until)) if item.expires_at > now else Lock()


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
