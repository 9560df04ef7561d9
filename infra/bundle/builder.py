"""Puts the zips together: our modules, the libraries, the settings; the same bytes for the same inputs."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from functions.settings import FILE_NAME
from infra.bundle.bytecode import compile_folder
from infra.bundle.cache import files_fingerprint, fingerprint, forget_older, made_once
from infra.bundle.libraries import libraries_of
from infra.bundle.modules import PACKAGE, modules_of
from infra.bundle.pruning import content_of, wanted
from infra.functions import FUNCTIONS
from infra.tools import BUILD, ROOT

if TYPE_CHECKING:
    from infra.bundle.target import Target
    from infra.functions import Function

# The oldest date that a zip can hold, as CDK and reproducible builds have it.
_DATE = (1980, 1, 1, 0, 0, 0)
_READABLE = 0o644 << 16
_KEPT = 8


def bundle_functions(target: Target, settings_text: str) -> dict[str, Path]:
    """Return function → zip. Made before: at once and without a network."""
    return {name: _bundle(name, function, target, settings_text) for name, function in FUNCTIONS.items()}


def _bundle(name: str, function: Function, target: Target, settings_text: str) -> Path:
    modules = modules_of(name, ROOT)
    own = (function.group, *sorted(function.services))
    key = fingerprint(str(target), settings_text, (ROOT / "uv.lock").read_bytes(), files_fingerprint(ROOT, modules), *own)
    folder = BUILD / "bundles" / str(target)

    def make(result: Path) -> None:
        compiled = _own_modules(target)
        files = {PurePosixPath(module.as_posix()): compiled / module for module in modules}
        found = libraries_of(function.group, target)
        libraries = {path: file for path, file in found.items() if wanted(path, function.services)}
        shipped = _with_bytecode(files | libraries)
        entries = {str(path): content_of(path, file.read_bytes()) for path, file in shipped.items()}
        _write_zip(result / f"{name}.zip", entries | {FILE_NAME: settings_text.encode()})

    made = made_once(folder / f"{name}-{key}", make)
    made.touch()
    forget_older(folder, f"{name}-*", _KEPT)
    return made / f"{name}.zip"


def _own_modules(target: Target) -> Path:
    """Return a folder with all of `functions/`, compiled in one go for all bundles."""
    files = sorted(path.relative_to(ROOT) for path in (ROOT / PACKAGE).rglob("*.py"))

    def make(folder: Path) -> None:
        for file in files:
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / file, folder / file)
        compile_folder(folder, target)

    made = made_once(BUILD / "modules" / f"{target}-{files_fingerprint(ROOT, files)}", make)
    made.touch()
    forget_older(made.parent, f"{target}-*", _KEPT)
    return made


def _with_bytecode(files: dict[PurePosixPath, Path]) -> dict[PurePosixPath, Path]:
    """Return the files, and beside each module the bytecode that stands beside it here."""
    compiled = {
        path.parent / "__pycache__" / found.name: found
        for path, file in files.items()
        if path.suffix == ".py"
        for found in (file.parent / "__pycache__").glob(f"{path.stem}.cpython-*.pyc")
    }
    return files | compiled


def _write_zip(file: Path, entries: dict[str, bytes]) -> None:
    with zipfile.ZipFile(file, "w") as archive:
        for name in sorted(entries):
            entry = zipfile.ZipInfo(name, _DATE)
            entry.external_attr = _READABLE
            entry.create_system = 3  # Unix, wherever we run: the mode above counts only there
            archive.writestr(entry, entries[name], zipfile.ZIP_DEFLATED, 9)
