"""The machine a login runs on: clocks, sleep, randomness, environment, terminal. A test hands in its own."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tallystick.machine.browser import Browser


def _stdin() -> TextIO | None:
    return sys.stdin


def _stderr() -> TextIO:
    # Looked up when needed: a tool or a test may have replaced it since.
    return sys.stderr


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """All that is not the network and not the store. `clock` tells the time of day, `monotonic` never jumps.

    A `browser` of None is the machine's own.
    """

    clock: Callable[[], float] = time.time  # noqa: TID251  this is the door to the real machine
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    random_bytes: Callable[[int], bytes] = os.urandom  # noqa: TID251  as above
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)
    platform: str = sys.platform
    browser: Browser | None = None
    stdin: Callable[[], TextIO | None] = _stdin
    stderr: Callable[[], TextIO] = _stderr

    def fraction(self) -> float:
        """Return a random number from 0 to 1."""
        return int.from_bytes(self.random_bytes(4)) / 0xFFFFFFFF


def host_name() -> str:
    """Return the name of this machine."""
    import socket

    return socket.gethostname()
