"""Run ministack so that it never outlives its starter, and mend one thing. A script for the emulator's own environment.

Standard input is a pipe from the starter that carries nothing. It closes when the starter is gone, however that went
(even by SIGKILL), and then this whole process group, Lambda workers included, ends.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import threading
from typing import TYPE_CHECKING, Any

from ministack import app as ministack  # type: ignore[import-not-found]  # lives in the emulator's environment only

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    Shortcut = Callable[..., Awaitable[Any]]

# ministack 1.5.33 looks at these before it looks at the host, so that its Cognito takes every POST /oauth2/token and its
# admin pages answer on every distribution. A distribution's paths are its own.
_SHORTCUTS = ("_handle_pre_body_request", "_handle_post_body_shortcuts")


def end_with_starter() -> None:
    """Wait for the pipe to close, then clean up for the starter and end the group, which it made us the leader of."""
    os.read(sys.stdin.fileno(), 1)
    shutil.rmtree(os.environ["TMPDIR"], ignore_errors=True)
    os.killpg(os.getpgid(0), signal.SIGKILL)


def not_for_distributions(shortcut: Shortcut) -> Shortcut:
    """Return the shortcut, passed by for requests to a CloudFront distribution."""

    async def guarded(method: str, path: str, headers: dict[str, str], *rest: object) -> object:
        if ministack._parse_cloudfront_dataplane_host(headers.get("host", "")):  # noqa: SLF001  the version is pinned
            return None
        return await shortcut(method, path, headers, *rest)

    return guarded


if __name__ == "__main__":
    for name in _SHORTCUTS:
        setattr(ministack, name, not_for_distributions(getattr(ministack, name)))
    threading.Thread(target=end_with_starter, daemon=True).start()
    ministack.main()
