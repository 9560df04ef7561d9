"""Where the local run's tools are: uv, the folders it may write to, and a free port."""

from __future__ import annotations

import os
import shutil
import socket
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build"
_OWN_UV = ROOT / ".tools" / "uv" / "bin" / "uv"


class LocalRunError(Exception):
    """The local run cannot go on; the message says why and what to do."""


def find_uv() -> str:
    """Return the uv that started us, the one on the path, or the one that dev.py installed."""
    uv = os.environ.get("UV") or shutil.which("uv") or (str(_OWN_UV) if _OWN_UV.exists() else None)
    if uv is None:
        raise LocalRunError("uv was not found. Start with `python3 dev.py local`, which brings its own.")
    return uv


def free_port() -> int:
    """Return a loopback port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
