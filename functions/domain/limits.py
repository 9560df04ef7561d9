"""How much of what is allowed in how long: requests for codes, and wrong user codes (RFC 8628 §5.1, §5.2).

Time is cut into windows of a fixed length, and each window counts for itself. An account that has guessed its fill is
locked besides, for twice as long each time. Called by the flows of `issue` and `approve`; `store` keeps the counts.
"""

from __future__ import annotations

import ipaddress
import math
from dataclasses import dataclass, field

NO_NETWORK = "unknown"
_IPV6_PREFIX = 64
# 2³² windows are longer than any lock.
_MOST_DOUBLINGS = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Windows:
    """Time, cut into windows of `seconds`."""

    seconds: int

    def window(self, now: float) -> int:
        """Return the number of the window that `now` is in."""
        return int(now // self.seconds)

    def ends_at(self, now: float) -> int:
        """Return when that window ends."""
        return (self.window(now) + 1) * self.seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate(Windows):
    """So many events in each window."""

    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Guesser:
    """Who typed a user code, and from where: `network_of` their address."""

    user_id: str
    network: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """The wrong codes of one window: the account's, the network's, everybody's."""

    account: int = 0
    network: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """How often an account has been locked lately, and until when it is."""

    times: int = 0
    until: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is held against a guesser now."""

    tally: Tally = field(default_factory=Tally)
    lock: Lock = field(default_factory=Lock)

    @property
    def clean(self) -> bool:
        """Whether neither the account nor anyone in its network has been wrong lately."""
        return not (self.tally.account or self.tally.network or self.lock.times)


@dataclass(frozen=True, slots=True, kw_only=True)
class GuessLimits(Windows):
    """How many wrong user codes there may be in a window, which is also how long a first lock lasts.

    `longest_lock` is where the doubling ends, and how long a lock is remembered after its end.
    """

    per_account: int
    per_network: int
    in_total: int
    longest_lock: int

    def exceeded(self, tally: Tally) -> str:
        """Return whose limit has been reached: "account", "network", "total", or "" for nobody's."""
        if tally.account >= self.per_account:
            return "account"
        if tally.network >= self.per_network:
            return "network"
        return "total" if tally.total >= self.in_total else ""

    def next_lock(self, lock: Lock, now: float) -> Lock:
        """Return the lock of an account that has reached its limit after it had been locked as `lock` says."""
        seconds = min(self.seconds * 2 ** min(lock.times, _MOST_DOUBLINGS), self.longest_lock)
        return Lock(times=lock.times + 1, until=int(now) + seconds)

    def remembered(self, lock: Lock, now: float) -> Lock:
        """Return the lock as long as it makes the next one longer; after that it is as if there had been none."""
        return lock if now < lock.until + self.longest_lock else Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """All of them."""

    codes_per_network: Rate
    codes_per_client: Rate
    guesses: GuessLimits


def network_of(address: str) -> str:
    """Return the network that an address counts for: an IPv4 address alone, of an IPv6 address its /64.

    Anyone with IPv6 has a /64 at least, 2⁶⁴ addresses to guess from. One address has many spellings, and IPv4 has one in
    IPv6 too; they all count as one. What is no address shares a network, so that it is limited as well.
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return NO_NETWORK
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is None:
            return str(ipaddress.IPv6Network((int(parsed), _IPV6_PREFIX), strict=False))
        parsed = parsed.ipv4_mapped
    return f"{parsed}/32"


def seconds_until(moment: int, now: float) -> int:
    """Return how long to wait for a moment, in whole seconds, at least one: what `Retry-After` says (RFC 9110 §10.2.3)."""
    return max(1, math.ceil(moment - now))
