"""The prompt of the commands while a login waits: where to go, what to type, and how much time is left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from tallystick.login.number_prompt import NumberPrompt
from tallystick.login.prompt import life

if TYPE_CHECKING:
    from types import TracebackType

    from tallystick.command.output import Output
    from tallystick.login.pending import PendingLogin
    from tallystick.machine.system import System
    from tallystick.oauth.number_matching import NumberWanted

_MINUTE = 60
_QR_MARGIN = 2


class CommandPrompt:
    """For a terminal of 40 columns: each address has a line of its own, so that it can be selected as a whole."""

    def __init__(self, output: Output, system: System, *, copy: bool = False, qr: bool = False) -> None:
        self._output = output
        self._system = system
        self._copy = copy
        self._qr = qr
        self._drawn = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._clear()

    def show(self, pending: PendingLogin) -> None:
        """Tell where to go and what to type."""
        output = self._output
        if output.as_json:
            # The person must see it, whatever the program wants on standard output.
            output.write(f"{pending.verification_uri} {pending.user_code}\n")
            return
        output.write(f"To log in, open\n  {pending.verification_uri}\n")
        output.write(f"and enter the code\n  {output.strong(pending.user_code)}\n")
        if pending.verification_uri_complete:
            output.write(f"or open\n  {pending.verification_uri_complete}\n")
        output.say(f"The code is good for {life(pending.expires_in)}.")
        if self._copy:
            self._copy_code(pending.user_code)
        if self._qr:
            self._draw_code(pending.verification_uri_complete or pending.verification_uri)

    def notice(self, text: str) -> None:
        """Tell something that the person should know."""
        self._clear()
        self._output.notice(text)

    def waiting(self, left: float) -> None:
        """Show the time that is left, in one line that is written again and again; nothing where that cannot be."""
        if self._output.can_overwrite:
            minutes, seconds = divmod(round(left), _MINUTE)
            self._output.write(f"\r\x1b[KWaiting ... {minutes}:{seconds:02d} left")
            self._drawn = True

    def number(self, wanted: NumberWanted) -> str:
        """Ask for the number that the browser shows."""
        self._clear()
        return NumberPrompt(self._system)(wanted)

    def _clear(self) -> None:
        if self._drawn:
            self._output.write("\r\x1b[K")
            self._drawn = False

    def _copy_code(self, code: str) -> None:
        from tallystick.machine.clipboard import copy

        reason = copy(code, environ=self._system.environ, platform=self._system.platform)
        self._output.say("The code was copied." if reason is None else f"! The code was not copied: {reason}.")

    def _draw_code(self, address: str) -> None:
        try:
            import segno
        except ImportError:
            self._output.notice("There is no QR code: the package `segno` is not installed.")
            return
        from io import StringIO

        picture = segno.make(address, micro=False, error="l")
        if picture.symbol_size(border=_QR_MARGIN)[0] > self._output.width:
            self._output.notice("There is no QR code: the terminal is too narrow.")
            return
        drawn = StringIO()
        picture.terminal(drawn, border=_QR_MARGIN, compact=True)
        self._output.write(drawn.getvalue())
