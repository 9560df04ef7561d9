"""The lists of CONTRIBUTING.md are true: each names just the files in which its example stands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
SEARCHED = ("functions", "infra", "web", "pyproject.toml")
SUFFIXES = {".py", ".js", ".html", ".css", ".json", ".toml"}

LISTS = {
    title: (example, re.findall(r"^\d\. `([^`]+)`", body, re.MULTILINE))
    for title, example, body in re.findall(
        r"^### … ([^\n]+)\n\nAs `([^`]+)`:\n\n(.*?)(?=^###|\Z)", TEXT, re.MULTILINE | re.DOTALL
    )
}


def files() -> list[Path]:
    found = [path for name in SEARCHED for path in ([ROOT / name] if (ROOT / name).is_file() else (ROOT / name).rglob("*"))]
    return [path for path in found if path.suffix in SUFFIXES and not {"node_modules", "emulator"} & set(path.parts)]


def where(example: str) -> set[str]:
    """Return the files that have the example in their text or, like a language, in their name."""
    pattern = re.compile(example, re.MULTILINE)
    return {
        str(path.relative_to(ROOT))
        for path in files()
        if pattern.search(path.read_text(encoding="utf-8")) or pattern.fullmatch(path.stem)
    }


def test_there_is_a_list_for_all_that_grows() -> None:
    assert [*LISTS] == [
        "a dialect",
        "a state of a grant",
        "an error",
        "a claim of the identity provider",
        "a key of a client",
        "a key of the configuration",
        "a language of the pages",
        "a function",
    ]


@pytest.mark.parametrize("title", LISTS)
def test_a_list_names_the_files_in_which_its_example_stands_and_no_others(title: str) -> None:
    example, named = LISTS[title]
    assert len(named) == len(set(named))
    assert set(named) == where(example)


def test_every_folder_of_tests_is_described() -> None:
    folders = {
        f"tests/{file.parent.name}" for file in (ROOT / "tests").glob("*/__init__.py") if any(file.parent.rglob("test_*.py"))
    }
    rows = [line for line in TEXT.splitlines() if line.startswith("| `")]
    described = {folder for row in rows for folder in re.findall(r"`((?:cli/)?tests[^`]*)`", row.split("|")[1])}
    assert described - {"cli/tests"} == folders
