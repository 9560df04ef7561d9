"""`doctor`: tries each thing that a login needs, and says what stands in its way."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, assert_never

import click

from tallystick.command.call import make_command
from tallystick.errors import StorageError, TallystickError
from tallystick.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tallystick.command.call import Call
    from tallystick.login.device_login import DeviceLogin


class State(StrEnum):
    """How something was found: it works, it works in another way, it keeps a login from working."""

    OK = "ok"
    NOTE = "note"
    BAD = "bad"

    @property
    def sign(self) -> str:
        """The sign before the line."""
        match self:
            case State.OK:
                return "✓"
            case State.NOTE:
                return "!"
            case State.BAD:
                return "✗"
            case _:
                assert_never(self)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was tried."""

    what: str
    state: State
    text: str
    exit_code: int = 0


def doctor(call: Call) -> int:
    """Find out what keeps a login from working: storage, keyring, browser, terminal, server. Changes nothing."""
    auth = call.open(call.key(to_log_in=True))
    findings = []
    for finding in _examine(call, auth):
        findings.append(finding)
        if not call.output.as_json:
            click.echo(f"{finding.state.sign} {finding.what}: {finding.text}")
    if call.output.as_json:
        call.output.data("", {"findings": [{"what": f.what, "state": f.state, "text": f.text} for f in findings]})
    return next((finding.exit_code for finding in findings if finding.exit_code), 0)


def _examine(call: Call, auth: DeviceLogin) -> Iterator[Finding]:
    python = ".".join(map(str, sys.version_info[:3]))
    yield Finding("version", State.OK, f"tallystick {VERSION}, Python {python}, {sys.platform}")
    yield _environment(call)
    yield _storage(auth)
    yield _keyring(call)
    yield _browser(auth)
    text = "yes" if call.output.on_terminal else "no: a login needs --no-wait and --resume"
    yield Finding("terminal", State.OK if call.output.on_terminal else State.NOTE, text)
    yield from _server(auth)


def _environment(call: Call) -> Finding:
    tool = call.tool
    prefix = tool.token_variable.removesuffix("TOKEN")
    names = ", ".join(sorted(name for name in tool.environ if name.startswith(prefix))) or "none"
    if tool.has_token:
        return Finding("environment", State.NOTE, f"{tool.token_variable} is used before any login (set: {names})")
    return Finding("environment", State.OK, f"set: {names}")


def _storage(auth: DeviceLogin) -> Finding:
    try:
        auth.store.prepare()
        count = len(auth.store.accounts())
    except StorageError as error:
        return Finding("storage", State.BAD, f"{error.message} {error.hint}".strip(), error.exit_code)
    return Finding("storage", State.OK, f"works; {count} {'login' if count == 1 else 'logins'} stored")


def _keyring(call: Call) -> Finding:
    from tallystick.stores.keyring import KeyringUnavailable, SystemKeyring

    try:
        SystemKeyring(call.tool.app).load("doctor")
    except KeyringUnavailable as error:
        return Finding("keyring", State.NOTE, f"{error}; a private file takes its place")
    return Finding("keyring", State.OK, "answers")


def _browser(auth: DeviceLogin) -> Finding:
    from tallystick.machine.browser import SystemBrowser

    browser = auth.settings.system.browser
    reason = browser.nobody_there() if isinstance(browser, SystemBrowser) else None
    if reason:
        return Finding("browser", State.NOTE, f"none is opened: {reason}; the link works on any other device")
    return Finding("browser", State.OK, "is opened at login")


def _server(auth: DeviceLogin) -> Iterator[Finding]:
    settings = auth.settings
    try:
        metadata = settings.connect().metadata
    except TallystickError as error:
        yield Finding("server", State.BAD, f"{settings.issuer}: {error.message}", error.exit_code)
        return
    yield Finding("server", State.OK, f"{settings.issuer} offers device login")
    proof = "yes" if metadata.challenge else "no: a device code seen on the way could be used by others"
    yield Finding("proof (S256)", State.OK if metadata.challenge else State.NOTE, proof)
    revoke = "yes" if metadata.revocation_endpoint else "no: a logout cannot end the session there"
    yield Finding("revocation", State.OK if metadata.revocation_endpoint else State.NOTE, revoke)


COMMANDS = {"doctor": lambda tool: make_command(tool, "doctor", doctor)}
