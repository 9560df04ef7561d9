"""The words of the page: English in the templates, by key, and the other languages in web/lang."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from infra.page_files import WEB

if TYPE_CHECKING:
    from pathlib import Path

PAGES = ("device.html", "sessions.html")
FILES = sorted((WEB / "lang").glob("*.json"))
_VOID = frozenset({"meta", "link", "input", "path"})


class _Words(HTMLParser):
    """Collects the text of each element with a key; a slot in it is written `{name}`, as the languages write it."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self._open: list[tuple[str, list[str]] | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if slot := attributes.get("data-slot"):
            self._say(f"{{{slot}}}")
        if tag not in _VOID:
            key = attributes.get("data-t")
            self._open.append((key, []) if key else None)

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            return
        closed = self._open.pop()
        if closed:
            self.found.append((closed[0], re.sub(r"\s+", " ", "".join(closed[1])).strip()))

    def handle_data(self, data: str) -> None:
        self._say(data)

    def _say(self, text: str) -> None:
        for element in self._open:
            if element:
                element[1].append(text)


def english_of(page: str) -> list[tuple[str, str]]:
    """Return each key of a page with its English, as often as it is used."""
    words = _Words()
    words.feed((WEB / page).read_text(encoding="utf-8"))
    return words.found


def english() -> dict[str, str]:
    """Return each key of both pages with its English."""
    return dict(pair for page in PAGES for pair in english_of(page))


def words_of(file: Path) -> dict[str, str]:
    """Return a language."""
    words: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    return words
