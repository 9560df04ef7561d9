"""Record a release: `.venv/bin/python -m tests.releases.record v0.1.0`, in the commit that gets the tag, on a clean tree.

It deploys the stack into the local emulator, plays every scene of `tests.releases.scenes`, and writes a folder of that name:

  functions.zip           the sources of functions/
  requirements.txt        the exact versions and hashes of their libraries, for all platforms
  tallystick.json         the settings that the local stack shipped
  release.json            each function's handler, and the names of its environment variables
  items.json              every item of the table, as DynamoDB spells it, and when it was read
  test_only_secrets.json  the codes, tokens and cookies whose digests are in the items; they open nothing else

Commit the folder as it is, and never edit it: from then on the tests hold what comes after to what this release wrote.
"""

from __future__ import annotations

import json
import re
import sys
import time
import zipfile
from typing import TYPE_CHECKING, Any

from infra.bundle.libraries import requirements_of
from infra.functions import FUNCTIONS as ROWS
from infra.tools import ROOT
from tests.releases.release import FUNCTIONS, HERE, ITEMS, MANIFEST, REQUIREMENTS, SECRETS, SETTINGS
from tests.releases.scenes import KINDS, kind_of, play
from tests.stack import running

if TYPE_CHECKING:
    from pathlib import Path

    from tests.stack import Stack

_VERSION = re.compile(r"v\d+\.\d+\.\d+")
# The oldest date that a zip can hold: the same sources make the same bytes.
_DATE = (1980, 1, 1, 0, 0, 0)


def main(version: str) -> None:
    """Write the folder of a release."""
    folder = HERE / version
    if not _VERSION.fullmatch(version) or folder.exists():
        sys.exit(f"Name a release that is not recorded yet, such as v0.2.0: {version}")
    with running() as stack:
        secrets = play(stack)
        recorded_at = int(time.time())  # noqa: TID251  the deployed functions have no other clock
        items = _items(stack)
        if (left := {kind_of(item) for item in items}) != KINDS:
            sys.exit(f"The scenes do not fit the items of this release: {sorted(left ^ KINDS)}")
        folder.mkdir()
        _write(folder / ITEMS, {"recorded_at": recorded_at, "items": items})
        _write(folder / SECRETS, secrets)
        _write(folder / MANIFEST, {"functions": {name: _described(stack, name) for name in ROWS}})
        (folder / SETTINGS).write_bytes(_settings(stack))
    (folder / REQUIREMENTS).write_text(requirements_of(*(row.group for row in ROWS.values())), encoding="utf-8")
    _zip_sources(folder / FUNCTIONS)


def _items(stack: Stack) -> list[dict[str, Any]]:
    """Return the whole table, in the order of its keys."""
    pages = stack.client("dynamodb").get_paginator("scan").paginate(TableName=stack.table, ConsistentRead=True)
    return sorted((item for page in pages for item in page["Items"]), key=lambda item: (item["pk"]["S"], item["sk"]["S"]))


def _described(stack: Stack, function: str) -> dict[str, Any]:
    configuration = stack.client("lambda").get_function_configuration(FunctionName=stack.function(function))
    return {"handler": configuration["Handler"], "environment": sorted(configuration["Environment"]["Variables"])}


def _settings(stack: Stack) -> bytes:
    """Return the settings that are in each function's bundle."""
    bundles = (asset.source for asset in stack.local.assembly.assets if asset.source.suffix == ".zip")
    (settings,) = {zipfile.ZipFile(bundle).read(SETTINGS) for bundle in bundles}
    return settings


def _zip_sources(file: Path) -> None:
    with zipfile.ZipFile(file, "w") as archive:
        for source in sorted((ROOT / "functions").rglob("*.py")):
            entry = zipfile.ZipInfo(source.relative_to(ROOT).as_posix(), _DATE)
            archive.writestr(entry, source.read_bytes(), zipfile.ZIP_DEFLATED, 9)


def _write(file: Path, content: object) -> None:
    file.write_text(json.dumps(content, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
