"""A timeout for calls that have none: a hung D-Bus, a browser's opener that waits for the browser's end."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Result = TypeVar("Result")


def within(seconds: float, call: Callable[[], Result]) -> Result:
    """Return what `call` returns or raise what it raises; TimeoutError when it takes longer, and it is left behind."""
    results: list[Result] = []
    failures: list[BaseException] = []

    def run() -> None:
        try:
            results.append(call())
        except BaseException as error:  # noqa: BLE001  it is raised again where the caller waits
            failures.append(error)

    # A daemon: a call that never returns must not keep the process from ending.
    thread = threading.Thread(target=run, name="tallystick", daemon=True)
    thread.start()
    thread.join(seconds)
    if results:
        return results[0]
    if failures:
        raise failures[0]
    raise TimeoutError
