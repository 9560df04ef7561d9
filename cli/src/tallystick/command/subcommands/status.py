"""`status` and `switch`: all logins, where each is kept, and which is the current one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from tallystick.command.call import make_command
from tallystick.command.output import described
from tallystick.errors import InvalidSettings, NotLoggedIn, StorageError
from tallystick.login.prompt import life

if TYPE_CHECKING:
    from tallystick.command.call import Call
    from tallystick.credentials.account import Account
    from tallystick.credentials.tokens import Tokens


def status(call: Call) -> int:
    """List all logins, and where the credentials of each come from. Asks no server."""
    store, tool = call.tool.store(), call.tool
    current = store.current()
    entries = [_entry(call, account, current) for account in store.accounts()]
    source = tool.token_variable if tool.has_token else None
    if call.output.as_json:
        call.output.data("", {"environment": source, "logins": [entry for _, entry in entries]})
    else:
        if source:
            click.echo(f"{source} is set: it is used before any login.")
        for text, _ in entries:
            click.echo(text)
    if entries or source:
        return 0
    raise NotLoggedIn(hint=f"Run `{call.group} login`, or set {tool.token_variable}.")


def _entry(call: Call, account: Account, current: Account | None) -> tuple[str, dict[str, Any]]:
    is_current = current is not None and current.key == account.key
    try:
        tokens = call.tool.store().tokens(account.key)
        trouble = "" if tokens else "there is no token"
    except StorageError as error:
        tokens, trouble = None, error.message
    now = call.open(account.key).settings.system.clock()
    lines = [
        f"{'*' if is_current else ' '} {account.key.profile}: {account.user}",
        f"    {account.key.issuer}",
        f"    client {account.key.client_id}, kept in {account.kept_in}",
        f"    {trouble or _token(tokens, now)}",
    ]
    return "\n".join(lines), {
        **described(account),
        "current": is_current,
        "expires_at": tokens.expires_at if tokens else None,
        "renewable": bool(tokens and tokens.renewable),
        "scopes": list(tokens.scopes) if tokens else [],
        "trouble": trouble or None,
    }


def _token(tokens: Tokens | None, now: float) -> str:
    if tokens is None:
        return ""
    if tokens.expires_at is None:
        return "token without an end"
    left = tokens.expires_at - now
    end = f"token good for {life(left)}" if left > 0 else "token expired"
    return end + (", renewed when needed" if tokens.renewable else "")


def switch(call: Call, name: str | None) -> None:
    """Make another login the current one, by its profile. Of two logins the other needs no name."""
    store = call.tool.store()
    current = store.current()
    if name:
        call = replace(call, said=replace(call.said, profile=name))
        key = call.key()
        found = store.account(key)
    else:
        others = [account for account in store.accounts() if current is None or account.key != current.key]
        if len(others) > 1:
            names = ", ".join(sorted(account.key.profile for account in others))
            raise InvalidSettings("Which one?", hint=f"There is {names}.")
        found = others[0] if others else None
    if found is None:
        raise NotLoggedIn("There is no such login.", hint=f"`{call.group} status` lists them.")
    store.switch(found.key)
    call.output.say(f"✓ Now {found.user}, profile {found.key.profile}")
    if call.output.as_json:
        call.output.data("", described(found))


COMMANDS = {
    "status": lambda tool: make_command(tool, "status", status),
    "switch": lambda tool: make_command(
        tool, "switch", switch, click.Argument(["name"], required=False, metavar="[PROFILE]")
    ),
}
