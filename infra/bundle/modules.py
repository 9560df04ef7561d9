"""Which of our own modules a function needs: everything that its door reaches by imports, read from the source."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from infra.bundle.run import BundleError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PACKAGE = "functions"


def modules_of(function: str, root: Path) -> list[Path]:
    """Return the files under `root` that `functions.<function>.handler` needs, relative to it and sorted.

    Imports inside functions count, those under `if TYPE_CHECKING` do not: they never run.
    """
    door = f"{PACKAGE}.{function}.handler"
    if _file_of(door, root) is None:
        raise BundleError(f"There is no module {door}, which Lambda would start with.")
    reached: set[Path] = set()
    waiting = [door]
    while waiting:
        name = waiting.pop()
        file = _file_of(name, root)
        if file is None or file in reached:
            continue
        reached.add(file)
        waiting.append(name.rpartition(".")[0])
        waiting.extend(_imports(ast.parse((root / file).read_bytes())))
    return sorted(reached)


def _file_of(name: str, root: Path) -> Path | None:
    if name.partition(".")[0] != PACKAGE:
        return None
    base = root.joinpath(*name.split("."))
    found = next((path for path in (base.with_suffix(".py"), base / "__init__.py") if path.is_file()), None)
    return found.relative_to(root) if found else None


def _imports(node: ast.AST) -> Iterator[str]:
    """Yield every name that may be a module: `from a.b import c` is a.b and perhaps a.b.c."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            yield from (alias.name for alias in child.names)
        elif isinstance(child, ast.ImportFrom) and child.module and not child.level:
            yield child.module
            yield from (f"{child.module}.{alias.name}" for alias in child.names)
        elif isinstance(child, ast.If) and ast.unparse(child.test).endswith("TYPE_CHECKING"):
            for other in child.orelse:
                yield from _imports(other)
        else:
            yield from _imports(child)
