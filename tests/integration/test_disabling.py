"""The operator locks a person out by one command, on the deployed stack: at once, and until they say otherwise."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
import requests

from functions.routes import INTROSPECT
from infra.commands.users import main
from infra.local.configuration import CONFIDENTIAL_CLIENT, local_config
from tests.device import Device
from tests.sign_in import PlainBrowser

if TYPE_CHECKING:
    from tests.stack import Stack


@pytest.mark.row("D65", "O31")
def test_whoever_is_disabled_gets_no_token_by_any_way_and_enabling_them_revives_nothing(
    stack: Stack, capsys: pytest.CaptureFixture[str]
) -> None:
    person = stack.add_person("mallory@example.com", "Mallory")
    browser = PlainBrowser(stack.issuer).sign_in(person)
    logged_in, approved = Device(stack), Device(stack)
    logged_in.approve(browser)
    tokens = logged_in.poll().json()
    approved.approve(browser)

    now = int(time.time())  # noqa: TID251  the deployed functions have no other clock
    assert main(["disable", person.email], local_config(), stack.local.aws, now) == 0
    assert person.email in capsys.readouterr().out
    assert approved.poll().json()["error"] == "invalid_grant"
    assert logged_in.refresh(tokens["refresh_token"]).json()["error"] == "invalid_grant"
    assert not browser.get("/auth/session").json()["signed_in"]
    secret = str(stack.local.clients[CONFIDENTIAL_CLIENT])
    form = {"token": tokens["access_token"]}
    told = requests.post(stack.issuer + INTROSPECT, data=form, auth=(CONFIDENTIAL_CLIENT, secret), timeout=30).json()
    assert told == {"active": False}

    assert main(["enable", person.email], local_config(), stack.local.aws, now) == 0
    assert approved.poll().json()["error"] == "invalid_grant"
    assert logged_in.refresh(tokens["refresh_token"]).json()["error"] == "invalid_grant"
    assert not browser.get("/auth/session").json()["signed_in"]
    again = Device(stack)
    again.approve(PlainBrowser(stack.issuer).sign_in(person))
    assert again.poll().json()["access_token"]


def test_nobody_is_not_disabled_in_silence(stack: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["disable", "nobody@example.com"], local_config(), stack.local.aws, 0) == 1
    assert 'Nobody who ever signed in here is "nobody@example.com".' in capsys.readouterr().err
