"""Each row of docs/contract.md has a test that names it, and no test names a row that is not there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
CONTRACT = TESTS.parent / "docs" / "contract.md"


def rows_promised() -> set[str]:
    return set(re.findall(r"^\| ([A-Z]+\d+) \|", CONTRACT.read_text(encoding="utf-8"), re.MULTILINE))


def rows_named_by(tree: ast.AST) -> set[str]:
    marks = (node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.row")
    return {str(ast.literal_eval(argument)) for mark in marks for argument in mark.args}


def rows_tested() -> set[str]:
    files = TESTS.rglob("test_*.py")
    return set().union(*(rows_named_by(ast.parse(file.read_text(encoding="utf-8"))) for file in files))


def test_every_promise_has_a_test() -> None:
    assert rows_promised()
    assert sorted(rows_promised() - rows_tested()) == []


def test_every_row_that_a_test_names_is_promised() -> None:
    assert sorted(rows_tested() - rows_promised()) == []
