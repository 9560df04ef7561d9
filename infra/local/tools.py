"""What the modules of the local run share."""

from __future__ import annotations

import socket


class LocalRunError(Exception):
    """The local run cannot go on; the message says why and what to do."""


def free_port() -> int:
    """Return a loopback port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
