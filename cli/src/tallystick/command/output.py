"""The output of a command: data on standard output, all else on standard error, both as JSON where that was asked for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tallystick.command.tool import Tool
    from tallystick.credentials.account import Account
    from tallystick.errors import TallystickError

VERSION = 1
"""Of the JSON: members may be added to a version, never taken away or changed."""
_NARROW = 20


class Output:
    """The two streams. A server's words have been made safe to print before they come here (`machine.terminal.clean`)."""

    def __init__(self, tool: Tool, *, as_json: bool) -> None:
        self._tool = tool
        self.as_json = as_json

    @property
    def on_terminal(self) -> bool:
        """Whether a person reads standard error."""
        try:
            return self._tool.stderr().isatty()
        except ValueError:
            return False

    @property
    def can_overwrite(self) -> bool:
        """Whether a line may be written again in place."""
        return self.on_terminal and not self.as_json and self._tool.environ.get("TERM") != "dumb"

    @property
    def width(self) -> int:
        """The columns of the terminal."""
        import os

        try:
            return max(os.get_terminal_size(self._tool.stderr().fileno()).columns, _NARROW)
        except (OSError, ValueError):
            return 80

    def data(self, text: str, document: Mapping[str, Any]) -> None:
        """Say what was asked for, on standard output."""
        click.echo(json.dumps({"version": VERSION, **document}, ensure_ascii=False) if self.as_json else text)

    def say(self, text: str, *, indent: str = "") -> None:
        """Tell the person something, wrapped at words. With --json only errors are told."""
        if not self.as_json:
            from textwrap import wrap

            lines = wrap(text, self.width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
            self.write("\n".join(lines) + "\n")

    def notice(self, text: str) -> None:
        """Tell something that the person should know."""
        self.say(f"! {text}", indent="  ")

    def strong(self, text: str) -> str:
        """Return `text` in bold, unless the person or the terminal wants none (no-color.org)."""
        if not self.can_overwrite or self._tool.environ.get("NO_COLOR"):
            return text
        return f"\x1b[1m{text}\x1b[0m"

    def error(self, error: TallystickError) -> None:
        """Say what went wrong."""
        if self.as_json:
            what = {"code": error.code, "message": error.message, "hint": error.hint, "exit_code": error.exit_code}
            self.write(json.dumps({"version": VERSION, "error": what}, ensure_ascii=False) + "\n")
            return
        self.say(f"{error.code}: {error.message}")
        if error.hint:
            self.say(error.hint)

    def write(self, text: str) -> None:
        """Write to standard error. A closed one costs the words, not the command."""
        stream = self._tool.stderr()
        try:
            stream.write(text)
            stream.flush()
        except UnicodeEncodeError:
            stream.write(text.encode("ascii", "replace").decode())
        except (OSError, ValueError):
            return


def described(account: Account) -> dict[str, Any]:
    """Return a login for --json. No secrets."""
    user, key = account.user, account.key
    return {
        "id": user.id,
        "email": user.email,
        "name": user.name,
        "issuer": key.issuer,
        "client_id": key.client_id,
        "profile": key.profile,
        "source": account.kept_in,
    }


def host_of(issuer: str) -> str:
    """Return an issuer as people name it."""
    return issuer.partition("://")[2]
