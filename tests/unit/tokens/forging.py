"""Access tokens that are put together by hand, as attackers do, and as only the owner of the key could."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import jwt

from functions.tokens.kms import kid_of
from tests.unit.tokens.material import KEY_ARN

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

HEADER = {"typ": "at+jwt", "kid": kid_of(KEY_ARN)}


def signed(
    key: RSAPrivateKey, claims: dict[str, Any], *, without: str = "", header: dict[str, Any] | None = None, **other: object
) -> str:
    """Sign with the real private key: only what the arguments change is wrong with the token."""
    payload = {name: value for name, value in {**claims, **other}.items() if name != without}
    return jwt.encode(payload, key, "RS256", {**HEADER, **(header or {})})


def by_hand(header: dict[str, Any], claims: dict[str, Any], signature: bytes) -> str:
    """Put a token together without a library that would object."""
    parts = [json.dumps(header).encode(), json.dumps(claims).encode(), signature]
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)
