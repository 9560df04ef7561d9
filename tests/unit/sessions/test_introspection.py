"""POST /oauth2/introspect (RFC 7662), from API Gateway's event to its answer."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest

from functions.domain.client import DEVICE_CODE_GRANT
from functions.routes import INTROSPECT
from tests.server import ACME, ADA, CI_SECRET, ISSUER, SETTINGS, START, Server
from tests.unit.sessions.conftest import active, introspect, logged_in

DAY = 24 * 3600


@pytest.mark.row("O32", "O01")
def test_a_live_access_token_is_described_as_it_was_given(server: Server) -> None:
    tool = logged_in(server)
    answer = introspect(server, tool.access)
    assert (answer.status, answer.headers["cache-control"]) == (200, "no-store")
    assert answer.json == {
        "active": True,
        "iss": ISSUER,
        "sub": ADA.user_id,
        "aud": "https://api.example.com",
        "client_id": "acme-cli",
        "scope": "openid email profile deploy offline_access",
        "iat": int(START),
        "exp": int(START) + 900,
        "token_type": "Bearer",
    }


@pytest.mark.row("O32")
def test_a_live_refresh_token_is_described_by_its_session(server: Server) -> None:
    tool = logged_in(server)
    answer = introspect(server, tool.refresh).json
    assert (answer["active"], answer["sub"], answer["client_id"]) == (True, ADA.user_id, "acme-cli")
    assert (answer["iat"], answer["exp"]) == (int(START), int(START) + 14 * DAY)
    assert "token_type" not in answer


@pytest.mark.row("O32")
def test_a_narrower_token_is_described_by_its_own_scopes(server: Server) -> None:
    narrow = logged_in(server).refreshed(scope="deploy")
    assert introspect(server, narrow.access).json["scope"] == "deploy"
    assert "offline_access" in introspect(server, narrow.refresh).json["scope"]


@pytest.mark.row("O30")
@pytest.mark.parametrize(
    ("client_id", "client_secret"),
    [("", ""), ("acme-cli", ""), ("acme-ci", ""), ("acme-ci", "wrong"), ("nobody", "x"), ("acme-cli", "x")],
    ids=["nobody", "a public client", "no secret", "a wrong secret", "an unknown client", "a public client's secret"],
)
def test_who_cannot_prove_itself_learns_nothing(server: Server, client_id: str, client_secret: str) -> None:
    tool = logged_in(server)
    answer = introspect(server, tool.access, client_id, client_secret)
    assert (answer.status, answer.error) == (401, "invalid_client")


@pytest.mark.row("O30", "O02")
def test_a_wrong_secret_in_the_header_is_answered_with_a_challenge(server: Server) -> None:
    for pair in ("acme-ci:wrong", "acme-cli:"):
        basic = "Basic " + base64.b64encode(pair.encode()).decode()
        answer = server.after_login.form(INTROSPECT, {"token": "x"}, Authorization=basic)
        assert (answer.status, answer.headers["www-authenticate"]) == (401, 'Basic realm="tallystick"')


@pytest.mark.row("O31")
@pytest.mark.parametrize("token", ["nonsense", "ts_nonsense", "token-99", "a.b.c", "x" * 4000])
def test_a_token_that_is_none_of_ours_is_inactive_and_nothing_else(server: Server, token: str) -> None:
    answer = introspect(server, token)
    assert (answer.status, answer.json) == (200, {"active": False})


@pytest.mark.row("O31")
def test_past_its_time_an_access_token_is_inactive_and_the_refresh_token_is_not(server: Server) -> None:
    tool = logged_in(server)
    server.clock.now += 899
    assert active(server, tool.access)
    server.clock.now += 1
    assert introspect(server, tool.access).json == {"active": False}
    assert active(server, tool.refresh)


@pytest.mark.row("O31", "S03")
def test_past_the_time_of_its_session_a_refresh_token_is_inactive(server: Server) -> None:
    tool = logged_in(server)
    server.clock.now += 14 * DAY
    assert introspect(server, tool.refresh).json == {"active": False}


@pytest.mark.row("O31")
def test_a_refresh_token_that_was_used_is_inactive_but_asking_about_it_ends_nothing(server: Server) -> None:
    tool = logged_in(server)
    after = tool.refreshed()
    server.clock.now += 600
    assert introspect(server, tool.refresh).json == {"active": False}
    assert active(server, after.refresh)


@pytest.mark.row("O31")
def test_a_refresh_token_of_a_client_that_may_not_refresh_any_more_is_inactive(server: Server) -> None:
    tool = logged_in(server)
    without = replace(SETTINGS.clients["acme-cli"], grant_types=(DEVICE_CODE_GRANT,))
    later = Server(replace(SETTINGS, clients={**SETTINGS.clients, "acme-cli": without}), stores=server)
    later.tokens.given.update(server.tokens.given)
    assert introspect(later, tool.refresh).json == {"active": False}
    assert active(later, tool.access)


@pytest.mark.row("O31", "D65")
def test_tokens_of_someone_disabled_are_inactive(server: Server) -> None:
    tool = logged_in(server)
    server.disable(ADA)
    assert introspect(server, tool.access).json == {"active": False}
    assert introspect(server, tool.refresh).json == {"active": False}


@pytest.mark.row("S02", "O31")
def test_a_stolen_refresh_token_makes_the_access_tokens_of_both_inactive(server: Server) -> None:
    tool = logged_in(server)
    after = tool.refreshed()
    server.clock.now += 60
    assert server.refresh(tool.refresh).status == 400
    assert not active(server, after.access)


@pytest.mark.row("O31")
def test_an_api_learns_nothing_of_a_token_for_another_audience(server: Server) -> None:
    tool = logged_in(server)
    for token in (tool.access, tool.refresh):
        answer = introspect(server, token, "other-api")
        assert (answer.status, answer.json) == (200, {"active": False})


@pytest.mark.row("O31")
def test_tokens_of_a_client_that_was_taken_out_of_the_registry_are_inactive() -> None:
    server = Server()
    tool = logged_in(server)
    fewer = {client_id: client for client_id, client in SETTINGS.clients.items() if client_id != "acme-cli"}
    later = Server(replace(SETTINGS, clients=fewer), stores=server)
    later.tokens.given.update(server.tokens.given)
    assert not active(later, tool.access)
    assert not active(later, tool.refresh)


def test_it_is_asked_by_post_with_a_form_and_a_token(server: Server) -> None:
    assert server.after_login.send("GET", INTROSPECT).headers["allow"] == "POST"
    answer = server.after_login.form(INTROSPECT, {"client_id": "acme-ci", "client_secret": CI_SECRET})
    assert (answer.status, answer.error) == (400, "invalid_request")


@pytest.mark.row("F1")
def test_while_the_table_is_down_no_token_is_called_inactive(server: Server) -> None:
    tool = logged_in(server)
    server.sessions.unavailable = True
    assert introspect(server, tool.access).status == 503


@pytest.mark.row("O33")
def test_a_scope_taken_from_the_client_is_not_reported_any_more(server: Server) -> None:
    tool = logged_in(server)
    kept = tuple(scope for scope in ACME.allowed_scopes if scope != "deploy")
    clients = {**SETTINGS.clients, ACME.client_id: replace(ACME, allowed_scopes=kept)}
    later = Server(replace(SETTINGS, clients=clients), stores=server)
    later.tokens.given.update(server.tokens.given)
    told = introspect(later, tool.access).json
    assert "deploy" not in told["scope"].split()
    assert told["active"]
