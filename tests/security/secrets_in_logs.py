"""Finds what must never be in a log line, by its shape or because it is known."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from functions.domain.device_grant.codes import ALPHABET

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SHAPES = {
    "device code": re.compile(r"dc_[A-Za-z0-9_-]{40,}"),
    "JSON Web Token": re.compile(r"eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}"),
    "refresh token": re.compile(r"ts_[A-Za-z0-9_-]{40,}"),
    "opaque access token": re.compile(r"tsa_[A-Za-z0-9_-]{40,}"),
    "user code": re.compile(rf"(?<![A-Za-z0-9_/+=-])[{ALPHABET}]{{4}}-?[{ALPHABET}]{{4}}(?![A-Za-z0-9_/+=-])"),
    "cookie": re.compile(r"__Host-tallystick-\w+="),
    "secret in hexadecimal": re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])"),
    "credentials in a header": re.compile(r"(?i)\b(basic|bearer) [A-Za-z0-9+/_.=-]{12,}"),
}


def findings(lines: Iterable[str], known: Iterable[str]) -> Iterator[str]:
    """Yield what was found and the line it was found in."""
    known = [secret for secret in known if secret]
    for line in lines:
        for name, shape in SHAPES.items():
            if shape.search(line):
                yield f"{name}: {line}"
        for secret in known:
            if secret in line:
                yield f"a known secret: {line}"
