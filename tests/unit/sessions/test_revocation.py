"""POST /oauth2/revoke (RFC 7009), from API Gateway's event to its answer."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest

from functions.routes import REVOKE
from tests.server import ADA, CI_SECRET, ISSUER, Server
from tests.unit.sessions.conftest import active, logged_in

if TYPE_CHECKING:
    import io


@pytest.mark.row("O20", "O23", "O01", "DF19")
def test_a_revoked_refresh_token_ends_its_session_and_all_tokens_of_it(server: Server) -> None:
    tool = logged_in(server)
    assert active(server, tool.access)
    assert active(server, tool.refresh)
    answer = tool.revoke(tool.refresh)
    assert (answer.status, answer.text, answer.headers["cache-control"]) == (200, "", "no-store")
    assert not active(server, tool.access)
    assert not active(server, tool.refresh)
    refused = server.refresh(tool.refresh)
    assert (refused.status, refused.error) == (400, "invalid_grant")


@pytest.mark.row("O20")
def test_a_revoked_access_token_ends_the_session_too(server: Server) -> None:
    """Nothing but the session can take a signed token back, and a tool that logs out may hold no other token."""
    tool = logged_in(server)
    assert tool.revoke(tool.access).status == 200
    assert not active(server, tool.access)
    assert server.refresh(tool.refresh).status == 400


@pytest.mark.row("O20")
def test_other_sessions_of_the_person_go_on(server: Server) -> None:
    tool, other = logged_in(server), logged_in(server)
    tool.revoke(tool.refresh)
    assert active(server, other.access)
    assert other.refreshed().access


def test_a_token_from_before_a_refresh_revokes_too_for_tools_refresh_while_they_log_out(server: Server) -> None:
    tool = logged_in(server)
    after = tool.refreshed()
    assert tool.revoke(tool.refresh).status == 200
    assert not active(server, after.access)


@pytest.mark.row("O21")
@pytest.mark.parametrize("token", ["nonsense", "ts_nonsense", "token-99", "ts_ü", "a.b.c"])
def test_an_unknown_token_is_no_error(server: Server, token: str) -> None:
    tool = logged_in(server)
    answer = tool.revoke(token)
    assert (answer.status, answer.text) == (200, "")
    assert active(server, tool.access)


@pytest.mark.row("O21")
@pytest.mark.parametrize("hint", ["access_token", "refresh_token", "id_token", "nonsense"])
def test_whatever_the_hint_the_token_is_found(server: Server, hint: str) -> None:
    by_refresh, by_access = logged_in(server), logged_in(server)
    by_refresh.revoke(by_refresh.refresh, token_type_hint=hint)
    by_access.revoke(by_access.access, token_type_hint=hint)
    assert server.sessions.items == {}


@pytest.mark.row("O22")
@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
def test_another_clients_token_is_not_revoked_and_the_client_is_told(server: Server, kind: str) -> None:
    tool = logged_in(server)
    answer = server.after_login.form(REVOKE, {"client_id": "plain", "token": tool.tokens[kind]})
    assert (answer.status, answer.error) == (400, "invalid_grant")
    assert active(server, tool.access)
    assert tool.refreshed().access


@pytest.mark.row("O25")
def test_revoking_twice_is_as_good_as_once(server: Server) -> None:
    tool = logged_in(server)
    assert [tool.revoke(tool.refresh).status for _ in range(3)] == [200] * 3


def test_a_token_whose_time_is_over_is_gone_already(server: Server) -> None:
    tool = logged_in(server)
    server.clock.now += 900
    assert tool.revoke(tool.access).status == 200
    assert tool.refreshed().access


def test_someone_disabled_can_still_log_out(server: Server) -> None:
    tool = logged_in(server)
    server.disable(ADA)
    assert tool.revoke(tool.refresh).status == 200
    assert server.sessions.items == {}


@pytest.mark.row("O20")
def test_a_confidential_client_must_prove_itself(server: Server) -> None:
    codes = server.approved(client_id="acme-ci", client_secret=CI_SECRET)
    token = server.ask(codes, "acme-ci", client_secret=CI_SECRET).json["access_token"]
    refused = server.after_login.form(REVOKE, {"client_id": "acme-ci", "token": token})
    assert (refused.status, refused.error) == (401, "invalid_client")
    assert active(server, token)
    basic = "Basic " + base64.b64encode(f"acme-ci:{CI_SECRET}".encode()).decode().replace(" ", "")
    assert server.after_login.form(REVOKE, {"token": token}, Authorization=basic).status == 200
    assert not active(server, token)


def test_who_does_not_say_which_client_or_which_token_gets_an_error(server: Server) -> None:
    tool = logged_in(server)
    nobody = server.after_login.form(REVOKE, {"token": tool.refresh})
    assert (nobody.status, nobody.error) == (401, "invalid_client")
    nothing = server.after_login.form(REVOKE, {"client_id": "acme-cli"})
    assert (nothing.status, nothing.error) == (400, "invalid_request")
    assert active(server, tool.access)


def test_a_foreign_page_cannot_revoke(server: Server) -> None:
    tool = logged_in(server)
    form = {"client_id": "acme-cli", "token": tool.refresh}
    assert server.after_login.form(REVOKE, form, Origin="https://evil.example").status == 403
    assert server.after_login.form(REVOKE, form, Sec_Fetch_Site="cross-site").status == 403
    assert active(server, tool.access)
    assert server.after_login.form(REVOKE, form, Origin=ISSUER).status == 200


@pytest.mark.row("F1")
def test_while_the_table_is_down_nothing_is_called_revoked(server: Server) -> None:
    tool = logged_in(server)
    server.sessions.unavailable = True
    answer = tool.revoke(tool.refresh)
    assert answer.status == 503
    assert "error" not in answer.json


def test_the_log_says_whose_session_ended_and_no_token(server: Server, log: io.StringIO) -> None:
    tool = logged_in(server)
    (session,) = server.sessions.items.values()
    tool.revoke(tool.refresh)
    tool.revoke(tool.access)
    text = log.getvalue()
    assert '"revoked"' in text
    assert '"nothing_to_revoke"' in text
    assert session.session_id in text
    assert tool.refresh not in text
    assert tool.access not in text.replace("access_token-", "")
