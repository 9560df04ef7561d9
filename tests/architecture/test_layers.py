"""The import contracts name every use case: one that is new and in no list would be free to import anything."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
NO_USE_CASES = {"__init__", "handler", "app", "endpoint", "own_sessions_endpoint"}


def contracts() -> list[dict[str, Any]]:
    read = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = read["tool"]["importlinter"]["contracts"]
    return found


def contract(name: str) -> dict[str, Any]:
    [found] = [found for found in contracts() if found["name"] == name]
    return found


def test_every_use_case_is_held_to_the_domain() -> None:
    folders = contract("A function is a handler on an app on endpoints on use cases")["containers"]
    modules = {
        f"{folder}.{file.stem}"
        for folder in folders
        for file in (ROOT / folder.replace(".", "/")).glob("*.py")
        if file.stem not in NO_USE_CASES
    }
    assert modules == set(contract("Use cases know the domain only")["source_modules"])


def test_every_function_has_the_same_shape() -> None:
    functions = {f"functions.{file.parent.name}" for file in (ROOT / "functions").glob("*/handler.py")}
    assert functions == set(contract("A function is a handler on an app on endpoints on use cases")["containers"])
