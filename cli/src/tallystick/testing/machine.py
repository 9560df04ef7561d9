"""A machine without a clock of its own: time passes when somebody sleeps."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from tallystick.machine.system import System

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

START = 1_800_000_000.0


class FakeBrowser:
    """Remembers what it was asked to open. `refusal` is its answer: None for "opened"."""

    def __init__(self, refusal: str | None = None) -> None:
        self.refusal = refusal
        self.opened: list[str] = []

    def open(self, url: str) -> str | None:
        """Take note of the address."""
        if self.refusal is None:
            self.opened.append(url)
        return self.refusal


class _Keyboard(io.StringIO):
    def isatty(self) -> bool:
        return True


class FakeMachine:
    """`system` is what DeviceLogin takes. `slept` lists the pauses; `now` may be set, and `draw` replaced.

    `keyboard("482913")` makes a terminal of standard input, at which that is typed.
    """

    def __init__(self, *, environ: Mapping[str, str] | None = None, browser: FakeBrowser | None = None) -> None:
        self.now = START
        self.passed = 0.0
        self.slept: list[float] = []
        self.browser = browser or FakeBrowser()
        self.stdin: io.StringIO | None = io.StringIO()
        self.stderr = io.StringIO()
        self.environ = dict(environ or {})
        self._drawn = 0
        self.draw: Callable[[int], bytes] = self._bytes
        self.system = System(
            clock=lambda: self.now,
            monotonic=lambda: self.passed,
            sleep=self.sleep,
            random_bytes=lambda count: self.draw(count),  # noqa: PLW0108  `draw` may be replaced later
            environ=self.environ,
            browser=self.browser,
            stdin=lambda: self.stdin,
            stderr=lambda: self.stderr,
        )

    def keyboard(self, *lines: str) -> None:
        """Let somebody type these lines; then comes the end of input."""
        self.stdin = _Keyboard("".join(f"{line}\n" for line in lines))

    def sleep(self, seconds: float) -> None:
        """Let time pass, on both clocks."""
        self.slept.append(seconds)
        self.now += seconds
        self.passed += seconds

    def _bytes(self, count: int) -> bytes:
        # Never the same twice, and the same in each run.
        self._drawn += 1
        return self._drawn.to_bytes(4).rjust(count, b"\0")[-count:]
