"""A recorded release, read from its folder: its items as if written just now, and its functions as a Lambda bundle."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from infra.bundle import Target
from infra.bundle.cache import fingerprint, made_once
from infra.bundle.libraries import install_libraries
from infra.tools import BUILD

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
FUNCTIONS, SETTINGS, MANIFEST = "functions.zip", "tallystick.json", "release.json"
REQUIREMENTS, ITEMS, SECRETS = "requirements.txt", "items.json", "test_only_secrets.json"
_YEAR = 366 * 24 * 3600

Item = dict[str, dict[str, Any]]
"""An item as DynamoDB spells it: {"pk": {"S": "…"}, …}."""


@dataclass(frozen=True, slots=True)
class Release:
    """The record of one release."""

    folder: Path

    @property
    def name(self) -> str:
        """Its tag, such as v0.1.0."""
        return self.folder.name

    @property
    def functions(self) -> dict[str, dict[str, Any]]:
        """Each function's handler, and the names of the environment variables that it was given."""
        functions: dict[str, dict[str, Any]] = self._json(MANIFEST)["functions"]
        return functions

    @property
    def secrets(self) -> dict[str, Any]:
        """What makes use of the items: codes, tokens and cookies whose digests they hold."""
        return self._json(SECRETS)

    def items_at(self, now: int) -> Iterator[Item]:
        """Yield all items with every time moved, as if they had been recorded at `now`."""
        record = self._json(ITEMS)
        moment: int = record["recorded_at"]
        for item in record["items"]:
            if item["pk"]["S"].startswith("limit#"):
                yield from _windows(item, moment, now)
            else:
                yield {name: _moved(value, moment, now) for name, value in item.items()}

    def bundle(self) -> bytes:
        """Return the zip that Lambda would be given: all functions, with the libraries and the settings of the release."""
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as bundle, zipfile.ZipFile(self.folder / FUNCTIONS) as functions:
            for name in functions.namelist():
                bundle.writestr(name, functions.read(name))
            bundle.write(self.folder / SETTINGS, SETTINGS)
            libraries = self._libraries()
            for file in sorted(path for path in libraries.rglob("*") if path.is_file()):
                bundle.write(file, file.relative_to(libraries))
        return buffer.getvalue()

    def _libraries(self) -> Path:
        """Return the folder of the release's own libraries: today's may be other ones.

        It is made as the bundler makes its own, and is the very same while uv.lock names the same versions.
        """
        target, requirements = Target.host(), (self.folder / REQUIREMENTS).read_text(encoding="utf-8")
        key = fingerprint(str(target), requirements)
        made = made_once(
            BUILD / "libraries" / f"{target}-{key}", lambda folder: install_libraries(requirements, target, folder)
        )
        return made / "files"

    def _json(self, name: str) -> dict[str, Any]:
        content: dict[str, Any] = json.loads((self.folder / name).read_text(encoding="utf-8"))
        return content


def releases() -> list[Release]:
    """Return all recorded releases, the last one last."""
    folders = (path for path in HERE.glob("v*") if path.is_dir())
    return [Release(path) for path in sorted(folders, key=lambda path: tuple(map(int, path.name[1:].split("."))))]


def _moved(value: dict[str, Any], moment: int, now: int) -> dict[str, Any]:
    """Return an attribute's value; a time moved. Nothing else is a number anywhere near the seconds of the epoch."""
    if "N" not in value or abs(Decimal(value["N"]) - moment) > _YEAR:
        return value
    return {"N": str(Decimal(value["N"]) + now - moment)}


def _windows(item: Item, moment: int, now: int) -> Iterator[Item]:
    """Yield the count of a window of time in the same window of now. `limit#<what…>#<number of the window>` is its key.

    What was counted in the last window is yielded for the next one too: a test can run into it.
    """
    what, _, number = item["pk"]["S"].rpartition("#")
    seconds = int(item["expires_at"]["N"]) // (int(number) + 1)
    behind = moment // seconds - int(number)
    same = now // seconds - behind
    for window in (same,) if behind else (same, same + 1):
        yield item | {"pk": {"S": f"{what}#{window}"}, "expires_at": {"N": str((window + 1) * seconds)}}
