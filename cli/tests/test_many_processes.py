"""Many processes, one login: races for the refresh token, and deaths at any moment."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from tallystick import DeviceLogin, Store
from tallystick.testing import FakeIssuer

HERE = Path(__file__).parent
PROCESSES = 20
EXPIRIES = 50
KILLS = 1000


def start(stack: ExitStack, program: str, *arguments: str) -> subprocess.Popen[str]:
    process = stack.enter_context(
        subprocess.Popen(
            [sys.executable, str(HERE / program), *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
    )
    stack.callback(process.kill)
    return process


@pytest.mark.row("L6")
def test_twenty_processes_and_fifty_expiries_make_fifty_rotations_and_lose_no_login(tmp_path: Path) -> None:
    issuer, folder = FakeIssuer(), str(tmp_path / "acme")
    with ExitStack() as stack:
        url = stack.enter_context(issuer.serve())
        auth = DeviceLogin(url, client_id="acme-cli", app="acme", insecure=True, store=Store.in_files(folder))
        auth.resume(auth.start())
        processes = [start(stack, "racing.py", url, folder) for _ in range(PROCESSES)]
        answers = []
        for _ in range(EXPIRIES):
            issuer.expire_access_tokens()
            for process in processes:
                assert process.stdin
                process.stdin.write("go\n")
                process.stdin.flush()
            answers += [process.stdout.readline().strip() for process in processes if process.stdout]
    assert answers == ["200"] * PROCESSES * EXPIRIES
    assert (issuer.rotations, issuer.reuses) == (EXPIRIES, 0)


@pytest.mark.row("L5")
@pytest.mark.skipif(os.name != "posix", reason="there is no fork and no SIGKILL")
def test_a_thousand_processes_killed_at_any_moment_leave_no_unreadable_store(tmp_path: Path) -> None:
    with ExitStack() as stack:
        process = start(stack, "killing.py", str(tmp_path / "acme"), str(KILLS))
        said, _ = process.communicate(timeout=200)
    whole, logins, left = map(int, said.split())
    assert (whole, left) == (KILLS, 0)
    # Else the deaths came before there was anything to lose.
    assert logins > KILLS / 2
