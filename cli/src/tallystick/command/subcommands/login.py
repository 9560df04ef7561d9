"""`login`: with a person at a terminal, in two steps for programs, or with a token from elsewhere."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from tallystick.command.call import make_command
from tallystick.command.output import described, host_of
from tallystick.command.prompt import CommandPrompt
from tallystick.errors import ApprovalNumberRequired, InvalidSettings, LoginPending, TallystickError
from tallystick.oauth.number_matching import PATTERN, tidy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tallystick.command.call import Call
    from tallystick.command.tool import Tool
    from tallystick.login.pending import PendingLogin
    from tallystick.session.session import Session


class NoTerminal(TallystickError):
    """Nobody would see the code: in CI, under cron, as a part of a pipeline."""

    message = "There is no terminal to show the code on."
    code = "no_terminal"
    exit_code = 2


def login(  # noqa: PLR0913  each is an option of the command
    call: Call,
    *,
    scope: tuple[str, ...],
    no_browser: bool,
    copy_code: bool,
    qr: bool,
    no_wait: bool,
    resume: bool,
    approval_number: str,
    with_token: bool,
) -> int:
    """Log in with a browser, on this machine or any other.

    Shows a link and a code, opens the browser where there is one, and waits until you have approved. Logging in again needs
    no logout.
    """
    auth = call.open(call.key(to_log_in=True))
    scopes = [part for given in scope for part in given.split()] or None
    prompt = CommandPrompt(call.output, auth.settings.system, copy=copy_code, qr=qr)
    if approval_number and not (resume and PATTERN.fullmatch(tidy(approval_number))):
        raise InvalidSettings("--approval-number goes with --resume, and is the six digits that your browser shows.")
    if with_token:
        session = auth.login_with_token(_token())
    elif resume:
        with prompt, _resumable(call):
            session = auth.resume(
                wait=not no_wait,
                approval_number=approval_number,
                on_notice=prompt.notice,
                on_wait=prompt.waiting,
                on_approval_number=prompt.number,
            )
    elif no_wait:
        pending = auth.start(scopes)
        pending.save()
        return _waiting(call, pending)
    else:
        if not call.output.on_terminal:
            raise NoTerminal(
                hint=f"Set {call.tool.token_variable}, or use `{call.group} login --no-wait` and then `--resume`."
            )
        with prompt, _resumable(call):
            session = auth.login(
                scopes=scopes,
                on_prompt=prompt.show,
                on_notice=prompt.notice,
                on_wait=prompt.waiting,
                on_approval_number=prompt.number,
                open_browser=not no_browser,
            )
    _report(call, session)
    return 0


@contextmanager
def _resumable(call: Call) -> Iterator[None]:
    """Say how the number is handed in where there is no keyboard to type it at."""
    try:
        yield
    except ApprovalNumberRequired as error:
        error.hint = f"Run `{call.group} login --resume --approval-number 123456`, with that number."
        raise


def _token() -> str:
    """Read a token that the person has from elsewhere, from a pipe or, unseen, from the keyboard."""
    stdin = sys.stdin
    if stdin.isatty():
        from getpass import getpass

        return getpass("Token: ")
    return stdin.read()


def _waiting(call: Call, pending: PendingLogin) -> int:
    """Answer as JSON, with --json or without: whoever does not wait is a program."""
    import json

    from tallystick.command.output import VERSION

    document = {
        "version": VERSION,
        "status": "pending",
        "user_code": pending.user_code,
        "verification_uri": pending.verification_uri,
        "verification_uri_complete": pending.verification_uri_complete,
        "expires_in": round(pending.expires_in),
        "interval": round(pending.interval),
        "approval_number_required": pending.approval_number_required,
        "resume": f"{call.group} login --resume",
    }
    click.echo(json.dumps(document, ensure_ascii=False))
    return LoginPending.exit_code


def _report(call: Call, session: Session) -> None:
    key = session.account.key
    call.output.say(f"✓ Logged in to {host_of(key.issuer)} as {session.user}", indent="  ")
    # As in login CSRF, this may be a stranger's account: an onlooker may have approved the code, quicker than the person.
    call.output.say(f"  Not you? Run `{call.group} logout`.", indent="  ")
    if call.tool.has_token:
        call.output.notice(f"{call.tool.token_variable} is set, and is used before this login.")
    if call.output.as_json:
        call.output.data("", {"status": "logged_in", **described(session.account)})


def _command(tool: Tool) -> click.Command:
    def flag(name: str, text: str, variable: str = "") -> click.Option:
        return click.Option([name, variable] if variable else [name], is_flag=True, help=text)

    return make_command(
        tool,
        "login",
        login,
        click.Option(["--scope"], multiple=True, help="What to ask for; may be repeated."),
        flag("--no-browser", "Do not open the browser."),
        flag("--copy", "Copy the code to the clipboard.", "copy_code"),
        flag("--qr", "Show the link as a QR code."),
        flag("--no-wait", "Print the code as JSON and end, with status 8."),
        flag("--resume", "Wait for a login begun with --no-wait; with it, ask once."),
        click.Option(
            ["--approval-number"], default="", metavar="NUMBER", help="With --resume: the number that your browser shows."
        ),
        flag("--with-token", "Keep the token that comes on standard input."),
    )


COMMANDS = {"login": _command}
