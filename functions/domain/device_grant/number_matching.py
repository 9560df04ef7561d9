"""The number that a person carries from the page to the terminal: who approves a stranger's login has nowhere to type it.

Six digits that the approving browser alone can make: an HMAC of the grant's key with its session cookie, so that the same
browser is shown the same number again after a lost answer. The grant keeps a digest that counts for it only, and how many
wrong numbers came; the third denies it (`moves.after_wrong_number`).
"""

from __future__ import annotations

import hashlib
import hmac
import unicodedata

from functions.domain.secret import Secret

_DIGITS = 6
_LABEL = "approval number"


class ApprovalNumber(Secret):
    """Six digits, or whatever a tool sent for them."""

    __slots__ = ()

    @classmethod
    def shown_by(cls, cookie: Secret, locator: str) -> ApprovalNumber:
        """Return the number that the browser with this session cookie shows for a grant."""
        mac = hmac.digest(cookie.reveal().encode(), f"{_LABEL} {locator}".encode(), "sha256")
        return cls(f"{int.from_bytes(mac) % 10**_DIGITS:0{_DIGITS}}")

    @classmethod
    def typed(cls, text: str) -> ApprovalNumber:
        """Read what a person typed: digits of any script, perhaps in groups."""
        return cls("".join(str(unicodedata.decimal(digit, digit)) for digit in text if digit not in " -"))

    def bound_to(self, locator: str) -> str:
        """Return the digest that the grant keeps: 64 hexadecimal digits, worth nothing for another grant."""
        return hashlib.sha256(f"{_LABEL} {locator} {self.reveal()}".encode()).hexdigest()
