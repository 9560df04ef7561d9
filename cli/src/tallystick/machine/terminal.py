"""Stops terminal escape injection (CWE-150): a server's words must not move the cursor, hide, reorder or ring.

Whatever this package prints or hands out for printing went through `clean` first: codes, addresses, names, error texts.
"""

from __future__ import annotations

import re
import unicodedata

LINE = 300
"""How much of a server's sentence is shown."""

# Whole control sequences first (ECMA-48), so that no "[31m" stays behind: CSI, then OSC, DCS, SOS, PM and APC strings
# with their end, then two-character escapes. What is left of a broken one falls to the categories below.
_SEQUENCES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)"
    r"|\x1b[ -/]*[0-Z\\^-~]"
)
# Letters and marks by their category, yet nothing is to be seen of them: they would make two names look like one.
_INVISIBLE = dict.fromkeys(
    [
        0x034F,
        0x115F,
        0x1160,
        0x17B4,
        0x17B5,
        0x2800,
        0x3164,
        0xFFA0,
        *range(0x180B, 0x1810),
        *range(0xFE00, 0xFE10),
        *range(0xE0100, 0xE01F0),
    ]
)


def clean(text: str, limit: int = LINE) -> str:
    """Return `text` as one printable line of at most `limit` characters.

    Control, escape, format (bidirectional, zero-width), surrogate, private and unassigned characters are dropped; any run
    of blanks, line ends included, becomes one space.
    """
    # Cut before the work: the time spent must not grow with what a server sends.
    text = _SEQUENCES.sub("", text[: limit * 8])
    kept = (character for character in text.translate(_INVISIBLE) if character.isspace() or _visible(character))
    text = " ".join("".join(kept).split())
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _visible(character: str) -> bool:
    return not unicodedata.category(character).startswith("C")


def clean_claims(value: object, depth: int = 4) -> object:
    """Return a JSON value with each of its strings cleaned; what is nested deeper than `depth` is left out."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict) and depth:
        return {clean(str(key)): clean_claims(item, depth - 1) for key, item in value.items()}
    if isinstance(value, list) and depth:
        return [clean_claims(item, depth - 1) for item in value]
    return value if isinstance(value, bool | int | float) else None
