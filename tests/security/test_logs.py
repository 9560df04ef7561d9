"""No code, token, cookie or secret stands in any log line of the whole run. These tests run last (tests/conftest.py)."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest
import requests

from functions import settings
from functions.api import ROUTES
from functions.domain.device_grant.codes import DeviceCode, UserCode
from functions.domain.secret import Secret
from functions.domain.session.refresh_token import RefreshToken
from functions.routes import TOKEN
from tests.device import Device
from tests.security.secrets_in_logs import findings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.stack import Stack

FUNCTIONS = sorted({route.function for route in ROUTES})


@pytest.mark.parametrize(
    "secret",
    [
        UserCode("WDJBMJHT").reveal(),
        UserCode("WDJBMJHT").shown(),
        DeviceCode.generate(UserCode("WDJBMJHT"), bytes).reveal(),
        RefreshToken("usr_" + "0" * 32, Secret("1" * 32), Secret("2" * 64)).reveal(),
        "tsa_" + "A" * 43,
        "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJodHRwczovL2xvZ2luIn0.c2ln",
        "__Host-tallystick-session=x",
        "ab" * 32,
        "Basic " + base64.b64encode(b"acme-ci:secret").decode(),
        "Bearer " + "x" * 20,
        "known words",
    ],
)
def test_the_search_finds_what_it_looks_for(secret: str) -> None:
    line = f'{{"message":"answered","note":"{secret}"}}'
    assert list(findings([line], ["known words"]))


def test_the_search_is_content_with_an_ordinary_line() -> None:
    line = '{"level":"INFO","message":"answered","path":"/oauth2/token","outcome":"redeemed","session_id":"ses_0a1b"}'
    assert list(findings([line], ["known words"])) == []


@pytest.mark.row("D35")
def test_no_log_line_of_the_whole_run_holds_a_secret(stack: Stack) -> None:
    use_every_kind_of_secret(stack)
    lines = [line for function in FUNCTIONS for line in stack.logs(function)]
    assert [line for line in lines if '"redeemed"' in line], "the functions' log lines are not where they were looked for"
    assert list(findings([*lines, *access_log(stack)], known_secrets(stack))) == []


def use_every_kind_of_secret(stack: Stack) -> None:
    """Make sure that there is something to find even when this test runs alone."""
    device = Device(stack)
    device.poll()
    device.approve()
    device.poll()
    device.poll()
    for client_id, secret in stack.local.clients.items():
        requests.post(stack.issuer + TOKEN, auth=(client_id, secret or ""), data={"grant_type": "x"}, timeout=30)


def access_log(stack: Stack) -> Iterator[str]:
    logs = stack.client("logs")
    for group in logs.describe_log_groups()["logGroups"]:
        for page in logs.get_paginator("filter_log_events").paginate(logGroupName=group["logGroupName"]):
            yield from (event["message"] for event in page["events"])


def known_secrets(stack: Stack) -> Iterator[str]:
    yield stack.user.password
    yield from (secret for secret in stack.local.clients.values() if secret)
    configuration = stack.client("lambda").get_function_configuration(FunctionName=stack.function("poll"))
    yield configuration["Environment"]["Variables"][settings.EDGE_SECRET]
