"""The use case: sign a browser in at the identity provider, say who is signed in, and sign out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from functions.domain.browser_session import SESSION_LIFETIME, BrowserSession, person_of, session_of
from functions.domain.errors import ProviderUnavailable, SignInDenied, SignInNotFresh, SignInRefused
from functions.domain.person import User, user_id_of
from functions.domain.secret import Secret
from functions.signin.transaction import Transaction

if TYPE_CHECKING:
    from functions.domain.person import Identity
    from functions.domain.ports import BrowserSessions, Clock, RandomBytes, Users
    from functions.signin.transaction import To

_SESSION_BYTES = 32
# OAuth's words for "not now" (RFC 6749 §4.1.2.1). Every other error means that the person is not signed in.
_PROVIDER_FAULTS = ("server_error", "temporarily_unavailable")


class Provider(Protocol):
    """The identity provider. Both methods raise ProviderUnavailable when it does not answer as it should."""

    def authorization_url(self, *, state: Secret, nonce: Secret, code_verifier: Secret, fresh: bool) -> str:
        """Return where the browser signs in. `fresh`: the person must prove who they are, though they are known there."""

    def identify(self, code: Secret, *, nonce: Secret, code_verifier: Secret) -> Identity:
        """Exchange the code and return who signed in. Raises SignInRefused when code or ID token does not hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WayOut:
    """Where the browser goes now, and the cookie by which we know it when it comes back."""

    url: str
    cookie: Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class WayBack:
    """Which page of ours the browser goes to now, and the cookie of its new session."""

    to: To
    cookie: Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """The use case and what it needs."""

    provider: Provider
    users: Users
    browsers: BrowserSessions
    clock: Clock
    random_bytes: RandomBytes

    def begin(self, *, fresh: bool, session: Secret | None, to: To = "device") -> WayOut:
        """Start a sign-in; it will replace `session` and end at the page `to`. Nothing is written."""
        transaction = Transaction.begin(self.random_bytes, self.clock(), session, fresh=fresh, to=to)
        url = self.provider.authorization_url(
            state=transaction.state, nonce=transaction.nonce, code_verifier=transaction.code_verifier, fresh=fresh
        )
        return WayOut(url=url, cookie=transaction.cookie())

    def finish(self, cookie: str, *, state: Secret, code: Secret, error: str) -> WayBack:
        """Return the page to go to and the cookie of a new session, or raise SignInRefused, SignInDenied or an Unavailable.

        The state is looked at first and used up, so that nothing foreign or replayed reaches the provider.
        """
        transaction = self._use(cookie, state)
        if error in _PROVIDER_FAULTS:
            raise ProviderUnavailable(detail=f"authorization: {error}")
        if error:
            raise SignInDenied
        if not code.reveal():
            raise SignInRefused(detail="neither code nor error")
        identity = self.provider.identify(code, nonce=transaction.nonce, code_verifier=transaction.code_verifier)
        # Else a person who must prove themselves again would be sent round in a circle, and never told why.
        if not transaction.freshened(identity.auth_time):
            raise SignInNotFresh(detail="the provider did not heed prompt=login")
        return WayBack(to=transaction.to, cookie=self._enter(identity, transaction.replaces))

    def who(self, cookie: Secret | None) -> User:
        """Return the person who is signed in. Raises SignInRequired; somebody disabled is not."""
        return person_of(session_of(cookie, self.browsers, self.clock()), self.users)

    def end(self, session: Secret) -> None:
        """Sign out."""
        self.browsers.remove(session)

    def _use(self, cookie: str, state: Secret) -> Transaction:
        now = self.clock()
        transaction = Transaction.parse(cookie)
        if transaction is None:
            raise SignInRefused(detail="no sign-in cookie")
        if transaction.state != state:
            raise SignInRefused(detail="foreign state")
        if not transaction.live(now):
            raise SignInRefused(detail="sign-in expired")
        if not self.browsers.use_sign_in(transaction.secret, transaction.expires_at, now):
            raise SignInRefused(detail="state was used before")
        return transaction

    def _enter(self, identity: Identity, old: Secret | None) -> Secret:
        user_id, now = user_id_of(identity.issuer, identity.subject), int(self.clock())
        self.users.save(User(user_id=user_id, profile=identity.profile, created_at=now, signed_in_at=now))
        # Against session fixation: the session gets a new id, and one that was planted before the sign-in is worth nothing.
        session = Secret(self.random_bytes(_SESSION_BYTES).hex())
        expires_at = now + SESSION_LIFETIME
        if old:
            self.browsers.remove(old)
        self.browsers.add(session, BrowserSession(user_id=user_id, auth_time=identity.auth_time, expires_at=expires_at))
        return session
