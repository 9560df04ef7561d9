"""`whoami`: from what the login left behind, without a request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tallystick.command.call import make_command
from tallystick.command.output import described
from tallystick.errors import NotLoggedIn

if TYPE_CHECKING:
    from tallystick.command.call import Call


def whoami(call: Call) -> None:
    """Say who is logged in. Asks no server."""
    key = call.key()
    if call.tool.has_token:
        account = call.open(key).session().account
    else:
        # Read here, not through a session: this is the command that a shell's prompt may call.
        found = call.tool.store().account(key)
        if found is None:
            raise NotLoggedIn(hint=f"Run `{call.group} login`, or set {call.tool.token_variable}.")
        account = found
    call.output.data(str(account.user), described(account))


COMMANDS = {"whoami": lambda tool: make_command(tool, "whoami", whoami)}
