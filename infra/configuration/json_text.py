"""Change one member of a JSON text and leave every other character as its author wrote it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_DECODER = json.JSONDecoder()
_SPACE = re.compile(r"[ \t\r\n]*")


def with_list(text: str, path: Sequence[str], name: str, items: Sequence[object]) -> str:
    """Return the text with the list `name` in the object at `path`, an item a line where the text has lines.

    The text is valid JSON, and the object is there and not empty. The list replaces an earlier value, or comes first.
    """
    opening = _object_at(text, path)
    members = list(_members(text, opening))
    first = members[0][1]
    lead = text[opening + 1 : first]
    rendered = _rendered(items, lead, depth=len(path) + 1)
    for found, _, start, end in members:
        if found == name:
            return text[:start] + rendered + text[end:]
    return f"{text[:first]}{json.dumps(name)}: {rendered},{lead or ' '}{text[first:]}"


def _object_at(text: str, path: Sequence[str]) -> int:
    at = _past_space(text, 0)
    for step in path:
        at = next(start for name, _, start, _ in _members(text, at) if name == step)
    return at


def _members(text: str, opening: int) -> Iterator[tuple[str, int, int, int]]:
    """Yield each member of an object: its name, where that begins, and where its value begins and ends."""
    at = _past_space(text, opening + 1)
    while text[at] != "}":
        name, end = _DECODER.raw_decode(text, at)
        start = _past_space(text, _past_space(text, end) + len(":"))
        _, end = _DECODER.raw_decode(text, start)
        yield name, at, start, end
        at = _past_space(text, end)
        if text[at] == ",":
            at = _past_space(text, at + 1)


def _past_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _rendered(items: Sequence[object], lead: str, *, depth: int) -> str:
    """Return the list's text. `lead` is what stands before a member at its `depth`: a line break and an indent, mostly."""
    texts = [json.dumps(item) for item in items]
    before, line_break, indent = lead.rpartition("\n")
    if not line_break:
        return f"[{', '.join(texts)}]"
    end_of_line = before[-1:] + line_break if before.endswith("\r") else line_break
    inner = indent + indent[: len(indent) // depth]
    lines = f",{end_of_line}{inner}".join(texts)
    return f"[{end_of_line}{inner}{lines}{end_of_line}{indent}]"
