"""PKCE (RFC 7636) for the device grant: the proof that whoever polls is who asked for the codes.

Without it a device code that is seen on the way is enough to collect the tokens.
"""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

from tallystick.credentials.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Callable

_VERIFIER_BYTES = 32


def make_verifier(random_bytes: Callable[[int], bytes]) -> Secret:
    """Return a new code verifier (RFC 7636 §4.1)."""
    return Secret(base64url(random_bytes(_VERIFIER_BYTES)))


def challenge_of(verifier: Secret) -> str:
    """Return the S256 challenge of a verifier (RFC 7636 §4.2)."""
    return base64url(hashlib.sha256(verifier.reveal().encode()).digest())


def base64url(data: bytes) -> str:
    """Encode without padding, as RFC 7636 wants it."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
