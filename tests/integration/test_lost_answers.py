"""The answer to a redemption or a refresh is lost on its way, after the server has done its part."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jwt
import pytest
import requests

from functions.domain.client import DEVICE_CODE_GRANT, REFRESH_GRANT
from functions.domain.pkce import challenge_of
from functions.routes import TOKEN
from tests.device import CLIENT_ID, Device
from tests.lossy import Wire, lossy_wire

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.stack import Stack

SCOPE = "deploy:read offline_access"
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
PROMISE = {"code_challenge": challenge_of(VERIFIER) or "", "code_challenge_method": "S256"}


@pytest.fixture(scope="module")
def wire(stack: Stack) -> Iterator[Wire]:
    with lossy_wire(stack.issuer) as wire:
        yield wire


def ask(wire: Wire, **form: str) -> requests.Response:
    return requests.post(wire.origin + TOKEN, data={"client_id": CLIENT_ID, **form}, timeout=60)


def lose(wire: Wire, **form: str) -> None:
    """Ask, and hear nothing."""
    wire.lose_next = True
    with pytest.raises(requests.ConnectionError):
        ask(wire, **form)
    assert not wire.lose_next


def sessions_in_the_log(stack: Stack) -> int:
    return sum('"redeemed"' in line for line in stack.logs("poll"))


@pytest.mark.row("D71", "F2")
def test_a_tool_that_proves_itself_fetches_the_session_that_it_has_missed(stack: Stack, wire: Wire) -> None:
    device = Device(stack, scope=SCOPE, **PROMISE)
    device.approve()
    poll = {"grant_type": DEVICE_CODE_GRANT, "device_code": device.codes["device_code"], "code_verifier": VERIFIER}
    before = sessions_in_the_log(stack)
    lose(wire, **poll)
    answers = [ask(wire, **poll) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200], answers[0].text
    first, again = (answer.json() for answer in answers)
    assert first["refresh_token"] == again["refresh_token"]
    sids = {jwt.decode(tokens["access_token"], options={"verify_signature": False})["sid"] for tokens in (first, again)}
    assert len(sids) == 1
    assert sessions_in_the_log(stack) == before + 1, "more than one session was opened"
    assert device.refresh(first["refresh_token"]).status_code == 200


@pytest.mark.row("D71", "F2")
def test_a_tool_without_a_proof_logs_in_anew(stack: Stack, wire: Wire) -> None:
    device = Device(stack, scope=SCOPE)
    browser = device.approve()
    poll = {"grant_type": DEVICE_CODE_GRANT, "device_code": device.codes["device_code"]}
    lose(wire, **poll)
    answer = ask(wire, **poll)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")
    anew = Device(stack, scope=SCOPE)
    anew.approve(browser)
    assert "refresh_token" in ask(wire, grant_type=DEVICE_CODE_GRANT, device_code=anew.codes["device_code"]).json()


@pytest.mark.row("S04")
def test_a_refresh_that_was_not_heard_is_asked_for_again(stack: Stack, wire: Wire) -> None:
    device = Device(stack, scope=SCOPE)
    device.approve()
    refresh = {"grant_type": REFRESH_GRANT, "refresh_token": device.poll().json()["refresh_token"]}
    lose(wire, **refresh)
    first, again = (ask(wire, **refresh).json()["refresh_token"] for _ in range(2))
    assert first == again != refresh["refresh_token"]
    assert device.refresh(first).status_code == 200
