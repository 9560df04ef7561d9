"""Asks at the terminal for the number that the browser shows (number matching), where a tool does not ask in its own way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tallystick.errors import Cancelled
from tallystick.oauth.number_matching import PATTERN, tidy

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TextIO

    from tallystick.machine.system import System
    from tallystick.oauth.number_matching import NumberWanted

    OnNumber = Callable[[NumberWanted], str]


class NumberPrompt:
    """Asks at the terminal, and raises ApprovalNumberRequired where there is none."""

    def __init__(self, system: System) -> None:
        self._stdin: Callable[[], TextIO | None] = system.stdin
        self._stderr = system.stderr

    def __call__(self, wanted: NumberWanted) -> str:
        """Return six digits. Anything else is asked for again, and costs no try."""
        stdin = self._stdin()
        if stdin is None or stdin.closed or not stdin.isatty():
            raise wanted.refusal()
        self._write(f"{wanted.message}\n")
        while True:
            self._write("Type it here: ")
            line = stdin.readline()
            if not line:
                raise Cancelled
            number = tidy(line)
            if PATTERN.fullmatch(number):
                return number

    def _write(self, text: str) -> None:
        stream = self._stderr()
        stream.write(text)
        stream.flush()
