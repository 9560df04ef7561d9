"""The approval page's files as they are deployed: those of web/, byte for byte, but for the operator's branding.

AWS and the local run take them from the same folder, which `stage_page` makes.
"""

from __future__ import annotations

import html
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from infra.bundle.cache import files_fingerprint, fingerprint, forget_older, made_once
from infra.configuration.branding import DEFAULT_NAME, Branding
from infra.configuration.branding_colors import STYLES, overriding
from infra.tools import BUILD, ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

WEB = ROOT / "web"
CONTENT_TYPES = {
    ".css": "text/css",
    ".html": "text/html",
    ".js": "text/javascript",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
}
# The files' names carry no version, so browsers ask each time whether their copy is still the one (304 if so). Names with
# a digest of the content would save these questions, but need a build that rewrites the modules' imports, and a page that
# mixes files of two releases must not happen: they import each other.
CACHE_CONTROL = "no-cache"
_STAGED = BUILD / "page"
_KEPT = 4
_NAME = re.compile(r'(<span data-brand="name">)[^<]*(</span>)')
_TITLE = re.compile(r"(<title>[^<]*)\b" + DEFAULT_NAME + r"\b([^<]*</title>)")
_DRAWN_LOGO = re.compile(r"(<header>\s*)<svg\b.*?</svg>", re.DOTALL)
_ICON = re.compile(r'<link rel="icon" [^>]*>')


class PageError(Exception):
    """web/ has no place, or more than one, for a part of the branding: a mistake of ours, not of the operator."""


def page_files(folder: Path = WEB) -> list[str]:
    """Return the names of the page's files, relative to the folder and sorted."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.suffix in CONTENT_TYPES)


def stage_page(branding: Branding) -> Path:
    """Return a folder with the page as it is to be served; the same one for the same files and branding."""
    names = [Path(name) for name in page_files()]
    logo = Path(branding.logo).read_bytes() if branding.logo else b""
    key = fingerprint(files_fingerprint(WEB, names), branding.model_dump_json(), logo)

    def make(folder: Path) -> None:
        for name in names:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(WEB / name, folder / name)
        _brand(folder, branding)

    staged = made_once(_STAGED / key, make)
    staged.touch()
    forget_older(_STAGED, "*", _KEPT)
    return staged


def _brand(folder: Path, branding: Branding) -> None:
    if branding.name != DEFAULT_NAME:
        for page in folder.rglob("*.html"):
            _rewrite(page, lambda text: _named(text, html.escape(branding.name)))
    if branding.logo:
        shown = f"logo{Path(branding.logo).suffix}"
        shutil.copyfile(branding.logo, folder / shown)
        for page in folder.rglob("*.html"):
            _rewrite(page, lambda text: _with_logo(text, shown))
    styles = "".join(overriding(scheme, getattr(branding.colors, scheme).chosen) for scheme in ("light", "dark"))
    if styles:
        _rewrite(folder / STYLES, lambda text: text + styles)


def _named(text: str, name: str) -> str:
    return _once(_TITLE, _once(_NAME, text, name), name)


def _once(place: re.Pattern[str], text: str, name: str) -> str:
    # By a function, for a name may have a backslash, which means something in a replacement.
    changed, count = place.subn(lambda found: f"{found[1]}{name}{found[2]}", text)
    if count != 1:
        raise PageError(f"{count} places for the name instead of one: {place.pattern}")
    return changed


def _with_logo(text: str, file: str) -> str:
    """Show the logo where ours is drawn, and on the browser's tab: one file, fetched once."""
    image = f'<img src="/{file}" alt="" height="28">'
    changed, count = _DRAWN_LOGO.subn(lambda found: found[1] + image, text)
    if count != 1:
        raise PageError(f"{count} places for the logo instead of one")
    return _ICON.sub(f'<link rel="icon" href="/{file}" type="{CONTENT_TYPES[Path(file).suffix]}">', changed)


def _rewrite(file: Path, change: Callable[[str], str]) -> None:
    file.write_bytes(change(file.read_bytes().decode()).encode())
