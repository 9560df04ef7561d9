"""The environment variables of a tool: how they are named."""

from __future__ import annotations


def variable(app: str, what: str) -> str:
    """Return the name of a tool's environment variable: `ACME_TOKEN` for acme."""
    letters = "".join(letter if letter.isascii() and letter.isalnum() else " " for letter in app)
    return "_".join([*letters.upper().split(), what])
