"""The tool that the commands work for, its logins, and the one of them that is meant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

from tallystick.credentials.account import Key
from tallystick.errors import InvalidSettings, NotLoggedIn
from tallystick.machine.environment import variable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tallystick.credentials.account import Account
    from tallystick.login.device_login import DeviceLogin
    from tallystick.stores.store import Store

DEFAULT_PROFILE = "default"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """A tool that has these commands. One that has its issuer and client settled says so; the reference command does not.

    `open` makes the DeviceLogin of a key; the second argument allows plain http to this machine.
    """

    app: str
    store: Callable[[], Store]
    open: Callable[[Key, bool], DeviceLogin]
    stderr: Callable[[], TextIO]
    environ: Mapping[str, str]
    issuer: str = ""
    client_id: str = ""
    profile: str = DEFAULT_PROFILE

    @property
    def token_variable(self) -> str:
        """The variable whose token is used before any stored one."""
        return variable(self.app, "TOKEN")

    @property
    def has_token(self) -> bool:
        """Whether that variable is set."""
        return bool(self.environ.get(self.token_variable, "").strip())


def choose(tool: Tool, said: Key) -> Key:
    """Return the login that is meant: the current one, unless what was `said` names another. It need not exist yet.

    In `said` a part is empty where the person said nothing. Raises InvalidSettings when several logins fit.
    """
    issuer = _issuer(said.issuer)
    current = tool.store().current()
    fitting = [account.key for account in _fitting(tool, issuer, said)]
    if current is not None and current.key in fitting:
        return current.key
    if len(fitting) > 1:
        usual = [key for key in fitting if key.profile == DEFAULT_PROFILE]
        if len(usual) != 1:
            raise InvalidSettings("Several logins fit.", hint="Add --host and --profile; `status` lists them.")
        return usual[0]
    if fitting:
        return fitting[0]
    return Key(
        issuer or tool.issuer or (current.key.issuer if current else ""),
        said.client_id or tool.client_id or (current.key.client_id if current and not issuer else ""),
        said.profile or tool.profile,
    )


def check(tool: Tool, key: Key, *, to_log_in: bool) -> None:
    """Raise unless the key says enough: NotLoggedIn where there has never been a login, else InvalidSettings."""
    if key.issuer and key.client_id:
        return
    host, client = variable(tool.app, "HOST"), variable(tool.app, "CLIENT_ID")
    hint = f"--host login.example.com --client-id acme-cli; or set {host} and {client}."
    if to_log_in or tool.has_token:
        raise InvalidSettings("Which server, and as which client?", hint=hint)
    raise NotLoggedIn(hint=f"Log in with {hint}")


def said_in(environ: Mapping[str, str], app: str) -> Key:
    """Return what the person said with variables of the environment."""
    issuer, client_id, profile = (environ.get(variable(app, what), "") for what in ("HOST", "CLIENT_ID", "PROFILE"))
    return Key(issuer, client_id, profile)


def _fitting(tool: Tool, issuer: str, said: Key) -> list[Account]:
    def fits(key: Key) -> bool:
        client = said.client_id or tool.client_id
        return issuer in {"", key.issuer} and said.profile in {"", key.profile} and client in {"", key.client_id}

    return [account for account in tool.store().accounts() if fits(account.key)]


def _issuer(host: str) -> str:
    if not host:
        return ""
    from tallystick.oauth.addresses import issuer_of

    return issuer_of(host)
