"""A proof that a poll comes from whoever asked for the codes (RFC 7636, S256 only), as retry-safe clients give it."""

from __future__ import annotations

import hashlib
import re

from functions.domain.encoding import base64url

S256 = "S256"
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")


def is_challenge(text: str) -> bool:
    """Tell whether the text can be the base64url of a SHA-256, without padding (RFC 7636 §4.2)."""
    return _CHALLENGE.fullmatch(text) is not None


def challenge_of(verifier: str) -> str | None:
    """Return the challenge that a verifier answers. None when it is none: a short one could be guessed (RFC 7636 §4.1)."""
    if _VERIFIER.fullmatch(verifier) is None:
        return None
    return s256(verifier)


def s256(verifier: str) -> str:
    """Return the S256 challenge of a verifier (RFC 7636 §4.2)."""
    return base64url(hashlib.sha256(verifier.encode()).digest())
