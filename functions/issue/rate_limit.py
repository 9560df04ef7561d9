"""The rate limit on codes, of a network and of a client: each request writes an item for somebody whom nobody knows yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from functions.domain.errors import TooManyRequests
from functions.domain.limits import network_of, seconds_until

if TYPE_CHECKING:
    from functions.domain.limits import Limits, Rate
    from functions.domain.ports import Counters


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimit:
    """Lets requests for codes through, up to the limits."""

    limits: Limits
    counters: Counters

    def take(self, client_id: str, address: str, now: float) -> None:
        """Count a request. Raises TooManyRequests when it is one too many.

        The network first: one that has had its share must not use up the client's for everyone else.
        """
        network = network_of(address)
        self._take("codes-of-network", network, self.limits.codes_per_network, now)
        self._take("codes-of-client", client_id, self.limits.codes_per_client, now)

    def _take(self, what: str, key: str, rate: Rate, now: float) -> None:
        if not self.counters.take(what, key, rate, now):
            raise TooManyRequests(seconds_until(rate.ends_at(now), now), detail=f"{what} {key}")
