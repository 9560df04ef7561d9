"""Staying logged in, over HTTP, through CloudFront and API Gateway, into the functions as Lambda runs them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import jwt
import pytest

from functions.domain.pkce import challenge_of
from tests.device import Device, at_once, introspect

if TYPE_CHECKING:
    from tests.stack import Stack

PARALLEL = 20
SCOPE = "deploy:read offline_access"
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
PROMISE = {"code_challenge": challenge_of(VERIFIER) or "", "code_challenge_method": "S256"}


@pytest.mark.row("S01", "S02", "S04", "O31")
def test_a_stolen_token_ends_the_session_and_leaves_a_line_for_the_audit(stack: Stack) -> None:
    device = Device(stack, scope=SCOPE)
    device.approve()
    tokens = device.poll().json()
    assert introspect(stack, tokens["access_token"])["active"]
    first = tokens["refresh_token"]
    second = device.refreshed(first)
    assert device.refreshed(first) == second
    third = device.refreshed(second)
    for token in (first, third):
        answer = device.refresh(token)
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")
    assert introspect(stack, tokens["access_token"]) == {"active": False}
    lines = [json.loads(line) for line in stack.logs("poll") if '"refresh_reuse"' in line]
    claims = jwt.decode(tokens["access_token"], options={"verify_signature": False})
    [audit] = [line for line in lines if line["session_id"] == claims["sid"]]
    assert (audit["user_id"], audit["client_id"], audit["address"]) == (claims["sub"], claims["client_id"], "127.0.0.1")


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
