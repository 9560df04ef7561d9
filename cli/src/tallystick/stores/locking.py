"""One lock across threads and processes, freed by the operating system when its holder dies. filelock, once needed."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from tallystick.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_LONGEST_WAIT = 60.0


@contextmanager
def locked(path: Path, *, patience: float = _LONGEST_WAIT) -> Iterator[None]:
    """Hold the lock file `path`. Raises StorageError when it cannot be had."""
    import filelock

    # Polled briskly: whoever waits here is a command that a person waits for.
    lock = filelock.FileLock(path, timeout=patience, mode=0o600, poll_interval=0.02)
    try:
        lock.acquire()
    except filelock.Timeout as error:
        raise StorageError(
            "Another process has been busy with the credentials for too long.", hint=f"See who holds {path}."
        ) from error
    except OSError as error:
        raise StorageError(f"The lock {path} cannot be used: {error.strerror}.") from error
    try:
        yield
    finally:
        lock.release()
