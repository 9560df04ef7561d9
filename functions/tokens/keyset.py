"""The key set (RFC 7517 §5): the public halves, for everyone who checks our tokens. Needs `cryptography`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key
from jwt.algorithms import RSAAlgorithm

from functions.tokens.algorithm import RS256

if TYPE_CHECKING:
    from collections.abc import Iterable

    from functions.tokens.kms import SigningKey


def key_set(keys: Iterable[SigningKey]) -> dict[str, Any]:
    """Return the JWK set of the keys, in their order. Raises StoreUnavailable when KMS does not tell."""
    return {"keys": [public_jwk(key.kid, key.public_key()) for key in keys]}


def public_jwk(kid: str, der: bytes) -> dict[str, str]:
    """Return one public key as a JWK (RFC 7518 §6.3.1). Members are picked by name, so no private one can slip through."""
    key = load_der_public_key(der)
    if not isinstance(key, RSAPublicKey):
        raise TypeError("The signing key is not an RSA key")
    jwk = RSAAlgorithm.to_jwk(key, as_dict=True)
    return {"kty": "RSA", "use": "sig", "alg": RS256, "kid": kid, "n": jwk["n"], "e": jwk["e"]}
