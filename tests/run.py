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
from pathlib import Path

from tests.prepare import NotPrepared, prepare_chromium, prepare_node_projects

_CLOSING = re.compile(r"^=+ .* in \d+\.\d+s.* =+$")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")

Action = Callable[[], str]
"""Runs a step; returns what is to be said of it at the very end, mostly nothing. Raises StepFailed or NotPrepared."""

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


def everything(arguments: list[str]) -> Steps:
    """Return all steps. With arguments for pytest there is one run of what they name."""
    prepare: Steps = {"node packages": prepare_node_projects, "chromium": prepare_chromium}
    if arguments:
        return {**checks(), **prepare, "tests": _pytest(*arguments)}
    return {**checks(), "unit tests": _pytest("tests/unit"), **prepare, "all other tests": _pytest("--ignore=tests/unit")}


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


def _pytest(*arguments: str) -> Action:
    """Run pytest, pass its output on, and keep its closing line."""

    def action() -> str:
        colour = "--color=yes" if sys.stdout.isatty() else "--color=auto"
        command = [sys.executable, "-m", "pytest", colour, *arguments]
        closing = "pytest did not finish"
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, errors="replace") as process:
            for line in process.stdout or ():
                print(line, end="", flush=True)
                if _CLOSING.match(_COLOUR.sub("", line).strip()):
                    closing = line.strip()
        if process.returncode:
            raise StepFailed(closing)
        return closing

    return action


if __name__ == "__main__":
    which, *rest = sys.argv[1:]
    sys.exit(run(checks() if which == "checks" else everything(rest)))
