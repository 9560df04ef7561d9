"""A function stands in one row: everything else that knows of it derives from the row, or is held to it here."""

from __future__ import annotations

import ast
import re
import tomllib
from typing import TYPE_CHECKING, Any

from functions.api import ROUTES
from functions.store import keys
from infra.functions import FUNCTIONS
from infra.tools import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PREFIXES = {value for name, value in vars(keys).items() if name.isupper() and value.endswith("#")}
# As a text of its own or in an expression, but not as a placeholder there, such as #pk.
NAMES = re.compile(rf"(?<![#:\w])({keys.PARTITION_KEY}|{keys.SORT_KEY}|{keys.TTL_ATTRIBUTE})\b")


def groups() -> dict[str, list[Any]]:
    read: dict[str, list[Any]] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]
    return read


def texts_in(file: Path) -> Iterator[str]:
    """Yield the texts of a module, parts of f-strings included, but for its docstrings."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            yield node.value


def test_each_folder_with_a_handler_has_a_row_and_each_row_has_routes() -> None:
    folders = {file.parent.name for file in (ROOT / "functions").glob("*/handler.py")}
    assert folders == FUNCTIONS.keys() == {route.function for route in ROUTES}


def test_each_row_names_a_dependency_group_that_the_tests_install_too() -> None:
    installed = [entry.get("include-group") for entry in groups()["dev"]]
    for function in FUNCTIONS.values():
        assert function.group in groups()
        assert function.group in installed


def test_a_row_tells_a_function_of_what_it_may_use_and_of_nothing_else() -> None:
    for name, function in FUNCTIONS.items():
        told = {variable.removeprefix("TALLYSTICK_") for variable in function.environment}
        assert ("TABLE" in told) is bool(function.table), name
        assert ("SIGNING_KEYS" in told) is bool(function.signing_keys), name
        assert ("PROVIDER_SECRET_ARN" in told) is (function.secrets == "provider"), name


def test_only_the_store_spells_how_keys_are_named_and_begin() -> None:
    """A prefix written a second time could drift from the items: a right that fits nothing, or a person not found."""
    spelled = [
        f"{file.relative_to(ROOT)}: {text!r}"
        for file in (ROOT / "infra").rglob("*.py")
        for text in texts_in(file)
        if NAMES.search(text) or any(prefix in text for prefix in PREFIXES)
    ]
    assert PREFIXES
    assert spelled == []
