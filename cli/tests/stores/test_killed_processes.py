"""Processes that die at any moment, at work on one store."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

KILLING = Path(__file__).with_name("killing.py")
KILLS = 1000


@pytest.mark.row("L5")
@pytest.mark.skipif(os.name != "posix", reason="there is no fork and no SIGKILL")
def test_a_thousand_processes_killed_at_any_moment_leave_no_unreadable_store(tmp_path: Path) -> None:
    program = (sys.executable, str(KILLING), str(tmp_path / "acme"), str(KILLS))
    done = subprocess.run(program, capture_output=True, text=True, check=True, timeout=200)
    whole, logins, left = map(int, done.stdout.split())
    assert (whole, left) == (KILLS, 0)
    # Else the deaths came before there was anything to lose.
    assert logins > KILLS / 2
