"""Reads the claims of a JWT, and the person that a set of claims describes (OpenID Connect Core §5.1).

For display only: no signature is checked, and nothing is decided by it. The issuer alone knows what a token may do.
"""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

from tallystick.credentials.account import User
from tallystick.machine.terminal import clean_claims

if TYPE_CHECKING:
    from tallystick.credentials.secret import Secret

_JWT_PARTS = 3
# Claims about the token, not about the person.
_TECHNICAL = frozenset(
    {"iss", "aud", "exp", "iat", "nbf", "jti", "nonce", "at_hash", "c_hash", "azp", "sid", "client_id", "scope"}
)


def claims_of(token: Secret) -> dict[str, Any]:
    """Return what a JWT says, unverified: it came from the issuer over TLS. Empty for an opaque token."""
    parts = token.reveal().split(".")
    if len(parts) != _JWT_PARTS:
        return {}
    try:
        found = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def user_from(claims: dict[str, Any]) -> User:
    """Return the person of a set of claims, every string safe to print."""
    personal = clean_claims({name: value for name, value in claims.items() if name not in _TECHNICAL})
    found = personal if isinstance(personal, dict) else {}

    def text(*names: str) -> str:
        return next((str(found[name]) for name in names if isinstance(found.get(name), str) and found[name]), "")

    return User(id=text("sub", "id"), email=text("email"), name=text("name", "preferred_username", "nickname"), claims=found)
