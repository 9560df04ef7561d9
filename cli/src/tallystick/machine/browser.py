"""Opens the person's browser where there is one to open, and says why not where there is none. Never fatal."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from tallystick.machine.timeout import within

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_TEXT_BROWSERS = frozenset({"lynx", "w3m", "links", "links2", "elinks", "www-browser", "browsh"})
_CONTAINER_MARKS = ("/.dockerenv", "/run/.containerenv")
_START_SECONDS = 5.0


class Browser(Protocol):
    """Shows an address to the person."""

    def open(self, url: str) -> str | None:
        """Try to open `url`. Return None when it was opened, else the reason why not, for the person."""


class SystemBrowser:
    """The browser of the machine. `run` starts a program and tells whether it went well; `which` finds one."""

    def __init__(
        self,
        *,
        environ: Mapping[str, str] | None = None,
        platform: str = sys.platform,
        exists: Callable[[str], bool] = os.path.exists,
        which: Callable[[str], str | None] | None = None,
        run: Callable[[Sequence[str]], bool] | None = None,
    ) -> None:
        self._environ = os.environ if environ is None else environ
        self._platform = platform
        self._exists = exists
        self._which = which or _which
        self._run = run or _run

    def open(self, url: str) -> str | None:
        """Open `url`, or return the reason why nothing was opened."""
        reason = self.nobody_there()
        if reason:
            return reason
        if self._wsl():
            return self._open_from_wsl(url)
        return self._open_here(url)

    def nobody_there(self) -> str | None:
        """Return why nobody would see a browser here, or None."""
        environ = self._environ
        if environ.get("CI"):
            return "this is a CI run"
        if any(environ.get(name) for name in ("SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY")):
            return "this is an SSH session"
        if any(self._exists(mark) for mark in _CONTAINER_MARKS) or environ.get("container"):
            return "this is a container"
        if self._wsl() or self._platform in {"win32", "cygwin", "darwin"}:
            return None
        if not environ.get("DISPLAY") and not environ.get("WAYLAND_DISPLAY"):
            return "there is no graphical display"
        return None

    def _wsl(self) -> bool:
        return self._platform == "linux" and bool(self._environ.get("WSL_DISTRO_NAME") or self._environ.get("WSL_INTEROP"))

    def _open_from_wsl(self, url: str) -> str | None:
        # PowerShell reads what follows -Command as a program: between single quotes only they themselves mean anything.
        powershell = ("powershell.exe", "-NoProfile", "-NonInteractive", "-Command", f"Start-Process '{url}'")
        openers = [("wslview", url)] if "'" in url else [("wslview", url), powershell]
        for program, *arguments in openers:
            found = self._which(program)
            if found and self._run([found, *arguments]):
                return None
        return "neither wslview nor PowerShell could open it"

    def _open_here(self, url: str) -> str | None:
        import webbrowser

        try:
            controller = webbrowser.get()
        except webbrowser.Error:
            return "no browser was found"
        name = Path(str(getattr(controller, "name", ""))).name
        # A text browser would take over the terminal that shows the code.
        if name in _TEXT_BROWSERS:
            return f"{name} is a text browser"
        try:
            # Some openers wait for the browser's end; the polling must not.
            opened = within(_START_SECONDS, lambda: controller.open(url))
        except TimeoutError:
            return None
        except (OSError, webbrowser.Error):
            opened = False
        return None if opened else "the browser could not be started"


def _which(program: str) -> str | None:
    import shutil

    return shutil.which(program)


def _run(command: Sequence[str]) -> bool:
    import subprocess

    quiet = subprocess.DEVNULL
    try:
        ended = subprocess.run(  # noqa: S603  the programs are our own choice, and never a shell
            command, stdin=quiet, stdout=quiet, stderr=quiet, timeout=_START_SECONDS, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return ended.returncode == 0
