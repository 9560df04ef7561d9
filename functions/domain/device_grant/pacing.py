"""How often a tool may poll (RFC 8628 §3.2, §3.5).

A poll is too early only when less than 0.6 of the interval has passed since the last accepted one: a client on an honest
timer with network jitter is never told to slow down twice in a row. A refused poll moves nothing, so no client can starve.
"""

from __future__ import annotations

INTERVAL = 5
SLOWER_INTERVAL = INTERVAL + 5
_TOLERANCE = 0.6


def next_poll_at(now: float) -> float:
    """Return when the next poll is no longer too early, after one accepted at `now`. Seconds, to the millisecond."""
    return round(now + INTERVAL * _TOLERANCE, 3)
