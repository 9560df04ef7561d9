"""`tallystick`: the reference command, for any issuer. It remembers which one, and as which client, after a login."""

from __future__ import annotations

import os
import sys
from functools import cache
from typing import TYPE_CHECKING

from tallystick.version import VERSION

if TYPE_CHECKING:
    from tallystick.command.tool import Tool
    from tallystick.credentials.account import Key
    from tallystick.login.device_login import DeviceLogin
    from tallystick.stores.store import Store

APP = "tallystick"
_INTERRUPTED = 130


def main() -> None:
    """Run the command. Ctrl-C ends it quietly at any moment, even before there is anything to interrupt."""
    try:
        if sys.argv[1:] == ["--version"]:
            sys.stdout.write(f"{APP} {VERSION}\n")
            return
        if sys.argv[1:] == ["whoami"] and (user := _cached_user()):
            sys.stdout.write(f"{user}\n")
            return
        try:
            import click
        except ImportError:
            sys.exit("The command needs click: pip install 'tallystick[cli]'")

        from tallystick.command.group import LazyGroup

        group = LazyGroup(reference_tool, APP)
        group.help = "Log in on this machine with a browser on any other, at any issuer with device login (RFC 8628)."
        group.epilog = f"{APP} --version tells the version."
        try:
            status = group.main(prog_name=APP, standalone_mode=False)
        except click.ClickException as error:
            error.show()
            status = error.exit_code
        except click.Abort:
            status = _INTERRUPTED
    except KeyboardInterrupt:
        status = _INTERRUPTED
    sys.exit(status)


def reference_tool() -> Tool:
    """Return the tool of this command: no issuer and no client of its own."""
    from tallystick.command.tool import Tool

    return Tool(app=APP, store=_store, open=_open, stderr=lambda: sys.stderr, environ=os.environ)


def _cached_user() -> str:
    """Return what `whoami` prints of a stored login, "" where there is more to say: a shell's prompt may ask each time."""
    from tallystick.command.tool import choose, said_in
    from tallystick.errors import TallystickError

    tool = reference_tool()
    try:
        account = None if tool.has_token else tool.store().account(choose(tool, said_in(os.environ, APP)))
    except TallystickError:
        return ""
    return str(account.user) if account else ""


@cache
def _store() -> Store:
    from tallystick.machine.folders import config_folder
    from tallystick.stores.keyring import SystemKeyring
    from tallystick.stores.store import Store

    return Store.in_files(config_folder(APP, os.environ, sys.platform), keyring=SystemKeyring(APP))


def _open(key: Key, insecure: bool) -> DeviceLogin:  # noqa: FBT001  as Tool wants it
    from tallystick.login.device_login import DeviceLogin

    return DeviceLogin(key.issuer, client_id=key.client_id, app=APP, profile=key.profile, insecure=insecure, store=_store())
