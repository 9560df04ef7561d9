"""Many processes, one login: they race for the refresh token."""

from __future__ import annotations

import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from tallystick import DeviceLogin, Store
from tallystick.testing import FakeIssuer

RACING = Path(__file__).with_name("racing.py")
PROCESSES = 20
EXPIRIES = 50


def start(stack: ExitStack, *arguments: str) -> subprocess.Popen[str]:
    process = stack.enter_context(
        subprocess.Popen([sys.executable, str(RACING), *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
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
        processes = [start(stack, url, folder) for _ in range(PROCESSES)]
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
