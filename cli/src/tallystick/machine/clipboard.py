"""The clipboard, for the user code and never for anything else."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_SECONDS = 3.0


def copy(
    text: str,
    *,
    environ: Mapping[str, str],
    platform: str = sys.platform,
    run: Callable[[Sequence[str], str], bool] | None = None,
) -> str | None:
    """Copy `text`. Return None when that worked, else the reason why not, for the person."""
    programs = _programs(environ, platform)
    if not programs:
        return "there is no clipboard here"
    for program in programs:
        if (run or _run)(program, text):
            return None
    return f"it takes one of {', '.join(program[0] for program in programs)}"


def _programs(environ: Mapping[str, str], platform: str) -> list[tuple[str, ...]]:
    if platform == "darwin":
        return [("pbcopy",)]
    if platform in {"win32", "cygwin"} or environ.get("WSL_DISTRO_NAME"):
        return [("clip.exe",)]
    wayland = [("wl-copy",)] if environ.get("WAYLAND_DISPLAY") else []
    x11 = [("xclip", "-selection", "clipboard"), ("xsel", "--clipboard", "--input")] if environ.get("DISPLAY") else []
    return [*wayland, *x11]


def _run(command: Sequence[str], text: str) -> bool:
    import shutil
    import subprocess

    found = shutil.which(command[0])
    if found is None:
        return False
    quiet = subprocess.DEVNULL
    try:
        done = subprocess.run(  # noqa: S603  the programs are our own choice, and never a shell
            [found, *command[1:]], input=text.encode(), stdout=quiet, stderr=quiet, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0
