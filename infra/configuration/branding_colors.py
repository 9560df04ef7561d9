"""The page's colours: which may be changed, and which must be told apart from which (WCAG 2.2, 1.4.3 and 1.4.11)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from infra.tools import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

STYLES = "pages.css"
SCHEMES = ("light", "dark")
# What the configuration calls a colour → its custom property in the styles.
PROPERTIES = {"accent": "act", "on_accent": "on-act", "mark": "wood", "paper": "paper"}
_TEXT, _CONTROL = 4.5, 3.0
_CSS = ROOT / "web" / STYLES
_ROOT_BLOCK = re.compile(r":root\s*\{([^}]*)\}")
_COLOR = re.compile(r"--([a-z-]+):\s*(#[0-9A-Fa-f]{3}|#[0-9A-Fa-f]{6});")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two colours that meet on the page, by their custom properties, and how far apart they have to be."""

    what: str
    front: str
    back: str
    least: float


PAIRS = (
    Pair("the text on buttons", "on-act", "act", _TEXT),
    Pair("buttons and the focus ring on the card", "act", "card", _CONTROL),
    Pair("the focus ring around the card", "act", "paper", _CONTROL),
    Pair("the logo on the page", "wood", "paper", _CONTROL),
    Pair("the text around the card", "ink", "paper", _TEXT),
    Pair("the small text around the card", "quiet", "paper", _TEXT),
)


def unreadable(scheme: str, chosen: Mapping[str, str]) -> Iterator[str]:
    """Yield a sentence for each pair that the chosen colours bring too close together in a scheme."""
    changed = {PROPERTIES[name]: color for name, color in chosen.items()}
    colors = own_colors()[scheme] | changed if changed else {}
    for pair in PAIRS:
        if changed.keys().isdisjoint({pair.front, pair.back}):
            continue
        front, back = colors[pair.front], colors[pair.back]
        found = contrast(front, back)
        if found < pair.least:
            # Cut and not rounded, so that what falls short by a hair does not look as if it were enough.
            shown = int(found * 100) / 100
            names = f"{_name(pair.front)} {front} on {_name(pair.back)} {back}"
            yield f"{pair.what} ({names}) has a contrast of {shown}:1 and needs {pair.least}:1"


def overriding(scheme: str, chosen: Mapping[str, str]) -> str:
    """Return the styles that put the chosen colours of a scheme in the place of the page's own, or nothing."""
    if not chosen:
        return ""
    said = ";".join(f"--{PROPERTIES[name]}:{color}" for name, color in sorted(chosen.items()))
    # Each in its own scheme: plain `:root` would win over the dark colours that stand before it.
    return f"@media (prefers-color-scheme:{scheme}){{:root{{{said}}}}}\n"


def own_colors() -> dict[str, dict[str, str]]:
    """Return scheme → custom property → colour, as web/pages.css has them; dark has what light has unless it says more."""
    light, dark = (dict(_COLOR.findall(block)) for block in _ROOT_BLOCK.findall(_CSS.read_text(encoding="utf-8"))[:2])
    return {"light": light, "dark": light | dark}


def contrast(one: str, other: str) -> float:
    """Return WCAG's contrast ratio of two colours, from 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(color: str) -> float:
    digits = color[1:] if len(color) > 4 else "".join(digit * 2 for digit in color[1:])  # noqa: PLR2004  #rgb
    red, green, blue = (_linear(int(digits[at : at + 2], 16) / 255) for at in (0, 2, 4))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4  # noqa: PLR2004  sRGB


def _name(part: str) -> str:
    return next((name for name, own in PROPERTIES.items() if own == part), part)
