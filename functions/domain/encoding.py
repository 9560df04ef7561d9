"""base64url without padding (RFC 4648 §5): how codes, tokens, challenges and key ids are spelled."""

from __future__ import annotations

import base64
import binascii


def base64url(raw: bytes) -> str:
    """Return the one spelling that is ours."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def from_base64url(text: str) -> bytes | None:
    """Return what a text spells. None when it spells nothing, or in another way than ours: base64 has several."""
    if not text.isascii():
        return None
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error:
        return None
    return raw if base64url(raw) == text else None
