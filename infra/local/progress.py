"""One line on the screen for each step, with its time; on a terminal the line counts along while the step runs."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterator


class Note(Protocol):
    """Says how far a step has come; the last note stays on its line."""

    def __call__(self, text: str) -> None:
        """Replace what the line says."""


class Progress:
    """Writes to `stream`, which is where people look: stderr when stdout carries data."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._live = stream.isatty()

    @contextmanager
    def step(self, name: str) -> Iterator[Note]:
        """Show that a step runs, and at its end how long it took."""
        started = time.monotonic()
        last = ""

        def note(text: str) -> None:
            nonlocal last
            last = f"  ({text})"
            self._draw(name + last)

        self._draw(name)
        try:
            yield note
        except BaseException:
            self._finish(f"{name}  failed after {time.monotonic() - started:.1f} s")
            raise
        self._finish(f"{name}{last}  {time.monotonic() - started:.1f} s")

    def _draw(self, text: str) -> None:
        if self._live:
            self._stream.write(f"\r\x1b[K  {text} ...")
            self._stream.flush()

    def _finish(self, text: str) -> None:
        self._stream.write(f"\r\x1b[K  {text}\n" if self._live else f"  {text}\n")
        self._stream.flush()
