"""What the tests need beside Python packages: packages of the node projects, and a Chromium. Never skipped in silence."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from infra.tools import find_node, find_npm

TESTS = Path(__file__).resolve().parent
CHROMIUM = "CHROMIUM"
_NAMES = ("chromium", "chromium-browser", "google-chrome", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
_HOW_TO_GET_ONE = """\
The browser tests need Chromium or Chrome, and none could be installed. Do one of these, then run the tests again:
  - Debian and Ubuntu: sudo apt-get install chromium
  - name the program of a browser that you have in the variable CHROMIUM"""


class NotPrepared(Exception):
    """Something that the tests need could not be had; says what to do."""


def prepare_node_projects() -> str:
    """Install what each package-lock.json below tests/ names, unless it is there already."""
    for lock in sorted([*TESTS.glob("*/package-lock.json"), *TESTS.glob("*/*/package-lock.json")]):
        installed = lock.parent / "node_modules" / ".package-lock.json"
        if installed.exists() and installed.stat().st_mtime >= lock.stat().st_mtime:
            continue
        path = f"{Path(find_node()).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
        command = [*find_npm(), "ci", "--no-audit", "--no-fund", "--loglevel=error"]
        if subprocess.run(command, cwd=lock.parent, env={**os.environ, "PATH": path}, check=False).returncode:
            raise NotPrepared(f"npm could not install {lock.relative_to(TESTS.parent)} (the first time needs a network).")
    return ""


def prepare_chromium() -> str:
    """Find a Chromium that starts, or install one; its path goes into the variable CHROMIUM, for pytest."""
    asked = os.environ.get(CHROMIUM)
    if asked and not _starts(asked):
        raise NotPrepared(f"The variable CHROMIUM names {asked}, which does not start.")
    found = asked or _on_this_machine() or _from_playwright() or _from_debian()
    if not found:
        raise NotPrepared(_HOW_TO_GET_ONE)
    os.environ[CHROMIUM] = found
    print(found)
    return ""


def _on_this_machine() -> str | None:
    candidates = (shutil.which(name) for name in _NAMES)
    return next((path for path in candidates if path and _starts(path)), None)


def _from_playwright() -> str | None:
    """Return Playwright's own, downloaded if need be. On a bare machine it lacks libraries and does not start."""
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    if not _starts(path):
        print("No Chromium here: trying Playwright's ...", flush=True)
        _succeeds(sys.executable, "-m", "playwright", "install", "chromium", seconds=300)
    return path if _starts(path) else None


def _from_debian() -> str | None:
    """Install Debian's, where we may."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return None
    print("Trying Debian's chromium ...", flush=True)
    if _succeeds("apt-get", "update", "-qq", seconds=300):
        _succeeds("apt-get", "install", "-y", "-qq", "chromium", seconds=900)
    return _on_this_machine()


def _starts(path: str) -> bool:
    return Path(path).exists() and _succeeds(path, "--version", seconds=30)


def _succeeds(*command: str, seconds: int) -> bool:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        subprocess.run(command, env=environment, timeout=seconds, capture_output=True, check=True)
    except (OSError, subprocess.SubprocessError):
        return False
    return True
