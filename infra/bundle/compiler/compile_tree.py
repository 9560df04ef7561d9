"""Compiles a folder to unchecked-hash bytecode with the Python that runs it. Standard library only.

Run by itself (`python -I -S compile_tree.py <folder>`) or, for another minor version, by compile.mjs inside a CPython that
was built to WebAssembly: bytecode is the same on every platform.
"""

import py_compile
import sys
from pathlib import Path

SHOWN_ROOT = "/var/task"


def compile_tree(root: str) -> None:
    """Write `__pycache__/<module>.<tag>.pyc` beside every module under `root`, in a fixed order.

    Tracebacks name the place that Lambda unpacks to, so that the bytes do not depend on where they were made.
    """
    mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
    for path in sorted(Path(root).rglob("*.py")):
        compiled = path.parent / "__pycache__" / f"{path.stem}.{sys.implementation.cache_tag}.pyc"
        shown = f"{SHOWN_ROOT}/{path.relative_to(root).as_posix()}"
        py_compile.compile(str(path), str(compiled), shown, doraise=True, optimize=0, invalidation_mode=mode)


if __name__ == "__main__":
    compile_tree(sys.argv[1])
