"""One call of a command: its options, the login that is meant, and how it ends."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import click

from tallystick.command.group import LazyGroup
from tallystick.command.output import Output
from tallystick.credentials.account import Key

if TYPE_CHECKING:
    from collections.abc import Callable

    from tallystick.command.tool import Tool
    from tallystick.login.device_login import DeviceLogin

    Run = Callable[..., int | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """The first argument of every command. `group` is how the person calls the group: `acme auth`."""

    tool: Tool
    said: Key
    output: Output
    group: str
    insecure: bool = False
    debug: bool = False

    def key(self, *, to_log_in: bool = False) -> Key:
        """Return which login is meant."""
        from tallystick.command.tool import check, choose

        key = choose(self.tool, self.said)
        check(self.tool, key, to_log_in=to_log_in)
        return key

    def open(self, key: Key) -> DeviceLogin:
        """Return its DeviceLogin. Plain http that was allowed at login need not be allowed again."""
        from tallystick.login.device_login import DeviceLogin

        known = self.tool.store().account(key) is not None
        auth = self.tool.open(key, self.insecure or (known and key.issuer.startswith("http://")))
        settings = replace(auth.settings, login_command=f"{self.group} login")
        if self.debug:
            from tallystick.command.trace import Traced

            settings = replace(settings, transport=Traced(settings.transport, settings.system, self.output))
        return DeviceLogin.from_settings(settings)


def make_command(tool: Tool, name: str, run: Run, *params: click.Parameter) -> click.Command:
    """Return the click command that calls `run`; its docstring is the help."""

    @click.pass_context
    def callback(context: click.Context, /, **given: Any) -> None:  # noqa: ANN401  click's
        call = Call(
            tool=tool,
            said=Key(given.pop("host") or "", given.pop("client_id", None) or "", given.pop("profile") or ""),
            output=Output(tool, as_json=given.pop("as_json")),
            group=_group_of(context),
            insecure=given.pop("insecure"),
            debug=given.pop("debug"),
        )
        context.exit(_guarded(call, lambda: run(call, **given)))

    return click.Command(name, callback=callback, params=[*params, *_common(tool)], help=run.__doc__)


def _group_of(context: click.Context) -> str:
    """Return how the person calls the group: what stands before `devices list` as before `whoami`."""
    while context.parent is not None and not isinstance(context.command, LazyGroup):
        context = context.parent
    return context.command_path


def _guarded(call: Call, run: Callable[[], int | None]) -> int:
    """Return the exit status. Errors are said here, once for all commands."""
    from tallystick.errors import Cancelled, TallystickError

    try:
        return run() or 0
    except TallystickError as error:
        call.output.error(error)
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        call.output.error(Cancelled("Interrupted."))
        return Cancelled.exit_code


def _common(tool: Tool) -> list[click.Parameter]:
    from tallystick.machine.environment import variable

    def named(what: str, option: str, text: str) -> click.Option:
        return click.Option([option], envvar=variable(tool.app, what), metavar=what.rpartition("_")[2], help=text)

    client = [] if tool.client_id else [named("CLIENT_ID", "--client-id", "The client to log in as.")]
    return [
        named("HOST", "--host", "The server. No scheme means https."),
        named("PROFILE", "--profile", "Which of several logins."),
        *client,
        click.Option(["--insecure"], is_flag=True, help="Allow plain http to this machine."),
        click.Option(["--json", "as_json"], is_flag=True, help="Answer in JSON."),
        click.Option(["--debug"], is_flag=True, help="Show requests, without any secret."),
    ]
