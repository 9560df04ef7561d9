"""What a logo may hold. It stands on the page where people decide, so nothing in it may run, load or be read as markup.

The page shows it as an image and its policy would stop the rest; this check tells the operator before it is shipped.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.parsers import expat

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

MOST_BYTES = 32 * 1024
_MOST_PIXELS = 2048
_PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
_SVG_SPACE = "http://www.w3.org/2000/svg"
_SHAPES = {"path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan"}
_GROUPS = {"svg", "g", "defs", "symbol", "use", "title", "desc", "style", "clipPath", "mask"}
_PAINT = {"linearGradient", "radialGradient", "stop", "filter", "feGaussianBlur", "feOffset", "feBlend", "feColorMatrix"}
_ELEMENTS = _SHAPES | _GROUPS | _PAINT
# All that draws; `url` only into the file itself. `image-set`, `src` and others would load something.
_FUNCTION = re.compile(r"""([\w-]+)\(\s*["']?([^)]?)""")
_FUNCTIONS = {"rgb", "rgba", "hsl", "hsla", "matrix", "translate", "rotate", "scale", "skewx", "skewy", "var", "calc"}
_ANY_TEXT = frozenset({"aria-label", "id", "class"})


class _Refused(Exception):
    """The text says what is wrong."""


def wrong_with_logo(file: Path) -> str:
    """Return what is wrong with a logo, to be read after its name, or nothing."""
    if not file.is_file():
        return "is not there; its path is taken from the folder of cdk.json"
    content = file.read_bytes()
    if len(content) > MOST_BYTES:
        return f"has {len(content)} bytes, and may have {MOST_BYTES}"
    if file.suffix == ".svg":
        return _wrong_with_svg(content)
    return _wrong_with_png(content) if file.suffix == ".png" else "should be an .svg or a .png"


def _wrong_with_png(content: bytes) -> str:
    if not content.startswith(_PNG) or not content.endswith(b"IEND\xaeB`\x82"):
        return "is not a PNG image, whatever its name says"
    width, height = (int.from_bytes(content[at : at + 4], "big") for at in (16, 20))
    if not 0 < max(width, height) <= _MOST_PIXELS:
        return f"is {width} by {height} pixels; {_MOST_PIXELS} are enough"
    return ""


def _wrong_with_svg(content: bytes) -> str:
    try:
        # UTF-8 and nothing else: what a reader sees and what a parser sees must be the same.
        content.decode("utf-8")
        _Reader().read(content)
    except _Refused as refused:
        return str(refused)
    except (UnicodeDecodeError, expat.ExpatError) as error:
        return f"is not well-formed SVG in UTF-8: {error}"
    return ""


class _Reader:
    """Goes through an SVG, and stops at the first thing that a picture does not need."""

    def __init__(self) -> None:
        self._depth = 0
        self._in_style = False

    def read(self, content: bytes) -> None:
        parser = expat.ParserCreate("utf-8", namespace_separator=" ")
        parser.StartDoctypeDeclHandler = self._doctype
        parser.ProcessingInstructionHandler = self._instruction
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.buffer_text = True
        parser.Parse(content, True)  # noqa: FBT003  expat's own signature: this is all of it

    def _doctype(self, *_: object) -> None:
        raise _Refused("has a <!DOCTYPE>, in which entities can hide; leave that line out")

    def _instruction(self, *_: object) -> None:
        raise _Refused("has a processing instruction, which can load a style sheet; leave it out")

    def _start(self, qualified: str, attributes: Mapping[str, str]) -> None:
        space, _, name = qualified.rpartition(" ")
        if space != _SVG_SPACE:
            raise _Refused(f"has the element <{name}> outside of the namespace {_SVG_SPACE}")
        if name not in _ELEMENTS or (self._depth == 0) is not (name == "svg"):
            raise _Refused(f"has the element <{name}>, which a logo does not need; save it as plain SVG, with shapes only")
        for attribute, value in attributes.items():
            _check_attribute(attribute.rpartition(" ")[2], value)
        self._depth += 1
        self._in_style = name == "style"

    def _end(self, _: str) -> None:
        self._depth -= 1
        self._in_style = False

    def _text(self, text: str) -> None:
        if self._in_style:
            _check_styles("<style>", text)


def _check_attribute(name: str, value: str) -> None:
    if name.lower().startswith("on"):
        raise _Refused(f"has the event handler {name}")
    if name in {"href", "src"} and not value.startswith("#"):
        raise _Refused(f"refers to something outside of itself: {name}")
    if name not in _ANY_TEXT:
        _check_styles(name, value)


def _check_styles(where: str, value: str) -> None:
    for function, first in _FUNCTION.findall(value):
        inside = function.lower() == "url" and first == "#"
        if not inside and function.lower() not in _FUNCTIONS:
            raise _Refused(f"refers to something outside of itself, or may: {function}( in {where}")
    # An escape could spell any of these differently.
    if "@" in value or "\\" in value:
        raise _Refused(f"has an @ or a backslash in {where}, which a logo does not need")
