"""`logout`: at the server, and here in any case; says which of the two failed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tallystick.command.call import make_command
from tallystick.command.output import host_of

if TYPE_CHECKING:
    from tallystick.command.call import Call
    from tallystick.credentials.account import Key
    from tallystick.login.logout import Logout


def logout(call: Call, everything: bool) -> int:  # noqa: FBT001  an option of the command
    """End the session at the server and forget it here.

    What is stored here goes in any case, also when the server cannot be told.
    """
    keys = [account.key for account in call.tool.store().accounts()] if everything else [call.key()]
    done = [(key, call.open(key).logout()) for key in keys]
    for key, result in done:
        _tell(call, key, result)
    if everything and not keys:
        call.output.say("You were not logged in.")
    if call.tool.has_token:
        call.output.notice(f"{call.tool.token_variable} is still set, and is still used.")
    if call.output.as_json:
        call.output.data("", {"logouts": [_described(key, result) for key, result in done]})
    failures = [failure for _, result in done for failure in (result.delete_error, result.revoke_error) if failure]
    return failures[0].exit_code if failures else 0


def _tell(call: Call, key: Key, result: Logout) -> None:
    host = host_of(key.issuer)
    if not result.was_logged_in:
        call.output.say(f"You were not logged in at {host}.")
    elif result.delete_error is None:
        call.output.say(f"✓ Logged out of {host}")
    if result.revoke_error is not None:
        call.output.notice(f"The server could not be told: {result.revoke_error.message}")
        call.output.say("  The session there ends by itself; end it in your browser if that matters.", indent="  ")
    elif result.was_logged_in and result.revoked is None:
        call.output.notice("This server has no way to end a session early.")
    if result.delete_error is not None:
        call.output.notice(f"The login could not be removed here: {result.delete_error.message}")


def _described(key: Key, result: Logout) -> dict[str, object]:
    return {
        "issuer": key.issuer,
        "profile": key.profile,
        "was_logged_in": result.was_logged_in,
        "revoked": result.revoked,
        "deleted": result.delete_error is None,
        "errors": [failure.code for failure in (result.revoke_error, result.delete_error) if failure],
    }


COMMANDS = {
    "logout": lambda tool: make_command(
        tool, "logout", logout, click.Option(["--all", "everything"], is_flag=True, help="Every server, every profile.")
    )
}
