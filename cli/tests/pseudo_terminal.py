"""Runs a program in a pseudo-terminal: types for a person, and records what the screen shows."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

_SECONDS = 60.0


class PseudoTerminal:
    """A program in a terminal of `columns` columns. `text` is what it has written, on both streams."""

    def __init__(self, *command: str, environ: Mapping[str, str], columns: int = 80) -> None:
        if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
            # So a shell starts its background jobs, and programs inherit it. Who sits at a terminal can press Ctrl-C.
            signal.signal(signal.SIGINT, signal.default_int_handler)
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        self.process = subprocess.Popen(
            [sys.executable, *command], stdin=slave, stdout=slave, stderr=slave, env=dict(environ), start_new_session=True
        )
        os.close(slave)
        self._raw = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._master)

    @property
    def text(self) -> str:
        """Lines as they stand on the screen in the end: one that is written again counts as it was last."""
        lines = self._raw.decode(errors="replace").replace("\r\n", "\n").split("\n")
        return "\n".join(line.rpartition("\r\x1b[K")[2] for line in lines)

    def until(self, words: str) -> None:
        """Read until the program has written `words`."""
        deadline = time.monotonic() + _SECONDS
        while words not in self._raw.decode(errors="replace"):
            assert self._read(deadline), self._raw

    def find(self, pattern: str) -> str:
        """Read until what the program has written matches; return the pattern's first group."""
        deadline = time.monotonic() + _SECONDS
        while (found := re.search(pattern, self.text)) is None:
            assert self._read(deadline), self._raw
        return found[1]

    def type(self, line: str) -> None:
        """Type a line."""
        os.write(self._master, f"{line}\n".encode())

    def end(self) -> int:
        """Read to the end and return the exit status."""
        deadline = time.monotonic() + _SECONDS
        while self._read(deadline):
            pass
        return self.process.wait(10)

    def interrupt(self) -> float:
        """Press Ctrl-C; return the seconds until the program has ended, without those it stood in line for a processor."""
        before, began = self._queued(), time.monotonic()
        self.process.send_signal(signal.SIGINT)
        os.waitid(os.P_PID, self.process.pid, os.WEXITED | os.WNOWAIT)
        took = time.monotonic() - began - (self._queued() - before)
        self.process.wait()
        return took

    def _queued(self) -> float:
        """Return how long the program was ready to run and another one ran; Linux knows."""
        try:
            return int(Path(f"/proc/{self.process.pid}/schedstat").read_text(encoding="ascii").split()[1]) / 1e9
        except (OSError, IndexError, ValueError):
            return 0.0

    def _read(self, deadline: float) -> bool:
        ready, _, _ = select.select([self._master], [], [], max(deadline - time.monotonic(), 0))
        assert ready, self._raw
        try:
            read = os.read(self._master, 65_536)
        except OSError:  # Linux says EIO once the program has closed the terminal
            return False
        self._raw += read
        return bool(read)


def home(folder: Path, **more: str) -> dict[str, str]:
    """Return the environment of somebody whose home is `folder`, with a browser that opens at once and shows nothing."""
    browser = folder / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" >> {folder}/opened\n', encoding="utf-8")
    browser.chmod(0o700)
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "SYSTEMROOT") if name in os.environ}
    usual = {
        "HOME": str(folder),
        "TERM": "xterm",
        "DISPLAY": ":0",
        "BROWSER": str(browser),
        "PYTHONUTF8": "1",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
    }
    return {**kept, **usual, **more}
