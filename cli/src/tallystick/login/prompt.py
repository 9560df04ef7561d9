"""The prompt unless a tool brings its own: link, code and life on standard error, where no tool's output is mixed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tallystick.machine.terminal import clean

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TextIO

    from tallystick.login.pending import PendingLogin

_MINUTE = 60


class TerminalPrompt:
    """Writes for a person at a terminal. A server's words were made safe before they came here."""

    def __init__(self, stderr: Callable[[], TextIO]) -> None:
        self._stderr = stderr

    def show(self, pending: PendingLogin) -> None:
        """Tell where to go and what to type."""
        self._write(f"To log in, open  {pending.verification_uri}")
        self._write(f"and enter        {pending.user_code}")
        if pending.verification_uri_complete:
            self._write(f"or open          {pending.verification_uri_complete}")
        self._write(f"The code is good for {life(pending.expires_in)}. Waiting for your approval ...")

    def notice(self, text: str) -> None:
        """Tell something the person should know."""
        self._write(f"! {clean(text)}")

    def _write(self, line: str) -> None:
        stream = self._stderr()
        try:
            stream.write(f"{line}\n")
            stream.flush()
        except UnicodeEncodeError:
            stream.write(f"{line.encode('ascii', 'replace').decode()}\n")
        except (OSError, ValueError):
            # A closed standard error costs the prompt, not the login.
            return


def life(seconds: float) -> str:
    """Return a span of time as people say it."""
    if seconds < 2 * _MINUTE:
        return f"{seconds:.0f} seconds"
    return f"{seconds / _MINUTE:.0f} minutes"
