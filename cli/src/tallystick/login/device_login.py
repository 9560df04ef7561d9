"""`DeviceLogin`: the login of one tool at one issuer, from the first prompt to the logout.

`login()` and `logout()` import what only they need: most commands have a session and go on.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from tallystick.errors import AccessDenied, ApprovalNumberRequired, Cancelled, CodeExpired
from tallystick.machine.system import System, host_name
from tallystick.oauth.addresses import issuer_of
from tallystick.session.opening import open_session, stored_session
from tallystick.settings import MetadataCache, Settings, check_scopes
from tallystick.stores.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import click

    from tallystick.credentials.account import Account
    from tallystick.login.approval import OnWait
    from tallystick.login.logout import Logout
    from tallystick.login.notices import Notices
    from tallystick.login.number_prompt import OnNumber
    from tallystick.login.pending import PendingLogin
    from tallystick.oauth.http import Transport
    from tallystick.oauth.responses import Granted
    from tallystick.session.session import Session

    OnPrompt = Callable[[PendingLogin], None]
    OnNotice = Callable[[str], None]


class DeviceLogin:
    """Logs a person in at `issuer`, any issuer with RFC 8628 in its metadata, and keeps the login.

    `app` names the tool: its folder, its entry in the keyring, its environment variables (`ACME_TOKEN`, `ACME_CONFIG_DIR`).
    `audiences` are the origins of the APIs that tokens may go to, beside the issuer's own. `insecure` allows plain http to
    this machine. `device_name` is told to the issuer, so that the approval page and the list of sessions can show it; None
    tells nothing. `store`, `transport` and `system` are for tests and special needs.
    """

    def __init__(  # noqa: PLR0913  each is a setting with a name
        self,
        issuer: str,
        *,
        client_id: str,
        scopes: Iterable[str] = (),
        app: str = "tallystick",
        profile: str = "default",
        audiences: Iterable[str] = (),
        insecure: bool = False,
        device_name: str | Callable[[], str] | None = host_name,
        login_command: str | None = None,
        store: Store | None = None,
        transport: Transport | None = None,
        system: System | None = None,
    ) -> None:
        from tallystick.oauth.http_client import HttpClient

        system = system or System()
        store = store or Store.of(app, system)
        self._settings = Settings(
            issuer=issuer,
            client_id=client_id,
            scopes=tuple(scopes),
            app=app,
            profile=profile,
            audiences=tuple(audiences),
            insecure=insecure,
            device_name=device_name,
            login_command=login_command or f"{app} login",
            store=store,
            transport=transport or HttpClient(),
            system=system,
        )

    @classmethod
    def from_settings(cls, settings: Settings) -> DeviceLogin:
        """Make one from settings that are there already."""
        login = cls.__new__(cls)
        login._settings = settings  # noqa: SLF001  it is our own
        return login

    @property
    def settings(self) -> Settings:
        """The settings that this was made with."""
        return self._settings

    @property
    def store(self) -> Store:
        """Where the logins are kept."""
        return self._settings.store

    @property
    def host(self) -> str:
        """The issuer as people name it: without the scheme."""
        return self._settings.issuer.partition("://")[2]

    def at(
        self,
        *,
        issuer: str | None = None,
        host: str | None = None,
        profile: str | None = None,
        insecure: bool = False,
        server: str | None = None,
    ) -> DeviceLogin:
        """Return the login of the same tool elsewhere or for another profile, in the same store.

        `host` is an issuer as a person types it: no scheme means https. `insecure` allows plain http, where this one does
        not. `server` is one more origin that the token may go to.
        """
        settings = self._settings
        other = replace(
            settings,
            issuer=issuer or (issuer_of(host) if host else settings.issuer),
            profile=profile or settings.profile,
            insecure=insecure or settings.insecure,
            audiences=(*settings.audiences, server) if server else settings.audiences,
            # This issuer's metadata is not the other's.
            metadata_cache=MetadataCache(),
        )
        return DeviceLogin.from_settings(other)

    def chosen(self) -> DeviceLogin:
        """Return the login that was made or switched to last, wherever that was; this one where there is none."""
        account = self.current()
        if account is None:
            return self
        # Plain http that was allowed at login need not be allowed again.
        plain = account.key.issuer.startswith("http://")
        return self.at(issuer=account.key.issuer, profile=account.key.profile, insecure=plain)

    def login(
        self,
        *,
        scopes: Iterable[str] | None = None,
        on_prompt: OnPrompt | None = None,
        on_notice: OnNotice | None = None,
        on_wait: OnWait | None = None,
        on_approval_number: OnNumber | None = None,
        open_browser: bool = True,
    ) -> Session:
        """Log a person in and keep the login.

        Tells where to go (`on_prompt`, else on standard error), then tries the browser, then waits. `on_notice` is told what
        the person should know, `on_wait` the seconds left, about once a second. Where the issuer wants the number that the
        browser shows after the approval, `on_approval_number` gives it, else it is asked for at the terminal.
        Raises a TallystickError; then nothing was stored. After ApprovalNumberRequired the login may be resumed.
        """
        from tallystick.login.approval import wait_for

        with _interruptible():
            pending = self.start(scopes)
            notices = self.announce(pending, on_prompt, on_notice, open_browser=open_browser)
            try:
                granted = wait_for(self._settings, pending, on_wait, on_approval_number)
            except ApprovalNumberRequired:
                # Only the number is missing, and whoever has it may resume.
                pending.save()
                raise
            return self.finish(granted, notices)

    def start(self, scopes: Iterable[str] | None = None) -> PendingLogin:
        """Begin a login and return what the person needs. `pending.save()` lets another process `resume()` it."""
        from tallystick.login.flow import Flow

        asked = self._settings.scopes if scopes is None else tuple(scopes)
        check_scopes(asked)
        return Flow(self._settings).begin(asked)

    def resume(
        self,
        pending: PendingLogin | None = None,
        *,
        wait: bool = True,
        approval_number: str = "",
        on_notice: OnNotice | None = None,
        on_wait: OnWait | None = None,
        on_approval_number: OnNumber | None = None,
    ) -> Session:
        """Wait for a login that was begun here or, where it was saved, by another process.

        With `wait=False` the issuer is asked once: LoginPending is raised while nobody has decided. `approval_number` is
        the one that the browser shows, where it is known already.
        """
        from tallystick.login.approval import ask_once, wait_for
        from tallystick.login.flow import Flow
        from tallystick.login.notices import Notices

        settings, flow = self._settings, Flow(self._settings)
        with _interruptible():
            pending = pending or flow.kept()
            try:
                granted = (
                    wait_for(settings, pending, on_wait, on_approval_number, resumed=True, number=approval_number)
                    if wait
                    else ask_once(settings, pending, approval_number)
                )
            except (AccessDenied, CodeExpired):
                flow.forget()
                raise
            return self.finish(granted, Notices(on_notice))

    def announce(
        self, pending: PendingLogin, on_prompt: OnPrompt | None, on_notice: OnNotice | None, *, open_browser: bool
    ) -> Notices:
        """Show the code, and only then try the browser: the person must not depend on it."""
        from tallystick.login.flow import Flow
        from tallystick.login.notices import Notices
        from tallystick.login.prompt import TerminalPrompt

        prompt = TerminalPrompt(self._settings.system.stderr)
        notices = Notices(on_notice if on_prompt or on_notice else prompt.notice)
        (on_prompt or prompt.show)(pending)
        reason = Flow(self._settings).open_browser(pending) if open_browser else None
        if reason:
            notices.add(f"The browser was not opened: {reason}.")
        return notices

    def finish(self, granted: Granted, notices: Notices) -> Session:
        """Keep what was granted, and open it."""
        from tallystick.login.flow import Flow

        flow = Flow(self._settings)
        account = flow.finish(granted, notices.add)
        flow.forget()
        return stored_session(self._settings, account, tuple(notices.texts))

    def login_with_token(self, token: str) -> Session:
        """Keep a token that the person has from elsewhere, as a login that nothing renews."""
        from tallystick.login.notices import Notices
        from tallystick.oauth.http import Response
        from tallystick.oauth.responses import Granted
        from tallystick.session.static_token import read_token, tokens_of

        tokens = tokens_of(read_token(token, "The input"), self._settings.system.clock())
        return self.finish(Granted(tokens=tokens, answer=Response(200)), Notices(None))

    def session(self) -> Session:
        """Return the login there is, without a request. Raises NotLoggedIn. A token in the environment comes first."""
        return open_session(self._settings)

    def logout(self) -> Logout:
        """End the session at the issuer, and forget it here in any case. Raises nothing: the result says what failed."""
        from tallystick.login.logout import log_out

        return log_out(self._settings)

    def accounts(self) -> list[Account]:
        """Return all logins of the tool: every issuer, every profile."""
        return self.store.accounts()

    def current(self) -> Account | None:
        """Return the login that was made or switched to last."""
        return self.store.current()

    def switch(self, account: Account) -> DeviceLogin:
        """Make a login the current one, and return its DeviceLogin."""
        self.store.switch(account.key)
        return self.at(issuer=account.key.issuer, profile=account.key.profile)

    def click_group(self, name: str = "auth") -> click.Group:
        """Return `login`, `logout`, `whoami` and the rest as commands, for `cli.add_command(auth.click_group())`."""
        # The one import that points upwards. The commands hang from the library; this method only hands them out, to whoever
        # has click, and a plain import lets the type checker see what it returns.
        from tallystick.command.embedded import embedded_group

        return embedded_group(self, name)


@contextmanager
def _interruptible() -> Iterator[None]:
    """Turn Ctrl-C into an error like the others, so that a tool ends as it should."""
    try:
        yield
    except KeyboardInterrupt:
        raise Cancelled from None
