"""A value that must never be shown: it prints as redacted, compares in constant time and is stored as its SHA-256."""

from __future__ import annotations

import hashlib
import hmac


class Secret:
    """A credential in memory. `reveal()` is the only way to its text, so that every use can be found by its name."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the secret itself, for the one answer or cookie that carries it."""
        return self._text

    def digest(self) -> str:
        """Return the SHA-256 as 64 hexadecimal digits: the only form that is stored."""
        return hashlib.sha256(self._text.encode()).hexdigest()

    def matches(self, digest: str) -> bool:
        """Tell, in constant time, whether `digest` is this secret's."""
        return hmac.compare_digest(self.digest(), digest)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and hmac.compare_digest(self.digest(), other.digest())

    def __hash__(self) -> int:
        return hash(self.digest())

    def __repr__(self) -> str:
        return f"{type(self).__name__}(redacted)"

    __str__ = __repr__

    def __reduce__(self) -> str:
        # Pickled or deep-copied into a log record, it would leave the process in clear.
        message = f"{type(self).__name__} is not to be serialised"
        raise TypeError(message)
