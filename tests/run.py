"""All checks and all tests, one step after the other: what `python3 dev.py test` and the CI run.

Every step runs, whatever came of the one before. The end names each with its time, and last of all stands what pytest itself
said. The exit status is 0 only when all went well.
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.prepare import TESTS, NotPrepared, prepare_chromium, prepare_node_projects

_CLOSING = re.compile(r"^=+ .* in \d+\.\d+s.* =+$")
_LOGS = "tests/security/test_logs.py"
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")

Action = Callable[[], str]
"""Runs a step; returns what is to be said of it at the very end, mostly nothing. Raises StepFailed or NotPrepared."""

SERVICE = tuple(
    f"tests/{folder}" for folder in ("conformance", "infra", "integration", "performance", "releases", "security")
)
"""The folders of tests about the service and its stack; the other half is about the pages, the tool and the rules."""

Steps = dict[str, Action]


class StepFailed(Exception):
    """A step did not succeed; the text is to be said at the very end."""


def checks() -> Steps:
    """Return the steps that only read the code."""
    return {
        "ruff check": _program("ruff", "check"),
        "ruff format": _program("ruff", "format", "--check"),
        "mypy": _program("mypy"),
        "lint-imports": _program("lint-imports"),
    }


def quick() -> Steps:
    """Return the steps of a contributor's loop: all checks and the unit tests, without npm, Chromium or an emulator."""
    return _checks_beside(_pytest("tests/unit", "tests/architecture"))


def _checks_beside(units: Action) -> Steps:
    """Return the checks and the unit tests: types are one core's work, units the other's."""
    types = _one_after_the_other(_program("mypy"), _program("lint-imports"))
    return {
        "ruff check": _program("ruff", "check"),
        "ruff format": _program("ruff", "format", "--check"),
        "types and units": _side_by_side(types, units),
    }


def everything(arguments: list[str]) -> Steps:
    """Return all steps. With arguments for pytest there is one run of what they name."""
    prepare: Steps = {"node packages": prepare_node_projects, "chromium": prepare_chromium}
    if arguments:
        return {**checks(), **prepare, "tests": _pytest(*arguments)}
    return {
        **_checks_beside(_pytest("tests/unit")),
        **prepare,
        # Mostly they wait for servers, so two runs at once take little longer than one. Each has a deployed stack of its
        # own, and searches its logs in the end.
        "all other tests": _side_by_side(_pytest(*SERVICE), _pytest(*_others(), _LOGS, quiet=True)),
    }


def _others() -> list[str]:
    """Return every other folder of tests."""
    folders = [f"tests/{folder.name}" for folder in sorted(TESTS.iterdir()) if any(folder.rglob("test_*.py"))]
    return [*(folder for folder in folders if folder not in {*SERVICE, "tests/unit"}), "cli/tests"]


def run(steps: Steps) -> int:
    """Run the steps, print the summary, and return the exit status."""
    summary, sayings, failed = [], [], 0
    for number, (name, action) in enumerate(steps.items(), 1):
        print(f"\n[{number}/{len(steps)}] {name}", flush=True)
        started = time.monotonic()
        mark = "ok"
        try:
            said = action()
        except (StepFailed, NotPrepared) as failure:
            said, mark = str(failure), "FAILED"
            failed += 1
        summary.append(f"  {name:<16} {time.monotonic() - started:6.1f} s  {mark}")
        sayings += [name, said] if said else []
    verdict = f"{failed} of {len(steps)} steps failed." if failed else "All steps passed."
    print("", *summary, "", verdict, *sayings, sep="\n", flush=True)
    return 1 if failed else 0


def _program(name: str, *arguments: str) -> Action:
    def action() -> str:
        program = Path(sys.executable).with_name(name)
        if subprocess.run([program, *arguments], check=False).returncode:
            raise StepFailed
        return ""

    return action


def _pytest(*arguments: str, quiet: bool = False) -> Action:
    """Run pytest and keep its closing line. Its output is passed on as it comes, or, when `quiet`, all at the end."""

    def action() -> str:
        colour = "--color=yes" if sys.stdout.isatty() else "--color=auto"
        command = [sys.executable, "-m", "pytest", colour, *arguments]
        closing = "pytest did not finish"
        kept: list[str] = []
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, errors="replace") as process:
            for line in process.stdout or ():
                if quiet:
                    kept.append(line)
                else:
                    print(line, end="", flush=True)
                if _CLOSING.match(_COLOUR.sub("", line).strip()):
                    closing = line.strip()
        print(*kept, sep="", end="", flush=True)
        if process.returncode:
            raise StepFailed(closing)
        return closing

    return action


def _one_after_the_other(*actions: Action) -> Action:
    """Run the actions until one fails."""

    def all_of_them() -> str:
        return "\n".join(said for action in actions if (said := action()))

    return all_of_them


def _side_by_side(*actions: Action) -> Action:
    """Run the actions at the same time, and say what each of them says. One that fails does not stop the others."""

    def outcome(action: Action) -> tuple[str, bool]:
        try:
            return action(), True
        except StepFailed as failure:
            return str(failure), False

    def all_of_them() -> str:
        with ThreadPoolExecutor(len(actions)) as pool:
            outcomes = list(pool.map(outcome, actions))
        said = "\n".join(text for text, _ in outcomes)
        if not all(well for _, well in outcomes):
            raise StepFailed(said)
        return said

    return all_of_them


if __name__ == "__main__":
    which, *rest = sys.argv[1:]
    if rest[:1] == ["--quick"]:
        if rest[1:]:
            sys.exit("dev.py test --quick takes nothing more; for chosen tests: dev.py test PATH")
        sys.exit(run(quick()))
    sys.exit(run(checks() if which == "checks" else everything(rest)))
