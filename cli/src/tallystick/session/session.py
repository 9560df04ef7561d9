"""A login in use: who it is, and tokens that are good when they are needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tallystick.session.token_source import MIN_TTL

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx2

    from tallystick.credentials.account import Account, User
    from tallystick.session.bearer import Bearer, RequestsAuth
    from tallystick.session.token_source import TokenSource


class Session:
    """The result of `login()` and of `session()`. Making one costs no network.

    `source` says where its credentials come from: `keyring`, `file`, `memory`, or the environment variable's name.
    `notices` holds what the person should have been told at login.
    """

    def __init__(
        self,
        account: Account,
        make_source: Callable[[], TokenSource],
        make_bearer: Callable[[TokenSource], Bearer],
        *,
        notices: tuple[str, ...] = (),
    ) -> None:
        self.account = account
        self.notices = notices
        self._make_source = make_source
        self._make_bearer = make_bearer
        self._source: TokenSource | None = None

    @property
    def _tokens(self) -> TokenSource:
        if self._source is None:
            self._source = self._make_source()
        return self._source

    @property
    def user(self) -> User:
        """The person who has logged in, as the issuer said at login."""
        return self.account.user

    @property
    def source(self) -> str:
        """Where the credentials come from."""
        return self.account.kept_in

    def token(self, min_ttl: float = MIN_TTL) -> str:
        """Return an access token good for `min_ttl` seconds, renewed if need be. In clear: do not log it."""
        return self._tokens.tokens(min_ttl).access_token.reveal()

    def refresh(self) -> str:
        """Renew the access token though it may be good still. Another process's renewal since then counts too."""
        return self._tokens.tokens(0, rejected=self._tokens.held().access_token).access_token.reveal()

    def expires_at(self) -> float | None:
        """Return when the access token expires, in seconds since the epoch, as far as that is known. No request."""
        return self._tokens.held().expires_at

    def scopes(self) -> tuple[str, ...]:
        """Return the scopes that were granted. No request."""
        return self._tokens.held().scopes

    @property
    def httpx_auth(self) -> httpx2.Auth:
        """For `httpx2.get(url, auth=session.httpx_auth)`, synchronous or not."""
        from tallystick.session.bearer import httpx_auth

        return httpx_auth(self._make_bearer(self._tokens))

    @property
    def requests_auth(self) -> RequestsAuth:
        """For `requests.get(url, auth=session.requests_auth)`."""
        from tallystick.session.bearer import RequestsAuth

        return RequestsAuth(self._make_bearer(self._tokens))

    def __repr__(self) -> str:
        return f"Session({self.account.key.profile} at {self.account.key.issuer}, from {self.source})"
