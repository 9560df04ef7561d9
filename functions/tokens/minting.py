"""The access token: a JWT as RFC 9068 wants it, so that any verifier can check it against the published keys.

And the ID token (OpenID Connect Core §2), which tells the tool itself who has logged in.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from functions.domain.ports import AccessToken
from functions.domain.secret import Secret
from functions.domain.session.access import OPENID, claims_about

if TYPE_CHECKING:
    from functions.domain.client import Client
    from functions.domain.person import User
    from functions.domain.ports import RandomBytes
    from functions.domain.session.session import Session
    from functions.tokens.keyring import KeyRing

# RFC 9068 §2.1: keeps an ID token, or any other JWT of the same issuer, from passing for an access token (RFC 8725 §3.11).
TYPE = "at+jwt"
ID_TOKEN_TYPE = "JWT"  # noqa: S105  the name of a type
_ID_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessTokens:
    """Mints access tokens of one issuer."""

    issuer: str
    keys: KeyRing
    random_bytes: RandomBytes

    def mint(self, session: Session, scopes: tuple[str, ...], client: Client, user: User, now: float) -> AccessToken:
        """Return a signed token of the session for these scopes. It does not outlive the session.

        Raises StoreUnavailable when KMS cannot sign, so mint before anything is used up: a login must not be lost to it.
        """
        issued_at = int(now)
        lifetime = min(client.access_token_lifetime, session.over_at - issued_at)
        claims = {
            **self._claims(session, user),
            "aud": client.audience,
            "scope": " ".join(scopes),
            "iat": issued_at,
            "exp": issued_at + lifetime,
            "jti": self.random_bytes(_ID_BYTES).hex(),
        }
        return AccessToken(token=self._sign(claims, TYPE, now), expires_in=lifetime)

    def identify(self, session: Session, scopes: tuple[str, ...], client: Client, user: User, now: float) -> Secret | None:
        """Return a signed ID token for the client itself, if the scopes have `openid`. It ends with the access token.

        Nobody can use it for one: its type and audience are others, and it has neither `client_id` nor `scope`.
        """
        if OPENID not in scopes:
            return None
        issued_at = int(now)
        claims = {
            "iss": self.issuer,
            **claims_about(user, scopes),
            "aud": client.client_id,
            "iat": issued_at,
            "exp": issued_at + min(client.access_token_lifetime, session.over_at - issued_at),
            "auth_time": session.auth_time,
        }
        return self._sign(claims, ID_TOKEN_TYPE, now)

    def _sign(self, claims: dict[str, Any], kind: str, now: float) -> Secret:
        # PyJWT's import is a twentieth of a cold start, and most cold starts are polls of a pending login.
        from functions.tokens.algorithm import RS256, kms_jws  # noqa: PLC0415

        payload = json.dumps(claims, separators=(",", ":")).encode()
        key = self.keys.signer(now)
        header = {"typ": kind, "kid": key.kid}
        # PyJWT's types know only keys in memory; KmsRsa checks that it gets a SigningKey.
        return Secret(kms_jws().encode(payload, key, RS256, header))  # type: ignore[arg-type]

    def _claims(self, session: Session, user: User) -> dict[str, Any]:
        """Return what all tokens of a session say (RFC 9068 §2.2), and who the person is where the provider said so."""
        return {
            "iss": self.issuer,
            "sub": user.user_id,
            "client_id": session.client_id,
            "sid": session.session_id,
            "auth_time": session.auth_time,
            **user.profile.said(),
        }
