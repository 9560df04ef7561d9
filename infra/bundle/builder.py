"""Puts the zips together: our modules, the libraries, the settings; the same bytes for the same inputs."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path, PurePosixPath

from functions.settings import FILE_NAME
from infra.bundle.bytecode import compile_folder
from infra.bundle.cache import files_fingerprint, fingerprint, forget_older, made_once
from infra.bundle.libraries import libraries_of
from infra.bundle.modules import PACKAGE, modules_of
from infra.bundle.pruning import content_for, wanted_by
from infra.bundle.target import FUNCTIONS, Target
from infra.tools import BUILD, ROOT

# The oldest date that a zip can hold, as CDK and reproducible builds have it.
_DATE = (1980, 1, 1, 0, 0, 0)
_READABLE = 0o644 << 16
_KEPT = 8


def bundle_functions(target: Target, settings_text: str) -> dict[str, Path]:
    """Return function → zip. Made before: at once and without a network."""
    return {function: _bundle(function, target, settings_text) for function in FUNCTIONS}


def _bundle(function: str, target: Target, settings_text: str) -> Path:
    modules = modules_of(function, ROOT)
    lock = (ROOT / "uv.lock").read_bytes()
    key = fingerprint(function, str(target), settings_text, lock, files_fingerprint(ROOT, modules))
    folder = BUILD / "bundles" / str(target)

    def make(result: Path) -> None:
        own, libraries = _own_modules(target), libraries_of(function, target)
        entries = _chosen(own, modules) | _libraries(function, libraries) | {FILE_NAME: settings_text.encode()}
        _write_zip(result / f"{function}.zip", entries)

    made = made_once(folder / f"{function}-{key}", make)
    made.touch()
    forget_older(folder, f"{function}-*", _KEPT)
    return made / f"{function}.zip"


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


def _chosen(root: Path, modules: list[Path]) -> dict[str, bytes]:
    """Return name → content of modules and their bytecode."""
    entries = {}
    for module in modules:
        compiled = (root / module.parent / "__pycache__").glob(f"{module.stem}.cpython-*.pyc")
        for file in (root / module, *compiled):
            entries[file.relative_to(root).as_posix()] = file.read_bytes()
    return entries


def _libraries(function: str, root: Path) -> dict[str, bytes]:
    entries = {}
    for file in root.rglob("*"):
        path = PurePosixPath(file.relative_to(root).as_posix())
        # Bytecode goes where its module goes.
        module = path.parent.parent / f"{path.name.partition('.')[0]}.py" if path.suffix == ".pyc" else path
        if file.is_file() and wanted_by(function, module):
            entries[str(path)] = content_for(function, path, file.read_bytes())
    return entries


def _write_zip(file: Path, entries: dict[str, bytes]) -> None:
    with zipfile.ZipFile(file, "w") as archive:
        for name in sorted(entries):
            entry = zipfile.ZipInfo(name, _DATE)
            entry.external_attr = _READABLE
            entry.create_system = 3  # Unix, wherever we run: the mode above counts only there
            archive.writestr(entry, entries[name], zipfile.ZIP_DEFLATED, 9)
