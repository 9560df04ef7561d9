"""The look of the approval page, as the operator wants it: a name, a logo, a few colours; checked before anything is made.

`infra.page_files` puts them into the page.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, ValidationInfo, model_validator

from infra.configuration.block import Block
from infra.configuration.branding_colors import unreadable
from infra.configuration.branding_logo import wrong_with_logo
from infra.tools import ROOT

DEFAULT_NAME = "Tallystick"
FOLDER = "folder"
"""The name under which validation is told where cdk.json stands."""


def _printable(name: str) -> str:
    if not name.isprintable() or name != name.strip():
        raise ValueError("should be one line of printable text, without space around it")
    return name


def _usable_logo(path: str, info: ValidationInfo) -> str:
    """Return the absolute path of a logo that the page may show."""
    file = Path((info.context or {}).get(FOLDER, ROOT), path)
    problem = wrong_with_logo(file)
    if problem:
        raise ValueError(f'the logo "{path}" {problem}')
    return str(file.resolve())


Name = Annotated[str, Field(min_length=1, max_length=40), AfterValidator(_printable)]
# Inside the folder of cdk.json, so that who reads the configuration knows what is shipped.
Logo = Annotated[
    str, Field(pattern=r"^[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$"), AfterValidator(_usable_logo)
]
Color = Annotated[str, Field(pattern=r"^#([0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})$")]


class Scheme(Block):
    """The colours of one scheme; what is left out stays as it is in web/pages.css.

    `accent` is that of buttons and of the focus ring, `on_accent` of the text on them, `mark` of the logo and of the band
    around the code, `paper` of the page around the card.
    """

    accent: Color | None = None
    on_accent: Color | None = None
    mark: Color | None = None
    paper: Color | None = None

    @property
    def chosen(self) -> dict[str, str]:
        """The colours that were chosen, by their names here."""
        colors: dict[str, str] = self.model_dump(exclude_none=True)
        return colors


class Colors(Block):
    """Light and dark. Who chooses a colour for one of them should look at the other too."""

    light: Scheme = Scheme()
    dark: Scheme = Scheme()

    @model_validator(mode="after")
    def _readable(self) -> Colors:
        problems = [
            f"{scheme}: {problem}"
            for scheme, chosen in (("light", self.light.chosen), ("dark", self.dark.chosen))
            for problem in unreadable(scheme, chosen)
        ]
        if problems:
            raise ValueError("; ".join(problems))
        return self


class Branding(Block):
    """The operator's own look. `logo` is an .svg or a .png near cdk.json."""

    name: Name = DEFAULT_NAME
    logo: Logo | None = None
    colors: Colors = Colors()
