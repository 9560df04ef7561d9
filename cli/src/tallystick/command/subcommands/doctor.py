"""`doctor`: tries each thing that a login needs, and says what stands in its way."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from tallystick.command.call import make_command
from tallystick.errors import StorageError, TallystickError
from tallystick.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tallystick.command.call import Call
    from tallystick.login.device_login import DeviceLogin

OK, NOTE, BAD = "ok", "note", "bad"
_SIGNS = {OK: "✓", NOTE: "!", BAD: "✗"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was tried."""

    what: str
    state: str
    text: str
    exit_code: int = 0


def doctor(call: Call) -> int:
    """Find out what keeps a login from working: storage, keyring, browser, terminal, server. Changes nothing."""
    auth = call.open(call.key(to_log_in=True))
    findings = []
    for finding in _examine(call, auth):
        findings.append(finding)
        if not call.output.as_json:
            click.echo(f"{_SIGNS[finding.state]} {finding.what}: {finding.text}")
    if call.output.as_json:
        call.output.data("", {"findings": [{"what": f.what, "state": f.state, "text": f.text} for f in findings]})
    return next((finding.exit_code for finding in findings if finding.exit_code), 0)


def _examine(call: Call, auth: DeviceLogin) -> Iterator[Finding]:
    python = ".".join(map(str, sys.version_info[:3]))
    yield Finding("version", OK, f"tallystick {VERSION}, Python {python}, {sys.platform}")
    yield _environment(call)
    yield _storage(auth)
    yield _keyring(call)
    yield _browser(auth)
    text = "yes" if call.output.on_terminal else "no: a login needs --no-wait and --resume"
    yield Finding("terminal", OK if call.output.on_terminal else NOTE, text)
    yield from _server(auth)


def _environment(call: Call) -> Finding:
    tool = call.tool
    prefix = tool.token_variable.removesuffix("TOKEN")
    names = ", ".join(sorted(name for name in tool.environ if name.startswith(prefix))) or "none"
    if tool.has_token:
        return Finding("environment", NOTE, f"{tool.token_variable} is used before any login (set: {names})")
    return Finding("environment", OK, f"set: {names}")


def _storage(auth: DeviceLogin) -> Finding:
    try:
        auth.store.prepare()
        count = len(auth.store.accounts())
    except StorageError as error:
        return Finding("storage", BAD, f"{error.message} {error.hint}".strip(), error.exit_code)
    return Finding("storage", OK, f"works; {count} {'login' if count == 1 else 'logins'} stored")


def _keyring(call: Call) -> Finding:
    from tallystick.stores.keyring import KeyringUnavailable, SystemKeyring

    try:
        SystemKeyring(call.tool.app).load("doctor")
    except KeyringUnavailable as error:
        return Finding("keyring", NOTE, f"{error}; a private file takes its place")
    return Finding("keyring", OK, "answers")


def _browser(auth: DeviceLogin) -> Finding:
    from tallystick.machine.browser import SystemBrowser

    browser = auth.settings.system.browser
    reason = browser.nobody_there() if isinstance(browser, SystemBrowser) else None
    if reason:
        return Finding("browser", NOTE, f"none is opened: {reason}; the link works on any other device")
    return Finding("browser", OK, "is opened at login")


def _server(auth: DeviceLogin) -> Iterator[Finding]:
    settings = auth.settings
    try:
        metadata = settings.connect().metadata
    except TallystickError as error:
        yield Finding("server", BAD, f"{settings.issuer}: {error.message}", error.exit_code)
        return
    yield Finding("server", OK, f"{settings.issuer} offers device login")
    proof = "yes" if metadata.challenge else "no: a device code seen on the way could be used by others"
    yield Finding("proof (S256)", OK if metadata.challenge else NOTE, proof)
    revoke = "yes" if metadata.revocation_endpoint else "no: a logout cannot end the session there"
    yield Finding("revocation", OK if metadata.revocation_endpoint else NOTE, revoke)


COMMANDS = {"doctor": lambda tool: make_command(tool, "doctor", doctor)}
