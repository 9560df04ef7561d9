"""The two halves of the tally: the user code a person types and the device code the tool keeps (RFC 8628 §3.2, §6.1).

A user code is 8 of 20 consonants: no look-alikes, no words, 34.6 bits. A device code is `dc_` + base64url of a locator (the
SHA-256 of the user code, which is the grant's key) followed by 32 random bytes (the device secret). So the one conditional
put of a new grant also proves that the user code is unique among the live ones, and a poll needs no index.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import TYPE_CHECKING

from functions.domain.encoding import base64url, from_base64url
from functions.domain.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Callable

ALPHABET = "BCDFGHJKLMNPQRSTVWXZ"
USER_CODE_LENGTH = 8
DEVICE_CODE_PREFIX = "dc_"
_LOCATOR_BYTES = 32
_SECRET_BYTES = 32
# 20 × 12 = 240 is the largest multiple of 20 in a byte: bytes above it are thrown away, else some letters come more often.
_FAIR_BYTES = 240
_LETTER_OF_BYTE = bytes(ord(ALPHABET[byte % len(ALPHABET)]) for byte in range(256))
_UNFAIR = bytes(range(_FAIR_BYTES, 256))
# A group beside another hyphen is part of something longer, such as a code pasted twice.
_CODE_IN_A_LINE = re.compile(rf"(?<![A-Z0-9-])([{ALPHABET}]{{4}})[-\u2010-\u2015\u2212]?([{ALPHABET}]{{4}})(?![A-Z0-9-])")


class UserCode(Secret):
    """Eight letters of the alphabet, shown as `WDJB-MJHT`. Anyone signed in who knows it can approve, so it is a secret."""

    __slots__ = ()

    @classmethod
    def generate(cls, random_bytes: Callable[[int], bytes]) -> UserCode:
        """Draw a code, uniform at each of its positions. `random_bytes(n)` gives n bytes fit for secrets."""
        letters = b""
        while len(letters) < USER_CODE_LENGTH:
            letters += random_bytes(2 * USER_CODE_LENGTH).translate(_LETTER_OF_BYTE, _UNFAIR)
        return cls(letters[:USER_CODE_LENGTH].decode())

    @classmethod
    def parse(cls, typed: str) -> UserCode | None:
        """Read what a person typed: any case, width, spacing or dashes. None when it cannot be a code (§6.1).

        NFKC folds full-width letters. A whole pasted terminal line is searched for the one code in it; otherwise
        everything outside the alphabet is dropped, so the page, the API and the command line agree on what was meant.
        """
        folded = unicodedata.normalize("NFKC", typed).upper()
        in_line = {first + second for first, second in _CODE_IN_A_LINE.findall(folded)}
        letters = in_line.pop() if len(in_line) == 1 else "".join(letter for letter in folded if letter in ALPHABET)
        return cls(letters) if len(letters) == USER_CODE_LENGTH else None

    def shown(self) -> str:
        """Return the code as people see it: two groups of four with a dash."""
        letters = self.reveal()
        return f"{letters[:4]}-{letters[4:]}"


class DeviceCode(Secret):
    """The tool's half. Never shown to the user; its secret part is compared as a SHA-256, in constant time."""

    __slots__ = ("locator", "secret")

    def __init__(self, locator: str, secret: Secret) -> None:
        """Join the key of the grant (64 hexadecimal digits) with the device secret (64 hexadecimal digits)."""
        packed = bytes.fromhex(locator) + bytes.fromhex(secret.reveal())
        super().__init__(DEVICE_CODE_PREFIX + base64url(packed))
        self.locator = locator
        self.secret = secret

    @classmethod
    def generate(cls, user_code: UserCode, random_bytes: Callable[[int], bytes]) -> DeviceCode:
        """Make the device code that belongs to `user_code`, with 256 fresh random bits."""
        return cls(locator_of(user_code), Secret(random_bytes(_SECRET_BYTES).hex()))

    @classmethod
    def parse(cls, text: str) -> DeviceCode | None:
        """Read a device code from a request. None when the text is not one; telling why would only help a guesser."""
        packed = from_base64url(text.removeprefix(DEVICE_CODE_PREFIX)) if text.startswith(DEVICE_CODE_PREFIX) else None
        if packed is None or len(packed) != _LOCATOR_BYTES + _SECRET_BYTES:
            return None
        return cls(packed[:_LOCATOR_BYTES].hex(), Secret(packed[_LOCATOR_BYTES:].hex()))


def locator_of(user_code: UserCode) -> str:
    """Return the grant's key: the SHA-256 of the user code, as 64 hexadecimal digits."""
    return hashlib.sha256(user_code.reveal().encode()).hexdigest()
