"""The group of commands. Loads click only: a subcommand's module is found by its name, and imported when it is called."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    from tallystick.command.tool import Tool

_HOMES = {
    "login": "login",
    "logout": "logout",
    "whoami": "whoami",
    "status": "status",
    "token": "tokens",
    "refresh": "tokens",
    "switch": "status",
    "devices": "devices",
    "doctor": "doctor",
}
_SHORT = {
    "login": "Log in with a browser, here or elsewhere.",
    "logout": "End the session and forget it.",
    "whoami": "Say who is logged in.",
    "status": "List all logins.",
    "token": "Print an access token.",
    "refresh": "Renew the access token now.",
    "switch": "Change the current login.",
    "devices": "See and end your sessions.",
    "doctor": "Find out what keeps a login from working.",
}


class LazyGroup(click.Group):
    """Loads a command's module when the command is called, and not to list it."""

    def __init__(self, tool: Callable[[], Tool], name: str) -> None:
        super().__init__(name, help="Log in and out, and see who you are.")
        self._tool = tool

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names, in the order in which people need them."""
        del ctx
        return list(_HOMES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command."""
        del ctx
        if cmd_name not in _HOMES:
            return None
        module = import_module(f"tallystick.command.subcommands.{_HOMES[cmd_name]}")
        command: click.Command = module.COMMANDS[cmd_name](self._tool())
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list for --help."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(_SHORT.items()))
