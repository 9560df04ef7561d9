"""The steps of a login, each as a call: begin, poll, finish. `DeviceLogin` and its asynchronous twin put them in a row."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from tallystick.credentials.account import Account
from tallystick.credentials.tokens import Credential
from tallystick.errors import NotLoggedIn, StorageError, TallystickError
from tallystick.login.pending import PendingLogin, pending_from_json
from tallystick.machine.browser import SystemBrowser
from tallystick.oauth.addresses import why_not_opened
from tallystick.oauth.identity import identify
from tallystick.oauth.pkce import make_verifier
from tallystick.oauth.polling import Polling

if TYPE_CHECKING:
    from typing import Any

    from tallystick.credentials.tokens import Tokens
    from tallystick.oauth.http import Request
    from tallystick.oauth.responses import Granted
    from tallystick.settings import Settings
    from tallystick.stores.keeper import Notice


class Flow:
    """The steps, for one tool's settings."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def begin(self, scopes: tuple[str, ...]) -> PendingLogin:
        """Ask the issuer for the codes. The store is tried first: nobody should approve what cannot be kept."""
        settings, system = self._settings, self._settings.system
        settings.store.prepare()
        endpoints = settings.connect()
        verifier = make_verifier(system.random_bytes) if endpoints.metadata.challenge else None
        name = settings.device_name
        codes = endpoints.authorize(scopes, verifier, name() if callable(name) else name)
        return PendingLogin(
            issuer=settings.issuer,
            client_id=settings.client_id,
            profile=settings.profile,
            scopes=scopes,
            user_code=codes.user_code,
            verification_uri=codes.verification_uri,
            verification_uri_complete=codes.verification_uri_complete,
            interval=codes.interval,
            expires_in=codes.expires_in,
            started_at=system.clock(),
            deadline=system.monotonic() + codes.expires_in,
            approval_number_required=codes.approval_number_required,
            device_code=codes.device_code,
            code_verifier=verifier,
            _save=self.keep,
        )

    def open_browser(self, pending: PendingLogin) -> str | None:
        """Open the link, the one with the code in it if there is one. Returns why not, if not."""
        url = pending.verification_uri_complete or pending.verification_uri
        reason = why_not_opened(url, pending.issuer, insecure=self._settings.insecure)
        browser = self._settings.system.browser or SystemBrowser()
        return reason or browser.open(url)

    def polling(self, pending: PendingLogin, number: str = "") -> Polling:
        """Return the rules of the wait. `number` is the one that the browser shows, where it is known already."""
        system = self._settings.system
        return Polling(
            interval=pending.interval,
            deadline=pending.deadline,
            scopes=pending.scopes,
            number=number,
            monotonic=system.monotonic,
            clock=system.clock,
            fraction=system.fraction,
        )

    def poll_request(self, pending: PendingLogin, polling: Polling) -> Request:
        """Return the request of the next poll."""
        return self._settings.connect().poll_request(pending.device_code, pending.code_verifier, polling.number)

    def finish(self, granted: Granted, notice: Notice) -> Account:
        """Find out who it is, keep the login, and only then end the one it replaces."""
        settings = self._settings
        endpoints = settings.connect()
        user = identify(granted.answer, granted.tokens.access_token, endpoints)
        account = Account(key=settings.key, user=user, logged_in_at=settings.system.clock())
        replaced = self._replaced()
        try:
            account = settings.store.save(Credential(account=account, tokens=granted.tokens), notice)
        except BaseException:
            # Interrupted or not stored: a session that nobody can use must not stay open.
            self._revoke(granted.tokens)
            raise
        if replaced is not None and replaced.lasting != granted.tokens.lasting:
            self._revoke(replaced)
        return account

    def keep(self, pending: PendingLogin) -> None:
        """Keep a pending login for another process."""
        record = pending.to_json()
        self._settings.store.pending.change(
            lambda content: content.setdefault("pending", {}).update({self._settings.key.id: record})
        )

    def kept(self) -> PendingLogin:
        """Return the pending login that was kept. Raises NotLoggedIn when there is none."""
        settings = self._settings
        record: Any = settings.store.pending.read().get("pending", {}).get(settings.key.id)
        try:
            if record is None:
                raise NotLoggedIn("No login is waiting to be resumed.", hint=settings.login_hint)
            return pending_from_json(
                record, settings.key, now=settings.system.clock(), monotonic=settings.system.monotonic()
            )
        except (KeyError, TypeError, ValueError) as error:
            raise StorageError(f"{settings.store.pending.name} is damaged.", hint="Start the login again.") from error

    def forget(self) -> None:
        """Drop the pending login that was kept, if any."""
        store = self._settings.store
        with suppress(StorageError):
            if self._settings.key.id in store.pending.read().get("pending", {}):
                store.pending.change(lambda content: content["pending"].pop(self._settings.key.id, None))

    def stored_tokens(self) -> Tokens | None:
        """Return the stored tokens, what the keyring has of them included. Raises StorageError."""
        store, key = self._settings.store, self._settings.key
        tokens = store.tokens(key)
        return tokens.keeping(store.refresh_token(key)) if tokens else None

    def _replaced(self) -> Tokens | None:
        with suppress(StorageError):
            return self.stored_tokens()
        return None

    def _revoke(self, tokens: Tokens) -> None:
        with suppress(TallystickError):
            self.revoke(tokens)

    def revoke(self, tokens: Tokens) -> bool:
        """End a session at the issuer. False when it has no way to."""
        kind = "refresh_token" if tokens.refresh_token else "access_token"
        return self._settings.connect().revoke(tokens.lasting, kind)
