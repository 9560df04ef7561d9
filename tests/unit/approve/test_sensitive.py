"""Scopes that need a fresher sign-in than others."""

from __future__ import annotations

import pytest

from tests.server import ADA, BOB, Server

CLIENT = "operations"
STALE = (401, "fresh_sign_in_required")


@pytest.fixture
def server() -> Server:
    return Server()


def start(server: Server, scope: str = "openid erase") -> dict[str, str]:
    return server.start(CLIENT, scope=scope)


@pytest.mark.row("N06")
def test_the_page_is_told_which_scopes_are_sensitive(server: Server) -> None:
    shown = server.sign_in().lookup(start(server)["user_code"]).json
    assert [(scope["scope"], scope["sensitive"]) for scope in shown["scopes"]] == [("openid", False), ("erase", True)]


@pytest.mark.row("N06", "W13")
def test_a_sensitive_scope_is_neither_shown_nor_approved_with_an_older_sign_in(server: Server) -> None:
    code = start(server)["user_code"]
    browser = server.sign_in(ago=290)
    assert browser.lookup(code).status == 200
    server.clock.now += 11
    for answer in (browser.decide(code, "approve"), browser.lookup(code)):
        assert (answer.status, answer.error) == STALE
    assert browser.decide(code, "deny").json == {"state": "denied"}


@pytest.mark.row("N06")
def test_the_same_sign_in_is_fresh_enough_for_other_scopes_of_that_client(server: Server) -> None:
    code = start(server, "openid")["user_code"]
    browser = server.sign_in(ago=301)
    assert browser.lookup(code).status == 200
    assert browser.decide(code, "approve").status == 200


@pytest.mark.row("N06")
def test_a_code_opened_with_a_stale_sign_in_waits_for_the_same_person_s_fresh_one(server: Server) -> None:
    codes = start(server)
    code = codes["user_code"]
    stale = server.sign_in(ADA, ago=301).lookup(code)
    assert (stale.status, stale.error) == STALE
    assert server.sign_in(BOB).lookup(code).error == "unknown_code"
    fresh = server.sign_in(ADA)
    assert fresh.lookup(code).status == 200
    assert fresh.decide(code, "approve").status == 200
    assert server.ask(codes, CLIENT).status == 200


@pytest.mark.row("N06")
def test_a_wrong_code_says_nothing_of_the_sign_in(server: Server) -> None:
    assert server.sign_in(ago=301).lookup("BBBB-BBBB").error == "unknown_code"
