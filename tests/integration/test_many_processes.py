"""Real processes of one tool, all with the same refresh token: they share one session, and none is logged out."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jwt
import pytest

from tests.device import CLIENT_ID, Device

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.stack import Stack

ROOT = Path(__file__).parents[2]
PROCESSES = 20
# Fifty are run against the table alone in tests/contracts/test_races.py: here each costs twenty signatures.
ROUNDS = 5


class Worker:
    """One process, see tests/refresher.py."""

    def __init__(self, issuer: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.refresher", issuer, CLIENT_ID],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def start(self, token: str) -> None:
        """Have it refresh with this token."""
        assert self.process.stdin
        self.process.stdin.write(f"{token}\n")
        self.process.stdin.flush()

    def result(self) -> dict[str, Any]:
        """Wait for what came of it."""
        assert self.process.stdout
        found: dict[str, Any] = json.loads(self.process.stdout.readline())
        return found

    def end(self) -> None:
        """Close its input, which ends it."""
        self.process.communicate(timeout=30)


@contextmanager
def working(issuer: str) -> Iterator[list[Worker]]:
    workers = [Worker(issuer) for _ in range(PROCESSES)]
    try:
        yield workers
    finally:
        for worker in workers:
            worker.end()


def generation(stack: Stack, access_token: str) -> int:
    """Return how often the session has been refreshed, from the table."""
    claims = jwt.decode(access_token, options={"verify_signature": False})
    key = {"pk": {"S": f"user#{claims['sub']}"}, "sk": {"S": f"session#{claims['sid']}"}}
    item = stack.client("dynamodb").get_item(TableName=stack.table, Key=key, ConsistentRead=True)["Item"]
    return int(item["generation"]["N"])


@pytest.mark.row("S01", "S04", "S05")
def test_twenty_processes_refresh_one_session_round_after_round(stack: Stack) -> None:
    device = Device(stack, scope="deploy:read offline_access")
    device.approve()
    tokens = device.poll().json()
    refresh_token = tokens["refresh_token"]
    with working(stack.issuer) as workers:
        for _ in range(ROUNDS):
            for worker in workers:
                worker.start(refresh_token)
            results = [worker.result() for worker in workers]
            assert [result["status"] for result in results] == [200] * PROCESSES, results
            before, [refresh_token] = refresh_token, {result["refresh_token"] for result in results}
            assert refresh_token != before
    assert generation(stack, tokens["access_token"]) == ROUNDS
