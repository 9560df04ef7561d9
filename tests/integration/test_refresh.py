"""Staying logged in, over HTTP, through CloudFront and API Gateway, into the functions as Lambda runs them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from functions.grant.pkce import challenge_of
from tests.device import Device, at_once

if TYPE_CHECKING:
    from tests.stack import Stack

PARALLEL = 20
SCOPE = "deploy:read offline_access"
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
PROMISE = {"code_challenge": challenge_of(VERIFIER) or "", "code_challenge_method": "S256"}


def logged_in(stack: Stack) -> tuple[Device, str]:
    device = Device(stack, scope=SCOPE)
    device.approve()
    return device, device.poll().json()["refresh_token"]


def renewed(device: Device, refresh_token: str) -> str:
    answer = device.refresh(refresh_token)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["refresh_token"])


@pytest.mark.row("S01", "S02", "S04")
def test_a_stolen_token_ends_the_session_and_leaves_a_line_for_the_audit(stack: Stack) -> None:
    device, first = logged_in(stack)
    second = renewed(device, first)
    assert renewed(device, first) == second
    third = renewed(device, second)
    for token in (first, third):
        answer = device.refresh(token)
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")
    lines = [json.loads(line) for line in stack.logs("poll") if '"refresh_reuse"' in line]
    assert lines
    assert {"user_id", "session_id", "client_id", "address"} <= lines[-1].keys()


@pytest.mark.row("S05")
def test_twenty_refreshes_at_once_share_one_successor(stack: Stack) -> None:
    device, token = logged_in(stack)
    for _ in range(3):
        [token] = set(at_once(PARALLEL, lambda token=token: renewed(device, token)))  # type: ignore[misc]


@pytest.mark.row("D70", "D71", "F2")
def test_a_tool_that_proves_itself_gets_one_session_however_often_it_asks(stack: Stack) -> None:
    device = Device(stack, scope=SCOPE, **PROMISE)
    device.approve()
    answers = at_once(PARALLEL, lambda: device.poll(code_verifier=VERIFIER))
    assert {answer.status_code for answer in answers} == {200}
    [token] = {answer.json()["refresh_token"] for answer in answers}
    assert device.poll().json()["error"] == "invalid_grant"
    assert device.refresh(token).status_code == 200
    assert device.poll(code_verifier=VERIFIER).json()["error"] == "invalid_grant"
