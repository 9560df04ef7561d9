"""`token` and `refresh`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tallystick.command.call import make_command
from tallystick.errors import TallystickError
from tallystick.login.prompt import life
from tallystick.session.token_source import MIN_TTL

if TYPE_CHECKING:
    from tallystick.command.call import Call


def token(call: Call, min_ttl: float) -> None:
    """Print an access token, renewed if need be.

    For `curl -H "Authorization: Bearer $(acme token)"`. Whoever has it can act as you until it expires.
    """
    session = call.open(call.key()).session()
    text = session.token(min_ttl)
    call.output.data(text, {"access_token": text, "token_type": "Bearer", "expires_at": session.expires_at()})


def refresh(call: Call) -> None:
    """Renew the access token now."""
    key = call.key()
    auth = call.open(key)
    session = auth.session()
    if session.source == call.tool.token_variable:
        raise TallystickError(f"{session.source} is used as it is: nothing renews it.", hint=f"Unset {session.source}.")
    stored = auth.store.tokens(key)
    if stored is not None and not stored.renewable:
        raise TallystickError(
            "The server gave nothing to renew this login with.", hint="Some want the scope offline_access for that."
        )
    session.refresh()
    expires_at = session.expires_at()
    left = "" if expires_at is None else f", good for {life(expires_at - auth.settings.system.clock())}"
    call.output.say(f"✓ Renewed{left}.")
    if call.output.as_json:
        call.output.data("", {"status": "renewed", "expires_at": expires_at})


COMMANDS = {
    "token": lambda tool: make_command(
        tool,
        "token",
        token,
        click.Option(["--min-ttl"], type=float, default=MIN_TTL, help="The seconds that it must live.", show_default=True),
    ),
    "refresh": lambda tool: make_command(tool, "refresh", refresh),
}
