"""Notices for the person: told at once where there is someone to tell, and kept for the session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tallystick.machine.terminal import clean

if TYPE_CHECKING:
    from collections.abc import Callable


class Notices:
    """Collects notices; `tell` hears each at once."""

    def __init__(self, tell: Callable[[str], None] | None) -> None:
        self._tell = tell
        self.texts: list[str] = []

    def add(self, text: str) -> None:
        """Tell and keep."""
        self.texts.append(clean(text))
        if self._tell is not None:
            self._tell(self.texts[-1])
