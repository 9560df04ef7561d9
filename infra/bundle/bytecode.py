"""Unchecked-hash bytecode for a folder, made by the target's own minor version of Python.

With that version at hand it is our interpreter; else it is CPython 3.14 on WebAssembly (pyodide, from npm, pinned by
compiler/package-lock.json), for bytecode depends on the version and not on the platform.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from infra.bundle.cache import fingerprint, made_once
from infra.bundle.run import run
from infra.bundle.target import running_python
from infra.tools import BUILD, find_node, find_npm

if TYPE_CHECKING:
    from infra.bundle.target import Target

_COMPILER = Path(__file__).with_name("compiler")
_SCRIPT = _COMPILER / "compile_tree.py"


def compile_folder(folder: Path, target: Target) -> None:
    """Put bytecode beside every module of the folder."""
    command = (
        # By itself, in a fresh process: the bytes must not depend on what else we have imported.
        [sys.executable, "-I", "-S", str(_SCRIPT), str(folder)]
        if target.python == running_python()
        else [find_node(), str(_COMPILER / "compile.mjs"), str(_pyodide()), str(_SCRIPT), target.python, str(folder)]
    )
    run(command, f"Compiling for Python {target.python}", offline_hint="it should not; please report this.")


def _pyodide() -> Path:
    lock = (_COMPILER / "package-lock.json").read_bytes()
    folder = made_once(BUILD / "compiler" / fingerprint(lock), _install_pyodide)
    return folder / "node_modules" / "pyodide" / "pyodide.mjs"


def _install_pyodide(folder: Path) -> None:
    for name in ("package.json", "package-lock.json"):
        shutil.copy(_COMPILER / name, folder)
    run(
        [*find_npm(), "ci", "--prefix", str(folder), "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"],
        "Installing the bytecode compiler",
        offline_hint="npm's package pyodide is not in its cache yet.",
    )
