"""Our own access tokens, read: the check of RFC 9068 §4 by the issuer itself. Needs `cryptography`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.serialization import load_der_public_key
from jwt.api_jws import PyJWS
from jwt.exceptions import PyJWTError

from functions.domain.session.access import Access
from functions.tokens.algorithm import RS256
from functions.tokens.minting import TYPE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from functions.domain.secret import Secret
    from functions.tokens.kms import SigningKey

# One algorithm, and an instance that knows no other: with `none` anyone could write a token, with HS256 anyone who has
# the public key.
_JWS = PyJWS(algorithms=[RS256])


class JwtReader:
    """Reads the access tokens that one issuer signed (ports.AccessTokenReader).

    `keys` are all that a live token may be signed with. KMS is asked for a public half once, when the first token comes
    that names the key; a failure is not remembered.
    """

    def __init__(self, issuer: str, keys: Iterable[SigningKey]) -> None:
        self._issuer = issuer
        self._keys = {key.kid: key for key in keys}
        self._public: dict[str, Any] = {}

    def read(self, token: Secret, now: float) -> Access | None:
        """Return what the token says. None when it is not ours or its time is over; why would only help a forger.

        Raises StoreUnavailable when KMS does not tell the public half.
        """
        try:
            claims = self._claims(token.reveal())
            return self._access(claims, now)
        except (PyJWTError, ValueError, RecursionError, KeyError, TypeError):
            return None

    def _claims(self, text: str) -> dict[str, Any]:
        header = _JWS.get_unverified_header(text)
        # An ID token has the same key and issuer, and another type (RFC 8725 §3.11).
        if header.get("typ") != TYPE:
            raise ValueError("typ")
        # Only our own keys count: a key or an address in the header would be the forger's own.
        claims: dict[str, Any] = json.loads(_JWS.decode(text, self._public_key(header["kid"]), algorithms=[RS256]))
        return claims

    def _access(self, claims: dict[str, Any], now: float) -> Access | None:
        access = Access(
            user_id=claims["sub"],
            session_id=claims["sid"],
            client_id=claims["client_id"],
            scopes=tuple(claims["scope"].split()),
            audience=claims["aud"],
            issued_at=claims["iat"],
            expires_at=claims["exp"],
        )
        return access if claims["iss"] == self._issuer and now < access.expires_at else None

    def _public_key(self, kid: str) -> Any:  # noqa: ANN401  PyJWT knows the types
        if kid not in self._public:
            self._public[kid] = load_der_public_key(self._keys[kid].public_key())
        return self._public[kid]
