"""The access token: a JWT as RFC 9068 wants it, so that any verifier can check it against the published keys."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from functions.grant.ports import AccessToken
from functions.grant.secret import Secret

if TYPE_CHECKING:
    from functions.grant.clients import Client
    from functions.grant.people import User
    from functions.grant.ports import RandomBytes
    from functions.grant.states import Approved
    from functions.tokens.kms import SigningKey

# RFC 9068 §2.1: keeps an ID token, or any other JWT of the same issuer, from passing for an access token (RFC 8725 §3.11).
TYPE = "at+jwt"
_ID_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessTokens:
    """Mints access tokens of one issuer, all with the same lifetime in seconds."""

    issuer: str
    lifetime: int
    key: SigningKey
    random_bytes: RandomBytes

    def mint(self, approved: Approved, client: Client, user: User, now: float) -> AccessToken:
        """Return a signed token for what was approved, in a new session.

        Raises StoreUnavailable when KMS cannot sign, so mint before the grant is redeemed: a login must not be lost to it.
        """
        session_id = "ses_" + self.random_bytes(_ID_BYTES).hex()
        claims = self._claims(approved, client, user, now) | {"sid": session_id, "jti": self.random_bytes(_ID_BYTES).hex()}
        return AccessToken(token=self._sign(claims), expires_in=self.lifetime, session_id=session_id)

    def _sign(self, claims: dict[str, Any]) -> Secret:
        # PyJWT's import is a twentieth of a cold start, and most cold starts are polls of a pending login.
        from functions.tokens.algorithm import RS256, kms_jws  # noqa: PLC0415

        payload = json.dumps(claims, separators=(",", ":")).encode()
        header = {"typ": TYPE, "kid": self.key.kid}
        # PyJWT's types know only keys in memory; KmsRsa checks that it gets a SigningKey.
        return Secret(kms_jws().encode(payload, self.key, RS256, header))  # type: ignore[arg-type]

    def _claims(self, approved: Approved, client: Client, user: User, now: float) -> dict[str, Any]:
        """Return the claims of RFC 9068 §2.2, and who the person is where the provider said so (OIDC Core §5.1)."""
        issued_at = int(now)
        about = {"email": user.email, "name": user.name}
        return {
            "iss": self.issuer,
            "aud": client.audience,
            "sub": user.user_id,
            "client_id": client.client_id,
            "scope": " ".join(approved.request.scopes),
            "iat": issued_at,
            "exp": issued_at + self.lifetime,
            "auth_time": approved.auth_time,
            **{claim: value for claim, value in about.items() if value},
        }
