"""Whatever production code defines, production code uses: a predicate that only tests call ships to Lambda for nothing."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef

ROOT = Path(__file__).parents[2]
CODE = ("functions", "infra", "cli/src")
# A double or a fixture is used by the tests of others.
DOUBLES = "cli/src/tallystick/testing"
OWN_BASES = frozenset(
    {"Exception", "Protocol", "Enum", "StrEnum", "Secret", "GrantError", "Item", "Construct", "Block", "Generic"}
)
# Names that something outside calls: Lambda, pytest, a protocol of Python's or of a library's.
CALLED_FROM_OUTSIDE = re.compile(r"__\w+__|handler|main|do_[A-Z]+|log_message|model_config|pytest_\w+")


def sources() -> Iterator[tuple[Path, ast.Module]]:
    for folder in CODE:
        for file in sorted((ROOT / folder).rglob("*.py")):
            yield file.relative_to(ROOT), ast.parse(file.read_text(encoding="utf-8"))


def definitions(tree: ast.AST, offered: frozenset[str] = frozenset()) -> Iterator[Definition]:
    """Yield what a module defines for the rest of the code, without what somebody outside calls.

    Those are the methods of classes that a library `offered` exports or that derive from another library's, and what a
    decorator hands on: a validator, a command, a fixture.
    """
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.ClassDef):
            yield node
            bases = {ast.unparse(base).partition("[")[0] for base in node.bases}
            if node.name not in offered and bases <= OWN_BASES:
                yield from definitions(node)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            decorators = {ast.unparse(decorator).partition("(")[0] for decorator in node.decorator_list}
            if decorators <= {"property", "cached_property", "staticmethod", "classmethod", "contextmanager"}:
                yield node


def exports() -> frozenset[str]:
    """Return the names that the library offers."""
    tree = ast.parse((ROOT / "cli/src/tallystick/__init__.py").read_text(encoding="utf-8"))
    return frozenset(names_used(tree))


def names_used(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name):
                yield name
            # An annotation, or a name that is looked up by its text.
            case ast.Constant(value=str(text)) if text.isidentifier():
                yield text
            case ast.keyword(arg=str(name)):
                yield name


def unused(code: list[tuple[Path, ast.Module]], offered: frozenset[str] = frozenset()) -> list[str]:
    """Return what is defined and never named again. An import alone is no use."""
    used = {name for _, tree in code for name in names_used(tree)}
    return [
        f"{file}: {node.name}"
        for file, tree in code
        for node in definitions(tree, offered)
        if not CALLED_FROM_OUTSIDE.fullmatch(node.name)
        and not str(file).startswith(DOUBLES)
        and node.name not in used | offered
    ]


def test_nothing_in_production_code_is_only_used_by_tests() -> None:
    assert unused(list(sources()), exports()) == []


@pytest.mark.parametrize(
    ("program", "found"),
    [
        ("def may(): ...", ["x.py: may"]),
        ("def may(): ...\nmay()", []),
        ("class A:\n    def may(self): ...\nA", ["x.py: may"]),
        ("class A:\n    @property\n    def may(self): ...\nA", ["x.py: may"]),
        ("from a import may", []),
    ],
)
def test_the_check_finds_what_nobody_uses(program: str, found: list[str]) -> None:
    assert unused([(Path("x.py"), ast.parse(program))]) == found
