"""POST /oauth2/token with a refresh token, from API Gateway's event to its answer (RFC 6749 §6, RFC 9700 §4.14)."""

from __future__ import annotations

import base64
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from functions.domain.client import REFRESH_GRANT
from functions.domain.errors import StoreUnavailable
from functions.routes import TOKEN
from tests.server import ADA, CI_SECRET, SETTINGS, Server

if TYPE_CHECKING:
    import io

    from functions.domain.session.session import Session
    from tests.events import Answer

SCOPE = "deploy email offline_access"
DAY = 24 * 3600
GONE = (400, "invalid_grant")


@pytest.fixture
def server() -> Server:
    return Server()


def refused(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.error


def logged_in(server: Server, client_id: str = "acme-cli", **secret: str) -> str:
    """Log in for good; return the refresh token."""
    answer = server.ask(server.approved(client_id=client_id, scope=SCOPE, **secret), client_id, **secret)
    return str(answer.json["refresh_token"])


def renewed(answer: Answer) -> str:
    assert answer.status == 200, answer.text
    return str(answer.json["refresh_token"])


def sessions(server: Server) -> tuple[Session, ...]:
    return tuple(server.sessions.items.values())


@pytest.mark.row("D62")
def test_a_login_for_offline_access_gets_a_refresh_token(server: Server) -> None:
    answer = server.ask(server.approved(scope=SCOPE))
    assert answer.json.keys() == {"access_token", "token_type", "expires_in", "scope", "refresh_token"}
    assert answer.json["refresh_token"].startswith("ts_")
    assert answer.json["scope"] == SCOPE


@pytest.mark.row("D62")
def test_a_login_without_offline_access_gets_none_and_ends_with_its_access_token(server: Server) -> None:
    assert "refresh_token" not in server.ask(server.approved(scope="deploy")).json
    [session] = sessions(server)
    assert session.expires_at == server.clock.now + 900


@pytest.mark.row("D62")
def test_a_client_that_may_not_refresh_gets_no_refresh_token(server: Server) -> None:
    codes = server.approved(scope=SCOPE, client_id="no-refresh")
    assert "refresh_token" not in server.ask(codes, "no-refresh").json


def test_an_access_token_says_which_session_it_belongs_to(server: Server) -> None:
    token = logged_in(server)
    server.refresh(token)
    [session] = sessions(server)
    assert {minted["sid"] for minted in server.tokens.minted} == {session.session_id}


@pytest.mark.row("S01", "O01")
def test_a_refresh_gives_a_new_access_token_and_a_new_refresh_token(server: Server) -> None:
    first = logged_in(server)
    answer = server.refresh(first)
    assert answer.json == {
        "access_token": "token-1",
        "token_type": "Bearer",
        "expires_in": 900,
        "scope": SCOPE,
        "refresh_token": renewed(answer),
    }
    assert answer.json["refresh_token"] != first
    assert answer.headers["cache-control"] == "no-store"
    assert server.tokens.minted[1]["scopes"] == ("deploy", "email", "offline_access")


@pytest.mark.row("S01")
def test_a_session_goes_on_refresh_after_refresh(server: Server) -> None:
    token = logged_in(server)
    for _ in range(10):
        server.clock.now += 3600
        token = renewed(server.refresh(token))
    [session] = sessions(server)
    assert (session.generation, session.used_at) == (10, int(server.clock.now))


@pytest.mark.row("S04")
def test_the_same_token_again_within_moments_gives_the_same_successor(server: Server) -> None:
    first = logged_in(server)
    second = renewed(server.refresh(first))
    server.clock.now += 30
    again = server.refresh(first)
    assert renewed(again) == second
    assert again.json["access_token"] == "token-2"
    assert renewed(server.refresh(second)) != second


@pytest.mark.row("S02")
@pytest.mark.parametrize("late", [30.001, 3600.0])
def test_the_same_token_again_later_ends_the_family(server: Server, late: float) -> None:
    first = logged_in(server)
    second = renewed(server.refresh(first))
    server.clock.now += late
    assert refused(server.refresh(first)) == GONE
    assert sessions(server) == ()
    assert refused(server.refresh(second)) == GONE


@pytest.mark.row("S02")
def test_a_token_two_generations_old_ends_the_family_at_once(server: Server) -> None:
    first = logged_in(server)
    third = renewed(server.refresh(renewed(server.refresh(first))))
    assert refused(server.refresh(first)) == GONE
    assert refused(server.refresh(third)) == GONE


@pytest.mark.row("S02")
def test_a_theft_ends_one_family_and_leaves_the_person_s_others_alone(server: Server) -> None:
    first, other = logged_in(server), logged_in(server)
    server.refresh(renewed(server.refresh(first)))
    assert refused(server.refresh(first)) == GONE
    assert server.refresh(other).status == 200


@pytest.mark.row("S02")
def test_a_theft_leaves_a_line_for_the_audit_without_any_secret(server: Server, log: io.StringIO) -> None:
    first = logged_in(server)
    [session] = sessions(server)
    second = renewed(server.refresh(first))
    third = renewed(server.refresh(second))
    server.refresh(first)
    lines = [json.loads(line) for line in log.getvalue().splitlines() if '"outcome"' in line]
    [audit] = [line for line in lines if line["outcome"] == "refresh_reuse"]
    assert audit["user_id"] == ADA.user_id
    assert (audit["session_id"], audit["client_id"]) == (session.session_id, "acme-cli")
    assert (audit["address"], audit["status"]) == ("203.0.113.7", 400)
    for token in (first, second, third):
        assert token not in log.getvalue()
        assert token.removeprefix("ts_")[43:] not in log.getvalue()


@pytest.mark.row("S03")
def test_a_session_that_was_idle_for_too_long_is_over(server: Server) -> None:
    first = logged_in(server)
    server.clock.now += 14 * DAY - 1
    second = renewed(server.refresh(first))
    server.clock.now += 14 * DAY
    assert refused(server.refresh(second)) == GONE


@pytest.mark.row("S03")
def test_a_session_is_over_after_ninety_days_however_much_it_is_used(server: Server) -> None:
    token = logged_in(server)
    for _ in range(8):
        server.clock.now += 11 * DAY
        token = renewed(server.refresh(token))
    server.clock.now += 2 * DAY
    assert refused(server.refresh(token)) == GONE


@pytest.mark.row("S03")
def test_a_token_that_is_over_is_no_theft(server: Server, log: io.StringIO) -> None:
    first = logged_in(server)
    server.refresh(first)
    server.clock.now += 90 * DAY
    assert refused(server.refresh(first)) == GONE
    assert "refresh_reuse" not in log.getvalue()


@pytest.mark.row("S05")
def test_twenty_refreshes_at_once_give_one_successor_and_nobody_is_logged_out_fifty_times_over(server: Server) -> None:
    token = logged_in(server)
    for round_number in range(1, 51):
        with ThreadPoolExecutor(20) as pool:
            answers = list(pool.map(server.refresh, [token] * 20))
        [token] = {renewed(answer) for answer in answers}
        [session] = sessions(server)
        assert session.generation == round_number


@pytest.mark.row("O06")
def test_another_client_s_refresh_token_is_invalid_and_still_works_for_its_own(server: Server) -> None:
    token = logged_in(server)
    assert refused(server.refresh(token, "plain")) == GONE
    assert server.refresh(token).status == 200


@pytest.mark.row("O06", "S02")
def test_another_client_cannot_end_a_family_with_an_old_token(server: Server) -> None:
    first = logged_in(server)
    third = renewed(server.refresh(renewed(server.refresh(first))))
    assert refused(server.refresh(first, "plain")) == GONE
    assert server.refresh(third).status == 200


def test_a_confidential_client_proves_itself_when_it_refreshes(server: Server) -> None:
    token = logged_in(server, "acme-ci", client_secret=CI_SECRET)
    assert refused(server.refresh(token, "acme-ci")) == (401, "invalid_client")
    assert server.refresh(token, "acme-ci", client_secret=CI_SECRET).status == 200


@pytest.mark.row("O07")
def test_a_wider_scope_is_refused_and_costs_nothing(server: Server) -> None:
    token = logged_in(server)
    assert refused(server.refresh(token, scope="deploy openid")) == (400, "invalid_scope")
    assert server.refresh(token).json["scope"] == SCOPE


@pytest.mark.row("O07")
def test_a_narrower_scope_narrows_that_access_token_only(server: Server) -> None:
    token = logged_in(server)
    answer = server.refresh(token, scope="email")
    assert answer.json["scope"] == "email"
    assert server.tokens.minted[-1]["scopes"] == ("email",)
    assert server.refresh(renewed(answer)).json["scope"] == SCOPE


@pytest.mark.row("O07")
def test_a_malformed_scope_is_refused(server: Server) -> None:
    assert refused(server.refresh(logged_in(server), scope='"')) == (400, "invalid_scope")


def without_scope(server: Server, *taken: str) -> Server:
    """Return the server after the operator took scopes from the client."""
    acme = SETTINGS.clients["acme-cli"]
    kept = tuple(scope for scope in acme.allowed_scopes if scope not in taken)
    later = Server(replace(SETTINGS, clients={"acme-cli": replace(acme, allowed_scopes=kept)}))
    later.sessions.items.update(server.sessions.items)
    later.users.save(ADA)
    return later


@pytest.mark.row("D64")
def test_a_scope_that_the_client_lost_since_is_refused_at_a_refresh_too(server: Server) -> None:
    token = logged_in(server)
    later = without_scope(server, "deploy")
    assert refused(later.refresh(token)) == (400, "invalid_scope")
    assert later.tokens.minted == []
    assert later.refresh(token, scope="email").json["scope"] == "email"


@pytest.mark.row("D65")
def test_a_person_disabled_since_gets_no_token_and_enabling_them_revives_none(server: Server) -> None:
    token = logged_in(server)
    server.disable(ADA)
    assert refused(server.refresh(token)) == GONE
    assert len(server.tokens.minted) == 1
    server.clock.now += 5
    server.enable(ADA)
    assert refused(server.refresh(token)) == GONE
    assert server.refresh(logged_in(server)).status == 200


@pytest.mark.row("S08")
def test_a_client_that_lost_offline_access_refreshes_no_more(server: Server) -> None:
    token = logged_in(server)
    assert refused(without_scope(server, "offline_access").refresh(token)) == GONE


@pytest.mark.row("D65")
def test_a_person_who_is_gone_gets_no_token(server: Server) -> None:
    token = logged_in(server)
    server.users.people.clear()
    assert refused(server.refresh(token)) == GONE


def test_a_session_that_was_ended_is_not_refreshed(server: Server) -> None:
    token = logged_in(server)
    server.sessions.end_all(ADA.user_id)
    assert refused(server.refresh(token)) == GONE


def test_a_session_that_was_ended_while_it_was_refreshed_stays_so(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    token = logged_in(server)
    rotate = server.sessions.rotate

    def too_late(session: Session, now: float) -> Session | None:
        server.sessions.end_all(ADA.user_id)
        return rotate(session, now)

    monkeypatch.setattr(server.sessions, "rotate", too_late)
    assert refused(server.refresh(token)) == GONE
    assert sessions(server) == ()


def test_a_client_that_may_not_refresh_is_told_so(server: Server) -> None:
    assert refused(server.refresh(logged_in(server), "no-refresh")) == (400, "unauthorized_client")


@pytest.mark.parametrize("text", ["ts_", "nonsense", "ts_ü", "ts_" + "A" * 86, "ts_" + "A" * 87])
def test_an_unknown_refresh_token_is_invalid(server: Server, text: str) -> None:
    logged_in(server)
    assert refused(server.refresh(text)) == GONE
    assert len(sessions(server)) == 1


def test_a_missing_refresh_token_is_said(server: Server) -> None:
    form: dict[str, Any] = {"grant_type": REFRESH_GRANT, "client_id": "acme-cli"}
    answer = server.poll.form(TOKEN, form)
    assert refused(answer) == (400, "invalid_request")
    assert "refresh_token" in answer.json["error_description"]


def test_who_knows_a_session_s_id_and_person_cannot_end_it(server: Server) -> None:
    """Both stand in every access token; a refresh token of the family does not follow from them."""
    token = logged_in(server)
    [session] = sessions(server)
    digits = session.user_id.removeprefix("usr_") + session.session_id.removeprefix("ses_") + "00" * 32
    made_up = "ts_" + base64.urlsafe_b64encode(bytes.fromhex(digits)).decode().rstrip("=")
    assert refused(server.refresh(made_up)) == GONE
    assert server.refresh(token).status == 200


@pytest.mark.row("F1")
def test_a_table_that_does_not_answer_is_no_oauth_error(server: Server) -> None:
    token = logged_in(server)
    server.sessions.unavailable = True
    answer = server.refresh(token)
    assert (answer.status, answer.headers["retry-after"]) == (503, "5")
    assert "error" not in answer.json
    server.sessions.unavailable = False
    assert server.refresh(token).status == 200


@pytest.mark.row("F3")
def test_however_long_the_key_service_is_down_nobody_is_logged_out(server: Server) -> None:
    token = logged_in(server)
    server.tokens.fault = StoreUnavailable()
    for _ in range(3):
        server.clock.now += 60
        answer = server.refresh(token)
        assert answer.status == 503
        assert "error" not in answer.json
    server.tokens.fault = None
    assert server.refresh(token).status == 200


@pytest.mark.row("F2")
def test_a_function_killed_after_the_write_leaves_the_successor_to_the_retry(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = logged_in(server)
    rotate = server.sessions.rotate

    def rotate_and_die(session: Session, now: float) -> None:
        rotate(session, now)
        raise SystemExit

    monkeypatch.setattr(server.sessions, "rotate", rotate_and_die)
    with pytest.raises(SystemExit):
        server.refresh(token)
    monkeypatch.undo()
    again = renewed(server.refresh(token))
    assert server.refresh(again).status == 200


@pytest.mark.row("D35")
def test_no_token_reaches_the_log(server: Server, log: io.StringIO) -> None:
    first = logged_in(server)
    answer = server.refresh(first)
    text = log.getvalue()
    assert '"refreshed"' in text
    for secret in (first, renewed(answer), answer.json["access_token"]):
        assert secret not in text
