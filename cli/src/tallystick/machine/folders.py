"""Where a tool's files go: what the person said, then what the platform's tools do."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tallystick.machine.environment import variable

if TYPE_CHECKING:
    from collections.abc import Mapping


def config_folder(app: str, environ: Mapping[str, str], platform: str) -> Path:
    r"""Return `$ACME_CONFIG_DIR`, else `%APPDATA%\acme` on Windows, else `$XDG_CONFIG_HOME/acme` or `~/.config/acme`.

    macOS too has `~/.config`: that is where people look for a command-line tool's files.
    """
    chosen = environ.get(variable(app, "CONFIG_DIR"))
    if chosen:
        return Path(chosen).expanduser()
    home = Path(environ.get("HOME") or Path.home())
    if platform == "win32":
        roaming = environ.get("APPDATA")
        return (Path(roaming) if roaming else home / "AppData" / "Roaming") / app
    xdg = environ.get("XDG_CONFIG_HOME", "")
    # The XDG specification: a relative path is to be ignored.
    return (Path(xdg) if xdg.startswith("/") else home / ".config") / app
