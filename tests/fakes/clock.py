"""A clock that stands still until it is told to go on."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class StoppedClock:
    """ports.Clock. `now` is seconds since the epoch."""

    now: float = 1_800_000_000.0

    def __call__(self) -> float:
        """Tell the time."""
        return self.now

    def forward(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds
