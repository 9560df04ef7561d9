"""A credential in memory: it prints as redacted, so that no log, traceback or debug output shows it."""

from __future__ import annotations

from typing import NoReturn


class Secret:
    """A device code, a token or a verifier. `reveal()` is the only way to its text: each use can be found by name."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the secret itself, for the one request or file that carries it."""
        return self._text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __bool__(self) -> bool:
        return bool(self._text)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(redacted)"

    __str__ = __repr__

    def __format__(self, _spec: str) -> str:
        return repr(self)

    def __reduce__(self) -> NoReturn:
        # Pickled into a cache or a log record, it would leave the process in clear.
        raise TypeError(f"{type(self).__name__} is not to be serialised")
