"""Starts the bundler's programs, and turns what they say when they fail into advice."""

from __future__ import annotations

import os
import subprocess

from infra.tools import ToolMissing

_NO_NETWORK = (
    "dns error",
    "failed to lookup",
    "Connection refused",
    "Network is unreachable",
    "ENOTFOUND",
    "EAI_AGAIN",
    "ECONNREFUSED",
)
_NO_WHEEL = ("no usable wheels", "no wheels with a matching", "only-binary", "no-binary")
# What a surrounding environment must not change about a build.
_NOT_INHERITED = ("VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME", "UV_PROJECT", "UV_PYTHON", "NODE_OPTIONS")


class BundleError(ToolMissing):
    """A bundle could not be made. The text is for the person at the terminal."""


def run(command: list[str], doing: str, *, offline_hint: str, given: str | None = None) -> str:
    """Run a program and return its output. `doing` says in the error what it was for, `given` goes to its input."""
    environment = {name: value for name, value in os.environ.items() if name not in _NOT_INHERITED}
    result = subprocess.run(command, input=given, env=environment, capture_output=True, text=True, check=False)
    if result.returncode == 0:
        return result.stdout
    said = (result.stderr or result.stdout).strip()
    if any(sign in said for sign in _NO_NETWORK):
        raise BundleError(f"{doing} needs a network the first time: {offline_hint}\n{said}")
    if any(sign in said for sign in _NO_WHEEL):
        raise BundleError(f"{doing}: a library has no wheel for the functions' platform and Python.\n{said}")
    raise BundleError(f"{doing} failed:\n{said}")
