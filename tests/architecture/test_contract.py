"""Each row of docs/contract.md and docs/seeds.md has a test that names it, and no test names a row that is in neither."""

from __future__ import annotations

import ast
import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
DOCS = TESTS.parent / "docs"


def rows_of(document: str) -> set[str]:
    return set(re.findall(r"^\| ([A-Z]+\d+) \|", (DOCS / document).read_text(encoding="utf-8"), re.MULTILINE))


def rows_promised() -> set[str]:
    return rows_of("contract.md") | rows_of("seeds.md")


def rows_named_by(tree: ast.AST) -> set[str]:
    marks = (node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.row")
    return {str(ast.literal_eval(argument)) for mark in marks for argument in mark.args}


def rows_tested() -> set[str]:
    files = TESTS.rglob("test_*.py")
    return set().union(*(rows_named_by(ast.parse(file.read_text(encoding="utf-8"))) for file in files))


def test_every_promise_has_a_test() -> None:
    assert rows_of("contract.md")
    assert rows_of("seeds.md")
    assert sorted(rows_promised() - rows_tested()) == []


def test_every_row_that_a_test_names_is_promised() -> None:
    assert sorted(rows_tested() - rows_promised()) == []


def test_the_table_of_the_seeds_says_where_each_row_is_proved() -> None:
    lines = re.findall(r"^\| ([A-Z]+\d+) \|(.*)$", (DOCS / "seeds.md").read_text(encoding="utf-8"), re.MULTILINE)
    told = {row: set(re.findall(r"`([^`]+\.py)`", line)) for row, line in lines}
    found: dict[str, set[str]] = {row: set() for row in told}
    for file in TESTS.rglob("test_*.py"):
        for named in rows_named_by(ast.parse(file.read_text(encoding="utf-8"))) & told.keys():
            found[named].add(str(file.relative_to(TESTS)))
    assert told == found
