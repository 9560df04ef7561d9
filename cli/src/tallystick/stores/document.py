"""A JSON object that several processes read and change. `PrivateFile` is one on disk, `MemoryDocument` one for tests."""

from __future__ import annotations

import copy
import threading
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    Change = Callable[[dict[str, Any]], None]


class Document(Protocol):
    """Every method raises StorageError when it cannot do what it says."""

    @property
    def name(self) -> str:
        """Where it is, for people."""

    def prepare(self) -> None:
        """Prove that a change could be written now."""

    def reserving(self, name: str) -> AbstractContextManager[None]:
        """Keep room for one change while the block runs. `name` is the caller's own."""

    def read(self) -> dict[str, Any]:
        """Return the object; an empty one when there is none yet."""

    def change(self, change: Change) -> None:
        """Let `change` alter the object in place and keep it, with no other writer in between."""


class MemoryDocument:
    """Lives as long as the process."""

    name = "memory"

    def __init__(self) -> None:
        self._object: dict[str, Any] = {}
        self._lock = threading.RLock()

    def prepare(self) -> None:
        """Nothing to prove."""

    def reserving(self, name: str) -> AbstractContextManager[None]:  # noqa: ARG002  as Document's
        """Nothing to reserve."""
        return nullcontext()

    def read(self) -> dict[str, Any]:
        """Return a copy."""
        with self._lock:
            return copy.deepcopy(self._object)

    def change(self, change: Change) -> None:
        """Change the object; a change that raises changes nothing."""
        with self._lock:
            changed = copy.deepcopy(self._object)
            change(changed)
            self._object = changed
