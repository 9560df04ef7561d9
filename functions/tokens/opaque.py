"""The access token that says nothing by itself: random, with a prefix that secret scanners can find (RFC 6749 §1.4).

An API asks the introspection endpoint what it is worth (RFC 7662), so it stops working the moment that its session ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from functions.domain.encoding import base64url
from functions.domain.ports import AccessToken
from functions.domain.secret import Secret
from functions.domain.session.access import Access

if TYPE_CHECKING:
    from functions.domain.client import Client
    from functions.domain.person import User
    from functions.domain.ports import AccessTokenReader, AccessTokens, OpaqueTokens, RandomBytes
    from functions.domain.session.session import Session

_SECRET_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class EitherFormat:
    """Mints what each client is registered for: opaque tokens itself, JWTs by `jwts` (ports.AccessTokens)."""

    jwts: AccessTokens
    opaque: OpaqueTokens
    random_bytes: RandomBytes

    def mint(self, session: Session, scopes: tuple[str, ...], client: Client, user: User, now: float) -> AccessToken:
        """Return a new token of the session for these scopes. It does not outlive the session.

        An opaque one is written down before anything is used up. Should the login then be lost, so is its session, without
        which the token is worth nothing.
        """
        if client.access_token_format == "jwt":  # noqa: S105  the name of a format
            return self.jwts.mint(session, scopes, client, user, now)
        secret = base64url(self.random_bytes(_SECRET_BYTES))
        token, issued_at = Secret(client.access_token_prefix + secret), int(now)
        lifetime = min(client.access_token_lifetime, session.over_at - issued_at)
        access = Access(
            user_id=user.user_id,
            session_id=session.session_id,
            client_id=client.client_id,
            scopes=scopes,
            audience=client.audience,
            issued_at=issued_at,
            expires_at=issued_at + lifetime,
        )
        self.opaque.add(token, access)
        return AccessToken(token=token, expires_in=lifetime)

    def identify(self, session: Session, scopes: tuple[str, ...], client: Client, user: User, now: float) -> Secret | None:
        """Return an ID token, which is a JWT in any case."""
        return self.jwts.identify(session, scopes, client, user, now)


@dataclass(frozen=True, slots=True, kw_only=True)
class EitherReader:
    """Reads tokens of both formats (ports.AccessTokenReader)."""

    jwts: AccessTokenReader
    opaque: AccessTokenReader

    def read(self, token: Secret, now: float) -> Access | None:
        """Return what a token says, or None. Only a JWT has dots: neither format is asked about the other's tokens."""
        text = token.reveal()
        if not text.isascii():
            return None
        return (self.jwts if "." in text else self.opaque).read(token, now)
