#!/usr/bin/env python3
"""Everything that this project does on your machine, with nothing installed but Python 3.11 or newer.

  python3 dev.py local [--port N] [--json] [--fresh]   start the whole of it here, ready for a first login
  python3 dev.py test [pytest arguments]               run every check and every test
  python3 dev.py test --quick                          run the checks and the unit tests: a minute, for while you work
  python3 dev.py check                                 run only the checks that read the code

The first time takes some minutes and a network: tools go to .tools/, packages to .venv/ and build/, all below this folder.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
UV_HOME = ROOT / ".tools" / "uv"
UV = UV_HOME / "bin" / "uv"
UV_PIN = ROOT / "infra" / "local" / "uv-requirements.txt"
PYTHON = ROOT / ".venv" / "bin" / "python"
OLDEST = (3, 11)
# The local run needs what the stack is made with; the tests need all groups. Neither takes away what the other brought.
COMMANDS = {
    "local": (["--inexact", "--no-default-groups", "--group", "infra"], ["infra.local"]),
    "test": (["--inexact"], ["tests.run", "all"]),
    "check": (["--inexact"], ["tests.run", "checks"]),
}


def main(arguments: list[str]) -> None:
    """Bring the tools up to date, then become the command that was asked for."""
    if not arguments or arguments[0] not in COMMANDS:
        wanted = not arguments or arguments[0] in {"-h", "--help", "help"}
        print(__doc__, file=sys.stdout if wanted else sys.stderr)
        sys.exit(0 if wanted else 2)
    check_machine()
    install_uv()
    groups, module = COMMANDS[arguments[0]]
    environment = {**os.environ, "UV": str(UV)}
    # Both would let packages of another project stand in for ours.
    for name in ("VIRTUAL_ENV", "PYTHONPATH"):
        environment.pop(name, None)
    if not PYTHON.exists():
        print("Installing packages into .venv/, once ...", file=sys.stderr)
    sync = [str(UV), "sync", "--frozen", "--quiet", "--python", base_python(), *groups]
    step(sync, "The packages could not be installed", environment)
    os.chdir(ROOT)
    # Not a child but this very process, so that signals and its end reach the right one.
    os.execve(PYTHON, [str(PYTHON), "-m", *module, *arguments[1:]], environment)  # noqa: S606  no shell is wanted


def check_machine() -> None:
    """Say what is missing in words, not in a traceback."""
    if os.name != "posix":
        fail("This runs on Linux and macOS; on Windows use WSL.")
    if sys.version_info[:2] < OLDEST:
        fail("Python %d.%d is too old: 3.11 or newer is needed. Try `python3.13 dev.py ...`." % sys.version_info[:2])  # noqa: UP031


def base_python() -> str:
    """Return the interpreter beneath a virtual environment, which may go away, or this one."""
    return getattr(sys, "_base_executable", None) or sys.executable


def install_uv() -> None:
    """Install the pinned uv, checked against its hashes, unless that is what stands there."""
    stamp = UV_HOME / "installed.txt"
    if UV.exists() and stamp.exists() and stamp.read_bytes() == UV_PIN.read_bytes():
        return
    try:
        import ensurepip  # noqa: F401, PLC0415
    except ImportError:
        package = "python%d.%d-venv" % sys.version_info[:2]  # noqa: UP031
        fail(f"Python's venv module is incomplete here. On Debian and Ubuntu: apt-get install {package}")
    print("Installing uv into .tools/ ...", file=sys.stderr)
    step([base_python(), "-m", "venv", "--clear", str(UV_HOME)], "A virtual environment could not be made")
    pip = [str(UV_HOME / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    step([*pip, "--require-hashes", "--only-binary", ":all:", "-r", str(UV_PIN)], "uv could not be installed")
    stamp.write_bytes(UV_PIN.read_bytes())


def step(command: list[str], failure: str, environment: dict[str, str] | None = None) -> None:
    """Run one command of the set-up; its own output appears only when it fails."""
    result = subprocess.run(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if result.returncode:
        fail(f"{failure} (the first time needs a network):\n{result.stdout.strip()}")


def fail(message: str) -> None:
    """End with a message and no traceback."""
    sys.exit(f"dev.py: {message}")


if __name__ == "__main__":
    main(sys.argv[1:])
