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
ROUNDS = 50


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


def logged_in(stack: Stack) -> dict[str, Any]:
    device = Device(stack, scope="deploy:read offline_access")
    device.approve()
    tokens: dict[str, Any] = device.poll().json()
    return tokens


def all_at_once(workers: list[Worker], token: str) -> list[dict[str, Any]]:
    """Have all of them refresh with this token; return what each got."""
    for worker in workers:
        worker.start(token)
    return [worker.result() for worker in workers]


def generation(stack: Stack, access_token: str) -> int:
    """Return how often the session has been refreshed, from the table."""
    claims = jwt.decode(access_token, options={"verify_signature": False})
    key = {"pk": {"S": f"user#{claims['sub']}"}, "sk": {"S": f"session#{claims['sid']}"}}
    item = stack.client("dynamodb").get_item(TableName=stack.table, Key=key, ConsistentRead=True)["Item"]
    return int(item["generation"]["N"])


@pytest.mark.timeout(900)  # a thousand refreshes: 50 s on two cores that have nothing else to do
@pytest.mark.row("S01", "S04", "S05")
def test_twenty_processes_refresh_one_session_fifty_times_and_nobody_is_logged_out(stack: Stack) -> None:
    spare, tokens = logged_in(stack), logged_in(stack)
    refresh_token = tokens["refresh_token"]
    with working(stack.issuer) as workers:
        # Twenty cold starts on a small machine can take longer than the 30 s for which a token may be replayed.
        all_at_once(workers, spare["refresh_token"])
        for _ in range(ROUNDS):
            results = all_at_once(workers, refresh_token)
            assert [result for result in results if result["status"] != 200] == []
            before, [refresh_token] = refresh_token, {result["refresh_token"] for result in results}
            assert refresh_token != before
    assert generation(stack, tokens["access_token"]) == ROUNDS
