"""A tool that proves itself (RFC 7636) can ask again for tokens that were lost on their way; nobody else can."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from functions.domain.pkce import challenge_of
from functions.routes import DEVICE_AUTHORIZATION
from tests.server import ADA, SETTINGS, Server

if TYPE_CHECKING:
    from tests.events import Answer

VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = challenge_of(VERIFIER) or ""
PROMISE = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}
SCOPE = "deploy offline_access"
GONE = (400, "invalid_grant")


@pytest.fixture
def server() -> Server:
    return Server()


def refused(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.error


def ask(server: Server, codes: dict[str, Any]) -> Answer:
    return server.ask(codes, code_verifier=VERIFIER)


@pytest.mark.row("D71")
def test_a_tool_that_keeps_its_promise_is_served(server: Server) -> None:
    codes = server.start(**PROMISE)
    assert refused(ask(server, codes)) == (400, "authorization_pending")
    assert ask(server, server.approved(**PROMISE)).status == 200


@pytest.mark.row("D71")
@pytest.mark.parametrize(
    "proof",
    [{}, {"code_verifier": ""}, {"code_verifier": VERIFIER[::-1]}, {"code_verifier": "short"}, {"code_verifier": CHALLENGE}],
)
def test_a_wrong_or_missing_verifier_is_invalid_before_and_after_the_decision(server: Server, proof: dict[str, str]) -> None:
    for codes in (server.start(**PROMISE), server.approved(**PROMISE)):
        assert refused(server.ask(codes, **proof)) == GONE
    assert ask(server, codes).status == 200


@pytest.mark.row("D71")
def test_a_wrong_verifier_does_not_count_as_a_poll(server: Server) -> None:
    codes = server.start(**PROMISE)
    assert refused(server.ask(codes)) == GONE
    assert refused(ask(server, codes)) == (400, "authorization_pending")


@pytest.mark.row("D71")
def test_a_verifier_that_nobody_announced_is_refused(server: Server) -> None:
    """Somebody may have taken the challenge out of the first request (RFC 9700 §4.8.2)."""
    assert refused(ask(server, server.start())) == GONE
    assert refused(ask(server, server.approved())) == GONE


@pytest.mark.row("D71")
@pytest.mark.parametrize(
    "promise",
    [
        {"code_challenge": CHALLENGE},
        {"code_challenge": CHALLENGE, "code_challenge_method": "plain"},
        {"code_challenge": CHALLENGE[:-1], "code_challenge_method": "S256"},
        {"code_challenge": CHALLENGE + "=", "code_challenge_method": "S256"},
        {"code_challenge_method": "S256"},
    ],
    ids=["no method", "plain", "short", "padded", "no challenge"],
)
def test_a_promise_that_proves_nothing_is_refused_when_codes_are_asked_for(server: Server, promise: dict[str, str]) -> None:
    answer = server.issue.form(DEVICE_AUTHORIZATION, {"client_id": "acme-cli", **promise})
    assert refused(answer) == (400, "invalid_request")
    assert "S256" in answer.json["error_description"]
    assert server.grants.items == {}


@pytest.mark.row("D71", "F2")
def test_an_answer_that_was_lost_can_be_had_again_for_a_minute(server: Server) -> None:
    codes = server.approved(scope=SCOPE, **PROMISE)
    lost = ask(server, codes).json
    server.clock.now += 60
    again = ask(server, codes).json
    assert again["refresh_token"] == lost["refresh_token"]
    assert again["scope"] == lost["scope"] == SCOPE
    assert len(server.sessions.items) == 1
    assert len({minted["sid"] for minted in server.tokens.minted}) == 1
    assert server.refresh(again["refresh_token"]).status == 200


@pytest.mark.row("D71")
def test_a_minute_later_it_is_gone(server: Server) -> None:
    codes = server.approved(**PROMISE)
    ask(server, codes)
    server.clock.now += 60.001
    assert refused(ask(server, codes)) == GONE


@pytest.mark.row("D71")
def test_after_the_first_refresh_it_is_gone(server: Server) -> None:
    codes = server.approved(scope=SCOPE, **PROMISE)
    server.refresh(ask(server, codes).json["refresh_token"])
    assert refused(ask(server, codes)) == GONE


@pytest.mark.row("D71")
def test_without_the_proof_it_is_gone_at_once(server: Server) -> None:
    codes = server.approved(**PROMISE)
    ask(server, codes)
    assert refused(server.ask(codes)) == GONE
    assert refused(server.ask(codes, code_verifier=VERIFIER[::-1])) == GONE
    assert ask(server, codes).status == 200


@pytest.mark.row("D71")
def test_a_tool_without_a_proof_gets_its_tokens_once(server: Server) -> None:
    codes = server.approved()
    assert server.ask(codes).status == 200
    assert refused(server.ask(codes)) == GONE


@pytest.mark.row("D71")
def test_a_session_that_was_ended_meanwhile_is_not_had_again(server: Server) -> None:
    codes = server.approved(**PROMISE)
    ask(server, codes)
    server.sessions.end_all(ADA.user_id)
    assert refused(ask(server, codes)) == GONE


@pytest.mark.row("D65", "D71")
def test_a_person_disabled_meanwhile_gets_nothing_again(server: Server) -> None:
    codes = server.approved(**PROMISE)
    ask(server, codes)
    server.disable(ADA)
    assert refused(ask(server, codes)) == GONE


@pytest.mark.row("D64", "D71")
def test_a_scope_that_the_client_lost_meanwhile_is_not_had_again(server: Server) -> None:
    codes = server.approved(scope=SCOPE, **PROMISE)
    ask(server, codes)
    acme = replace(SETTINGS.clients["acme-cli"], allowed_scopes=("openid",))
    later = Server(replace(SETTINGS, clients={"acme-cli": acme}), stores=server)
    assert refused(ask(later, codes)) == (400, "invalid_scope")


@pytest.mark.row("D70", "D71")
def test_of_sixteen_polls_at_once_a_tool_that_proves_itself_gets_one_session_sixteen_times(server: Server) -> None:
    codes = server.approved(scope=SCOPE, **PROMISE)
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: ask(server, codes), range(16)))
    assert {answer.status for answer in answers} == {200}
    assert len({answer.json["refresh_token"] for answer in answers}) == 1
    assert len(server.sessions.items) == 1


@pytest.mark.row("D70")
def test_of_sixteen_polls_at_once_without_a_proof_one_gets_a_session(server: Server) -> None:
    codes = server.approved(scope=SCOPE)
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: server.ask(codes), range(16)))
    assert sorted(answer.status for answer in answers) == [200] + [400] * 15
    assert {answer.error for answer in answers if answer.status == 400} == {"invalid_grant"}
    assert len(server.sessions.items) == 1
