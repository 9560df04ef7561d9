"""A device's own words, made safe to show: they stand among ours on the page, in lists and in logs."""

from __future__ import annotations

import unicodedata

DEVICE_NAME_LENGTH = 64


def printable(text: str) -> str:
    """Drop control, format and bidirectional characters from the device's own words: they could disguise the rest."""
    return "".join(character for character in text if not unicodedata.category(character).startswith("C"))
