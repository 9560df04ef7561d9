"""A JSON file that its owner alone can read, and that is never found half written.

A change is atomic: it is written to a new file beside it, forced to disk, and renamed over it, so a process killed at any
moment leaves the old content or the new one. Symbolic links (a symlink attack) and files that others could have written or
read are refused rather than trusted.
"""

from __future__ import annotations

import errno
import json
import os
import stat
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, NoReturn

from tallystick.errors import StorageError
from tallystick.stores.locking import locked

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tallystick.stores.document import Change

VERSION = 1
_LARGEST_FILE = 10_000_000
_PROBE = b" " * 65_536
_POSIX = os.name == "posix"
_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_OTHERS = 0o077
_OTHERS_WRITE = 0o022
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_HINTS = {
    errno.ENOSPC: "The disk is full.",
    errno.EDQUOT: "Your disk quota is used up.",
    errno.EROFS: "The disk is read-only.",
    errno.EACCES: "You may not write there.",
    errno.EPERM: "You may not write there.",
}


class PrivateFile:
    """The file `path`. Its folder is made with mode 0700, itself with 0600, whatever the umask."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._fresh = path.with_name(f".{path.name}.new")
        self._lock = path.with_name(f".{path.name}.lock")
        self._rooms: set[Path] = set()

    @property
    def name(self) -> str:
        """The path."""
        return str(self._path)

    def prepare(self) -> None:
        """Write and remove as much as a change could need: a full disk must be found before a login, not after."""
        self._make_folder()
        with locked(self._lock):
            try:
                _write(self._fresh, _PROBE)
                self._fresh.unlink()
            except OSError as error:
                self._fail("written", error)

    @contextmanager
    def reserving(self, name: str) -> Iterator[None]:
        """Keep room for one change while the block runs: the disk may fill up between a check and the write.

        A file takes it, which the change that finds no other room puts out of the way.
        """
        self._make_folder()
        room = self._path.with_name(f".{name}.room")
        try:
            _write(room, _PROBE)
        except OSError as error:
            with suppress(OSError):
                room.unlink()
            self._fail("written", error)
        self._rooms.add(room)
        try:
            yield
        finally:
            self._rooms.discard(room)
            with suppress(OSError):
                room.unlink()

    def read(self) -> dict[str, Any]:
        """Return the object, an empty one when there is no file. Takes no lock: a rename is never seen half done."""
        try:
            descriptor = os.open(self._path, os.O_RDONLY | os.O_NONBLOCK | _NO_FOLLOW if _POSIX else os.O_RDONLY)
        except FileNotFoundError:
            return {}
        except OSError as error:
            if error.errno == errno.ELOOP:
                self._refuse("is a symbolic link")
            self._fail("read", error)
        with open(descriptor, "rb") as file:  # noqa: PTH123  of a descriptor
            self._check(os.fstat(descriptor))
            content = file.read(_LARGEST_FILE)
        try:
            found = json.loads(content)
        except (ValueError, RecursionError) as error:
            raise StorageError(f"{self._path} is damaged.", hint="Move it away and log in again.") from error
        if not isinstance(found, dict) or found.get("version") != VERSION:
            self._refuse("was not written by this version", "Move it away and log in again, or upgrade.")
        return found

    def change(self, change: Change) -> None:
        """Read, change, and put the new content in the old one's place, under a lock."""
        self._make_folder()
        with locked(self._lock):
            content = self.read()
            change(content)
            text = json.dumps({**content, "version": VERSION}, indent=2, ensure_ascii=False, sort_keys=True)
            try:
                self._write_new(text.encode())
                self._fresh.replace(self._path)
                self._sync_folder()
            except OSError as error:
                with suppress(OSError):
                    self._fresh.unlink()
                self._fail("written", error)

    def _write_new(self, content: bytes) -> None:
        try:
            _write(self._fresh, content)
        except OSError as error:
            if error.errno not in _FULL or not self._rooms:
                raise
            for room in self._rooms.copy():
                room.unlink(missing_ok=True)
            _write(self._fresh, content)

    def _sync_folder(self) -> None:
        if _POSIX:
            descriptor = os.open(self._path.parent, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)

    def _make_folder(self) -> None:
        folder = self._path.parent
        try:
            for missing in reversed(list(_missing(folder))):
                missing.mkdir(mode=0o700, exist_ok=True)
                missing.chmod(0o700)
            found = folder.stat()
        except OSError as error:
            self._fail("written", error)
        # In a folder where others may write, they may put their own file in place of ours.
        if _POSIX and (found.st_uid != os.geteuid() or found.st_mode & _OTHERS_WRITE):
            raise StorageError(f"The folder {folder} can be changed by others.", hint=f"Run: chmod go-w '{folder}'")

    def _check(self, found: os.stat_result) -> None:
        if not stat.S_ISREG(found.st_mode):
            self._refuse("is not a plain file")
        if not _POSIX:
            return
        if found.st_uid != os.geteuid():
            self._refuse("belongs to another user")
        if found.st_mode & _OTHERS:
            self._refuse("can be read by others", f"Run: chmod 600 '{self._path}'; log in again if others may have read it.")

    def _refuse(self, reason: str, hint: str = "Move it away and log in again.") -> NoReturn:
        raise StorageError(f"{self._path} {reason}, so it is not used.", hint=hint)

    def _fail(self, verb: str, error: OSError) -> NoReturn:
        hint = _HINTS.get(error.errno or 0, "")
        raise StorageError(f"{self._path} could not be {verb}: {error.strerror or error}.", hint=hint) from error


def _write(path: Path, content: bytes) -> None:
    # Its lock is held: a file that is there was left by a process that was killed.
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_FOLLOW, 0o600)
    with open(descriptor, "wb") as file:  # noqa: PTH123  of a descriptor
        if _POSIX:
            os.fchmod(descriptor, 0o600)
        file.write(content)
        file.flush()
        os.fsync(descriptor)


def _missing(folder: Path) -> Iterator[Path]:
    """Yield `folder` and its parents as far as they are not there, the innermost first."""
    while not folder.exists():
        yield folder
        folder = folder.parent
