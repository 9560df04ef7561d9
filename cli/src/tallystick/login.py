"""`DeviceLogin`: the login of one tool at one issuer, from the first prompt to the logout."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tallystick.answers import Granted
from tallystick.bearer import Bearer
from tallystick.environment import account_of, read_token, tokens_of
from tallystick.errors import (
    AccessDenied,
    Cancelled,
    CodeExpired,
    LoginPending,
    NetworkError,
    NotLoggedIn,
    StorageError,
    TallystickError,
)
from tallystick.flow import Flow
from tallystick.folders import config_folder
from tallystick.http import Response, TransportFailed
from tallystick.http_client import HttpClient
from tallystick.prompt import TerminalPrompt
from tallystick.renewal import FixedSource, StoredSource
from tallystick.session import Session
from tallystick.settings import KnownIssuer, Settings, check_scopes, host_name
from tallystick.stores.store import Store
from tallystick.stores.vault import KeyringVault
from tallystick.system import System
from tallystick.terminal import clean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tallystick.credentials import Account
    from tallystick.http import Transport
    from tallystick.pending import PendingLogin
    from tallystick.renewal import TokenSource

    OnPrompt = Callable[[PendingLogin], None]
    OnNotice = Callable[[str], None]
    OnWait = Callable[[float], None]

_SLICE = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Logout:
    """What a logout did. `revoked` is None where the issuer has no way to revoke; an error says what went wrong."""

    was_logged_in: bool
    revoked: bool | None = None
    revoke_error: TallystickError | None = None
    delete_error: StorageError | None = None


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
        system = system or System()
        store = store or Store.in_files(config_folder(app, system.environ, system.platform), vault=KeyringVault(app))
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
        """What was said when this was made."""
        return self._settings

    @property
    def store(self) -> Store:
        """Where the logins are kept."""
        return self._settings.store

    def at(self, *, issuer: str | None = None, profile: str | None = None) -> DeviceLogin:
        """Return the login of the same tool at another issuer or for another profile, in the same store."""
        settings = self._settings
        # The metadata known of this issuer is not the other's.
        other = replace(settings, issuer=issuer or settings.issuer, profile=profile or settings.profile, known=KnownIssuer())
        return DeviceLogin.from_settings(other)

    def login(
        self,
        *,
        scopes: Iterable[str] | None = None,
        on_prompt: OnPrompt | None = None,
        on_notice: OnNotice | None = None,
        on_wait: OnWait | None = None,
        open_browser: bool = True,
    ) -> Session:
        """Log a person in and keep the login.

        Tells where to go (`on_prompt`, else on standard error), then tries the browser, then waits. `on_notice` is told what
        the person should know, `on_wait` the seconds left, about once a second. Raises a TallystickError; then nothing
        was stored.
        """
        with _interruptible():
            pending = self.start(scopes)
            notices = Notices(on_notice)
            prompt = TerminalPrompt(self._settings.system.stderr)
            if on_notice is None and on_prompt is None:
                notices.tell = prompt.notice
            (on_prompt or prompt.show)(pending)
            reason = Flow(self._settings).open_browser(pending) if open_browser else None
            if reason:
                notices.add(f"The browser was not opened: {reason}.")
            return self._finish(self._wait(pending, on_wait), notices)

    def start(self, scopes: Iterable[str] | None = None) -> PendingLogin:
        """Begin a login and return what the person needs. `pending.save()` lets another process `resume()` it."""
        asked = self._settings.scopes if scopes is None else tuple(scopes)
        check_scopes(asked)
        return Flow(self._settings).begin(asked)

    def resume(
        self,
        pending: PendingLogin | None = None,
        *,
        wait: bool = True,
        on_notice: OnNotice | None = None,
        on_wait: OnWait | None = None,
    ) -> Session:
        """Wait for a login that was begun here or, where it was saved, by another process.

        With `wait=False` the issuer is asked once: LoginPending is raised while nobody has decided.
        """
        flow = Flow(self._settings)
        with _interruptible():
            pending = pending or flow.kept()
            notices = Notices(on_notice)
            try:
                granted = self._wait(pending, on_wait, at_once=True) if wait else self._ask_once(pending)
            except (AccessDenied, CodeExpired):
                flow.forget()
                raise
            return self._finish(granted, notices)

    def login_with_token(self, token: str) -> Session:
        """Keep a token that the person has from elsewhere, as a login that nothing renews."""
        settings = self._settings
        access_token = read_token(token, "The input")
        tokens = tokens_of(access_token, settings.system.clock())
        notices = Notices(None)
        account = Flow(settings).finish(Granted(tokens=tokens, answer=Response(200)), notices.add)
        return self._stored(account, tuple(notices.texts))

    def session(self) -> Session:
        """Return the login there is, without a request. Raises NotLoggedIn. A token in the environment comes first."""
        settings = self._settings
        text = settings.system.environ.get(settings.token_variable, "")
        if text.strip():
            token = read_token(text, settings.token_variable)
            source = FixedSource(tokens_of(token, settings.system.clock()), f"Renew {settings.token_variable}.")
            return self._opened(account_of(token, settings.key, settings.token_variable), source)
        account = settings.store.account(settings.key)
        if account is None:
            raise NotLoggedIn(hint=settings.login_hint)
        return self._stored(account)

    def logout(self) -> Logout:
        """End the session at the issuer, and forget it here in any case. Raises nothing: the result says what failed."""
        settings, flow = self._settings, Flow(self._settings)
        revoked: bool | None = None
        revoke_error: TallystickError | None = None
        delete_error: StorageError | None = None
        try:
            known = settings.store.account(settings.key) is not None
            tokens = flow.everything()
        except StorageError as error:
            known, tokens, revoke_error = True, None, error
        if tokens is not None:
            try:
                revoked = flow.revoke(tokens) or None
            except TallystickError as error:
                revoked, revoke_error = False, error
        try:
            settings.store.delete(settings.key)
        except StorageError as error:
            delete_error = error
        return Logout(was_logged_in=known, revoked=revoked, revoke_error=revoke_error, delete_error=delete_error)

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

    def _wait(self, pending: PendingLogin, on_wait: OnWait | None, *, at_once: bool = False) -> Granted:
        flow, system = Flow(self._settings), self._settings.system
        polling = flow.polling(pending)
        pause = 0.0 if at_once else polling.pause()
        while True:
            until = system.monotonic() + pause
            while (left := until - system.monotonic()) > 0:
                if on_wait is not None:
                    on_wait(polling.remaining())
                system.sleep(min(left, _SLICE) if on_wait is not None else left)
            try:
                granted = polling.heard(self._settings.transport.send(flow.poll_request(pending)))
            except TransportFailed as failure:
                polling.failed(failure)
                granted = None
            if granted is not None:
                return granted
            pause = polling.pause()

    def _ask_once(self, pending: PendingLogin) -> Granted:
        flow = Flow(self._settings)
        try:
            granted = flow.polling(pending).heard(self._settings.transport.send(flow.poll_request(pending)))
        except TransportFailed as failure:
            raise NetworkError(f"The server could not be reached: {failure.reason}.") from failure
        if granted is None:
            raise LoginPending
        return granted

    def _finish(self, granted: Granted, notices: Notices) -> Session:
        flow = Flow(self._settings)
        account = flow.finish(granted, notices.add)
        flow.forget()
        return self._stored(account, tuple(notices.texts))

    def _stored(self, account: Account, notices: tuple[str, ...] = ()) -> Session:
        settings = self._settings
        source = StoredSource(
            settings.key, settings.store, connect=settings.connect, clock=settings.system.clock, hint=settings.login_hint
        )
        return self._opened(account, source, notices)

    def _opened(self, account: Account, source: TokenSource, notices: tuple[str, ...] = ()) -> Session:
        settings = self._settings
        bearer = Bearer(source, issuer=settings.issuer, audiences=settings.audiences, insecure=settings.insecure)
        return Session(account, source, bearer, notices=notices)


class Notices:
    """What the person should know: told at once where there is someone to tell, and kept for the session."""

    def __init__(self, tell: OnNotice | None) -> None:
        self.tell = tell
        self.texts: list[str] = []

    def add(self, text: str) -> None:
        """Tell and keep."""
        self.texts.append(clean(text))
        if self.tell is not None:
            self.tell(self.texts[-1])


@contextmanager
def _interruptible() -> Iterator[None]:
    """Turn Ctrl-C into an error like the others, so that a tool ends as it should."""
    try:
        yield
    except KeyboardInterrupt:
        raise Cancelled from None
