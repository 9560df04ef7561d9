"""`devices list`, `rename` and `revoke`: the person's own sessions, on whatever machine, at a server that lists them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tallystick.command.account_sessions import AccountSession, AccountSessions
from tallystick.command.call import make_command
from tallystick.errors import InvalidSettings

if TYPE_CHECKING:
    from tallystick.command.call import Call
    from tallystick.command.tool import Tool

_DAY = 86_400


def list_devices(call: Call) -> None:
    """List your sessions, this one marked, the one used last first."""
    auth = call.open(call.key())
    now = auth.settings.system.clock()
    found = AccountSessions(auth).all()
    call.output.data("\n".join(_lines(one, now) for one in found), {"sessions": [one.to_json() for one in found]})


def revoke(call: Call, which: tuple[str, ...], *, others: bool) -> None:
    """End sessions of yours, each by its id or name, or a part of one that fits no other."""
    if bool(which) == others:
        raise InvalidSettings("Which session?", hint="Name it, as `devices list` shows it, or say --others.")
    sessions = AccountSessions(call.open(call.key()))
    known = sessions.all()
    # All names are looked up before the first session ends: a typing error must not end half of them.
    chosen = [one for one in known if not one.current] if others else [_named(part, known) for part in which]
    if any(one.current for one in chosen):
        raise InvalidSettings("That is this very login.", hint=f"`{call.group} logout` ends it.")
    for one in chosen:
        sessions.end(one)
        call.output.say(f"✓ Ended {one.label} ({one.id})", indent="  ")
    if not chosen:
        call.output.say("There is no other session.")
    if call.output.as_json:
        call.output.data("", {"ended": [one.id for one in chosen]})


def rename(call: Call, which: str, name: str) -> None:
    """Give a session another name, in the list and in your browser."""
    sessions = AccountSessions(call.open(call.key()))
    renamed = sessions.rename(_named(which, sessions.all()), name)
    call.output.say(f"✓ Now {renamed.label} ({renamed.id})", indent="  ")
    if call.output.as_json:
        call.output.data("", {"renamed": renamed.to_json()})


def _lines(one: AccountSession, now: float) -> str:
    return f"{'*' if one.current else ' '} {one.label}\n    {one.client}, {_ago(now - one.used_at)}\n    {one.id}"


def _named(part: str, known: list[AccountSession]) -> AccountSession:
    exact = [one for one in known if part in {one.id, one.label}]
    fitting = exact or [one for one in known if part.lower() in one.label.lower() or part in one.id]
    if len(fitting) == 1:
        return fitting[0]
    what = f"Several sessions fit {part!r}." if fitting else f"No session fits {part!r}."
    raise InvalidSettings(what, hint="\n".join(f"{one.id} is {one.label}" for one in fitting))


def _ago(seconds: float) -> str:
    from tallystick.login.prompt import life

    if seconds < 2 * _DAY:
        return f"used {life(max(seconds, 0.0))} ago"
    return f"used {seconds / _DAY:.0f} days ago"


def _group(tool: Tool) -> click.Group:
    group = click.Group("devices", help="See, name and end your sessions, on this machine and others.")
    group.add_command(make_command(tool, "list", list_devices))
    group.add_command(
        make_command(
            tool,
            "rename",
            rename,
            click.Argument(["which"], metavar="SESSION"),
            click.Argument(["name"]),
        )
    )
    group.add_command(
        make_command(
            tool,
            "revoke",
            revoke,
            click.Argument(["which"], nargs=-1, metavar="[SESSION]..."),
            click.Option(["--others"], is_flag=True, help="All but this one."),
        )
    )
    return group


COMMANDS = {"devices": _group}
