"""What CloudFront does to the page's answers on their way out, and the emulator does not: it compresses them.

As CloudFront's guide has it ("Serve compressed files"): some types, from 1,000 bytes, brotli before gzip; a strong ETag
becomes a weak one, for two encodings of a file are the same file and not the same bytes.
"""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import brotli  # type: ignore[import-untyped]

from functions.api import first_segments

if TYPE_CHECKING:
    from collections.abc import Sequence

    Headers = Sequence[tuple[str, str]]

# CloudFront has more types; these are what the page has, and plain text.
_TYPES = {"application/json", "image/svg+xml", "text/css", "text/html", "text/javascript", "text/plain"}
_SMALLEST, _LARGEST = 1_000, 10_000_000
_STATUSES = {200, 403, 404}
_WEAK = "W/"
# The stack does not compress the API: a secret and something that a stranger chose could be in one answer (BREACH).
_API = frozenset(first_segments())


def compressed(path: str, accepted: str, status: int, headers: Headers, body: bytes) -> tuple[Headers, bytes]:
    """Return headers and body of an answer, compressed where CloudFront would do it."""
    said = {name.lower(): value for name, value in headers}
    kind = said.get("content-type", "").partition(";")[0].strip().lower()
    wanted = {coding.partition(";")[0].strip() for coding in accepted.lower().split(",")}
    coding = next((coding for coding in ("br", "gzip") if coding in wanted), None)
    refused = (
        path.strip("/").partition("/")[0] in _API
        or status not in _STATUSES
        or kind not in _TYPES
        or "content-encoding" in said
    )
    if refused or coding is None or not _SMALLEST <= len(body) <= _LARGEST:
        return headers, body
    kept = [(name, _weak(value) if name.lower() == "etag" else value) for name, value in headers]
    return [*kept, ("Content-Encoding", coding), ("Vary", "Accept-Encoding")], _CODERS[coding](body)


def strong(tags: str) -> str:
    """Return the tags of `If-None-Match` as the bucket knows them, which has never heard of the weak ones."""
    return ", ".join(tag.strip().removeprefix(_WEAK) for tag in tags.split(","))


def _weak(tag: str) -> str:
    return tag if tag.startswith(_WEAK) else _WEAK + tag


_CODERS = {"br": lambda body: bytes(brotli.compress(body, quality=5)), "gzip": lambda body: gzip.compress(body, mtime=0)}
