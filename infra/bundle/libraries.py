"""A function's libraries: installed by uv from uv.lock for the target, pruned, compiled; once per set of requirements."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from infra.bundle.bytecode import compile_folder
from infra.bundle.cache import fingerprint, made_once
from infra.bundle.pruning import wanted_by_some
from infra.bundle.run import run
from infra.tools import BUILD, ROOT, find_uv

if TYPE_CHECKING:
    from infra.bundle.target import Target


def libraries_of(function: str, target: Target) -> Path:
    """Return a folder with the libraries of a function. Functions with equal requirements share it."""
    requirements = _requirements(function)
    key = fingerprint(str(target), requirements)
    return made_once(BUILD / "libraries" / f"{target}-{key}", lambda folder: _install(requirements, target, folder))


def _requirements(function: str) -> str:
    export = ["export", "--frozen", "--quiet", "--no-header", "--no-annotate", "--no-emit-project", "--only-group", function]
    return run(
        [find_uv(), *export, "--project", str(ROOT)],
        f"Reading the libraries of {function} from uv.lock",
        offline_hint="uv.lock should be enough; is it there?",
    )


def _install(requirements: str, target: Target, folder: Path) -> None:
    listed = folder / "requirements.txt"
    listed.write_text(requirements, encoding="utf-8")
    # Wheels only: a source distribution would be built for this machine, not for the target. The lock's hashes are checked.
    command = [find_uv(), "pip", "install", "--quiet", "--no-deps", "--require-hashes", "--only-binary", ":all:"]
    command += ["--link-mode", "copy", "--target", str(folder), "--requirements", str(listed), "--no-config"]
    if target.platform is not None:
        command += ["--python-platform", target.platform, "--python-version", target.python]
    run(command, "Installing the functions' libraries", offline_hint="the wheels of uv.lock are not in uv's cache yet.")
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir():
            if not any(path.iterdir()):
                path.rmdir()
        elif not wanted_by_some(PurePosixPath(path.relative_to(folder).as_posix())):
            path.unlink()
    listed.unlink(missing_ok=True)
    compile_folder(folder, target)
