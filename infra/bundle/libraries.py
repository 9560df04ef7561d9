"""The functions' libraries: installed by uv from uv.lock for the target, pruned and compiled, once for all functions.

One lock file means one version of each library, so they share a folder, and each function takes what is its own from it.
"""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from infra.bundle.bytecode import compile_folder
from infra.bundle.cache import fingerprint, made_once
from infra.bundle.pruning import wanted
from infra.bundle.run import run
from infra.bundle.slimming import slim, slimmed_name
from infra.functions import FUNCTIONS, SERVICES
from infra.tools import BUILD, ROOT, find_uv

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.bundle.target import Target

_FILES, _OWNERS = "files", "owners.json"
_REQUIREMENT = re.compile(r"^([A-Za-z0-9._-]+)==", re.MULTILINE)


def libraries_of(group: str, target: Target) -> dict[PurePosixPath, Path]:
    """Return path in the zip → file, for all modules and data of a dependency group's libraries; without bytecode."""
    requirements = requirements_of(*(function.group for function in FUNCTIONS.values()))
    key = fingerprint(str(target), requirements, *sorted(SERVICES))
    made = made_once(BUILD / "libraries" / f"{target}-{key}", lambda folder: install_libraries(requirements, target, folder))
    owners: dict[str, str] = json.loads((made / _OWNERS).read_text(encoding="utf-8"))
    own = {_canonical(name) for name in _REQUIREMENT.findall(requirements_of(group))}
    return {PurePosixPath(path): made / _FILES / path for path, owner in owners.items() if owner in own}


def requirements_of(*groups: str) -> str:
    """Return the exact versions and hashes that the lock file has for these groups."""
    named = [part for group in groups for part in ("--only-group", group)]
    options = ["--frozen", "--quiet", "--no-header", "--no-annotate", "--no-emit-project", "--no-emit-workspace"]
    return run(
        [find_uv(), "export", *options, *named, "--project", str(ROOT)],
        "Reading the functions' libraries from uv.lock",
        offline_hint="uv.lock should be enough; is it there?",
    )


def install_libraries(requirements: str, target: Target, folder: Path) -> None:
    """Install what the requirements name into the folder: pruned, compiled for the target, with a list of whose is what."""
    files, listed = folder / _FILES, folder / "requirements.txt"
    listed.write_text(requirements, encoding="utf-8")
    # Wheels only: a source distribution would be built for this machine, not for the target. The lock's hashes are checked.
    command = [find_uv(), "pip", "install", "--quiet", "--no-deps", "--require-hashes", "--only-binary", ":all:"]
    command += ["--link-mode", "copy", "--target", str(files), "--requirements", str(listed), "--no-config"]
    if target.platform is not None:
        command += ["--python-platform", target.platform, "--python-version", target.python]
    run(command, "Installing the functions' libraries", offline_hint="the wheels of uv.lock are not in uv's cache yet.")
    owners = {path: owner for path, owner in _installed(files) if wanted(PurePosixPath(path), SERVICES)}
    for path in files.rglob("*"):
        if path.is_file() and path.relative_to(files).as_posix() not in owners:
            path.unlink()
    slim(files)
    named = {slimmed_name(path): owner for path, owner in owners.items()}
    (folder / _OWNERS).write_text(json.dumps(named), encoding="utf-8")
    compile_folder(files, target)


def _installed(files: Path) -> Iterator[tuple[str, str]]:
    """Yield each file with the library that brought it, as the libraries' own records say."""
    for record in sorted(files.glob("*.dist-info/RECORD")):
        owner = _canonical(record.parent.name.partition("-")[0])
        with record.open(encoding="utf-8", newline="") as lines:
            yield from ((path, owner) for path, *_ in csv.reader(lines))


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
