"""GET and POST /oauth2/userinfo (OpenID Connect Core §5.3), and how an access token is presented (RFC 6750)."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from functions.domain.person import Profile, User
from functions.routes import USERINFO
from tests.events import FORM
from tests.server import ADA, Server, saying
from tests.unit.sessions.conftest import bearer, logged_in


@pytest.mark.row("AS18")
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_it_says_who_has_logged_in(server: Server, method: str) -> None:
    tool = logged_in(server)
    answer = server.after_login.send(method, USERINFO, headers=bearer(tool.access))
    assert (answer.status, answer.json) == (200, {"sub": ADA.user_id, "email": ADA.profile.email, "name": ADA.profile.name})
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("scope", "told"),
    [
        ("openid", {"sub"}),
        ("openid email", {"sub", "email"}),
        ("openid profile", {"sub", "name"}),
        ("openid deploy", {"sub"}),
    ],
)
def test_a_tool_learns_what_its_scopes_are_for(server: Server, scope: str, told: set[str]) -> None:
    assert logged_in(server, scope=scope).userinfo().json.keys() == told


@pytest.mark.row("DF13")
def test_role_and_workspace_are_parts_of_the_profile(server: Server) -> None:
    tool = logged_in(server)
    server.users.people[ADA.user_id] = saying(ADA, role="admin", workspace="Engines")
    told = tool.userinfo().json
    assert (told["email"], told["name"]) == (ADA.profile.email, ADA.profile.name)
    assert (told["role"], told["workspace"]) == ("admin", "Engines")


def test_what_the_provider_did_not_say_is_left_out(server: Server) -> None:
    tool = logged_in(server)
    server.users.people[ADA.user_id] = User(user_id=ADA.user_id, profile=Profile())
    assert tool.userinfo().json == {"sub": ADA.user_id}


@pytest.mark.row("O09")
def test_without_a_token_it_says_how_to_come_back_and_names_no_error(server: Server) -> None:
    for headers in ({}, {"Authorization": "Basic YTpi"}):
        answer = server.after_login.send("GET", USERINFO, headers=headers)
        assert (answer.status, answer.headers["www-authenticate"]) == (401, 'Bearer realm="tallystick"')
        assert "error" not in answer.json


@pytest.mark.row("O10")
@pytest.mark.parametrize("token", ["nonsense", "", "token-99", "a.b.c", "two words"])
def test_a_bad_token_is_invalid(server: Server, token: str) -> None:
    answer = server.after_login.send("GET", USERINFO, headers=bearer(token))
    assert (answer.status, answer.error) == (401, "invalid_token")
    assert answer.headers["www-authenticate"] == 'Bearer realm="tallystick", error="invalid_token"'


@pytest.mark.row("O10")
def test_a_refresh_token_is_no_access_token(server: Server) -> None:
    tool = logged_in(server)
    assert tool.userinfo(tool.refresh).status == 401


@pytest.mark.row("O10")
@pytest.mark.parametrize("how", ["expired", "revoked", "disabled"])
def test_a_token_that_does_not_count_any_more_is_invalid(server: Server, how: str) -> None:
    tool = logged_in(server)
    if how == "expired":
        server.clock.now += 900
    elif how == "revoked":
        tool.revoke(tool.access)
    else:
        server.disable(ADA)
    answer = tool.userinfo()
    assert (answer.status, answer.error) == (401, "invalid_token")


@pytest.mark.row("O10")
def test_a_token_without_openid_is_not_enough(server: Server) -> None:
    answer = logged_in(server, scope="deploy email").userinfo()
    assert (answer.status, answer.error) == (403, "insufficient_scope")
    challenge = 'Bearer realm="tallystick", error="insufficient_scope", scope="openid"'
    assert answer.headers["www-authenticate"] == challenge


@pytest.mark.row("O11")
@pytest.mark.parametrize("with_header", [False, True])
def test_a_token_in_an_address_or_a_form_is_refused_even_if_it_is_good(server: Server, with_header: bool) -> None:  # noqa: FBT001
    tool = logged_in(server)
    headers = bearer(tool.access) if with_header else {}
    sent = urlencode({"x": "1", "access_token": tool.access})
    in_query = server.after_login.send("GET", USERINFO, headers=headers, query=sent)
    in_form = server.after_login.send("POST", USERINFO, sent.encode(), {**headers, "Content-Type": FORM})
    for answer in (in_query, in_form):
        assert (answer.status, answer.error) == (400, "invalid_request")


def test_the_scheme_may_be_spelled_in_any_case(server: Server) -> None:
    tool = logged_in(server)
    answer = server.after_login.send("GET", USERINFO, headers={"Authorization": f"bEARER {tool.access}"})
    assert answer.status == 200


def test_other_methods_hear_of_both(server: Server) -> None:
    answer = server.after_login.send("PUT", USERINFO)
    assert (answer.status, answer.headers["allow"]) == (405, "GET, POST")


@pytest.mark.row("F1")
def test_while_the_table_is_down_no_token_is_called_bad(server: Server) -> None:
    tool = logged_in(server)
    server.sessions.unavailable = True
    answer = tool.userinfo()
    assert answer.status == 503
    assert "www-authenticate" not in answer.headers
