"""Starts the machine's own Chromium. A missing browser fails the tests: they are never skipped in silence."""

from __future__ import annotations

import os
import shutil
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

# Nothing but the page itself may talk to the network, else the tests of its requests would see noise.
QUIET = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


_running = threading.local()


class NoBrowser(Exception):
    """There is no Chromium here; says how to get one."""


def executable() -> str:
    """Return the path of Chromium, from the variable CHROMIUM or the PATH."""
    asked = os.environ.get("CHROMIUM")
    names = [asked] if asked else ["chromium", "chromium-browser", "google-chrome"]
    for name in names:
        if found := shutil.which(name):
            return found
    raise NoBrowser(f"none of {names} was found: `apt-get install chromium`, or name one in the variable CHROMIUM")


@contextmanager
def chromium() -> Iterator[Browser]:
    """Give a Chromium without a window: the one that already runs in this thread, or one for as long as the block runs.

    Playwright's sync API allows one at a time in a thread, and helpers that need a browser are called from tests that
    have one.
    """
    if browser := getattr(_running, "browser", None):
        yield browser
        return
    # Chromium's sandbox does not work for root, which is who a container's tests run as.
    root = ("--no-sandbox",) if os.geteuid() == 0 else ()
    with sync_playwright() as playwright:
        _running.browser = playwright.chromium.launch(executable_path=executable(), args=[*QUIET, *root])
        try:
            yield _running.browser
        finally:
            _running.browser.close()
            del _running.browser
