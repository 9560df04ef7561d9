"""The package as a whole: what importing it loads, what it needs, and its table of rows."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import tallystick

TESTS = Path(__file__).parent
CLI = TESTS.parent
SOURCE = CLI / "src" / "tallystick"
LIBRARY = [path for path in SOURCE.rglob("*.py") if path.relative_to(SOURCE).parts[0] not in {"command", "testing"}]


def loaded_by(program: str) -> set[str]:
    """Return the modules that a fresh interpreter has after `program`, beyond what it starts with."""
    ends = "import sys, json\nbefore = set(sys.modules)\n{}\nprint(json.dumps(sorted(set(sys.modules) - before)))"
    done = subprocess.run([sys.executable, "-c", ends.format(program)], capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout))


@pytest.mark.row("L8")
def test_importing_the_library_loads_no_third_party_module() -> None:
    loaded = {name.partition(".")[0] for name in loaded_by("from tallystick import DeviceLogin")}
    assert loaded - sys.stdlib_module_names == {"tallystick"}


@pytest.mark.row("C9")
def test_a_cached_session_loads_no_http_client_no_keyring_and_nothing_heavy(tmp_path: Path) -> None:
    program = (
        "from tallystick import DeviceLogin, NotLoggedIn, Store, SystemKeyring\n"
        "auth = DeviceLogin('https://login.example.com', client_id='acme-cli',"
        f" store=Store.in_files({str(tmp_path)!r}, keyring=SystemKeyring('acme')))\n"
        "try:\n    auth.session()\nexcept NotLoggedIn:\n    pass"
    )
    loaded = {name.partition(".")[0] for name in loaded_by(program)}
    heavy = {
        "httpx2",
        "filelock",
        "keyring",
        "click",
        "rich",
        "asyncio",
        "anyio",
        "cryptography",
        "pydantic",
        "ssl",
        "webbrowser",
    }
    assert loaded & heavy == set()


@pytest.mark.row("L8")
def test_the_library_needs_two_packages_and_offers_the_others() -> None:
    project = tomllib.loads((CLI / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = sorted(re.split(r"[<>=]", need)[0] for need in project["dependencies"])
    assert names == ["filelock", "httpx2"]
    assert set(project["optional-dependencies"]) == {"cli", "keyring", "qr"}
    assert project["requires-python"] == ">=3.11"


@pytest.mark.row("L8")
def test_the_package_says_that_it_is_typed() -> None:
    assert (SOURCE / "py.typed").exists()


@pytest.mark.row("L1")
def test_the_library_never_prints_exits_or_handles_signals() -> None:
    found = []
    for path in LIBRARY:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            if called in {"print", "exit", "sys.exit", "os._exit", "signal.signal"} or called.startswith("sys.std"):
                found.append(f"{path.name}: {called}")
    assert found == []


@pytest.mark.row("L1")
def test_only_the_system_knows_the_real_clock_and_real_randomness() -> None:
    real = re.compile(r"\btime\.(time|monotonic|sleep)\b|\bsecrets\.\w|\brandom\.|\bos\.environ\b|\bsys\.std(err|out)\b")
    found = {path.name for path in LIBRARY if real.search(path.read_text(encoding="utf-8"))}
    assert found <= {"system.py", "browser.py"}


@pytest.mark.row("L8")
def test_everything_that_is_offered_is_there() -> None:
    assert [name for name in tallystick.__all__ if not hasattr(tallystick, name)] == []


def rows_promised() -> set[str]:
    return set(re.findall(r"^\| ([A-Z]+\d+) \|", (CLI / "ROWS.md").read_text(encoding="utf-8"), re.MULTILINE))


def rows_tested() -> set[str]:
    rows: set[str] = set()
    for path in TESTS.rglob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.row":
                rows |= {str(argument.value) for argument in node.args if isinstance(argument, ast.Constant)}
    return rows


def test_every_row_of_the_table_has_a_test() -> None:
    assert rows_promised()
    assert sorted(rows_promised() - rows_tested()) == []


def test_every_row_that_a_test_names_is_in_the_table() -> None:
    assert sorted(rows_tested() - rows_promised()) == []
