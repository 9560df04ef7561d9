"""POST /oauth2/device_authorization, from API Gateway's event to its answer (RFC 8628 §3.1, §3.2)."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING

import pytest

from functions.routes import DEVICE_AUTHORIZATION
from tests.server import CI_SECRET, ISSUER, Server

if TYPE_CHECKING:
    from tests.events import Answer


@pytest.fixture(params=[False, True], ids=["HTTP API", "REST API"])
def server(request: pytest.FixtureRequest) -> Server:
    return Server(rest=request.param)


def ask(server: Server, **parameters: str) -> Answer:
    return server.issue.form(DEVICE_AUTHORIZATION, parameters)


def basic(client_id: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{client_id}:{secret}".encode()).decode()


@pytest.mark.row("D01", "D20", "D23")
def test_a_known_client_gets_the_six_members(server: Server) -> None:
    answer = ask(server, client_id="acme-cli")
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json.keys() == {
        "device_code",
        "user_code",
        "verification_uri",
        "verification_uri_complete",
        "expires_in",
        "interval",
    }
    assert answer.json["device_code"].startswith("dc_")
    assert re.fullmatch(r"[B-Z]{4}-[B-Z]{4}", answer.json["user_code"])
    assert (answer.json["expires_in"], answer.json["interval"]) == (600, 5)
    assert type(answer.json["expires_in"]) is type(answer.json["interval"]) is int


@pytest.mark.row("D02")
@pytest.mark.parametrize("parameters", [{}, {"scope": ""}])
def test_no_scope_means_the_clients_default_scopes(server: Server, parameters: dict[str, str]) -> None:
    codes = server.approved(**parameters)
    assert server.ask(codes).json["scope"] == "openid"


@pytest.mark.row("D03")
@pytest.mark.parametrize("parameters", [{"client_id": "nobody"}, {}])
def test_an_unknown_client_is_refused_and_nothing_is_written(server: Server, parameters: dict[str, str]) -> None:
    answer = ask(server, **parameters)
    assert (answer.status, answer.error) == (401, "invalid_client")
    assert "www-authenticate" not in answer.headers
    assert not server.grants.items


@pytest.mark.row("D04", "D55", "O02")
def test_a_confidential_client_must_prove_itself(server: Server) -> None:
    for wrong in ({}, {"client_secret": "wrong"}, {"client_secret": ""}):
        answer = ask(server, client_id="acme-ci", **wrong)
        assert (answer.status, answer.error) == (401, "invalid_client")
        assert "www-authenticate" not in answer.headers
    in_header = server.issue.form(DEVICE_AUTHORIZATION, {}, Authorization=basic("acme-ci", "wrong"))
    assert (in_header.status, in_header.error) == (401, "invalid_client")
    assert in_header.headers["www-authenticate"].startswith("Basic ")
    assert not server.grants.items


@pytest.mark.row("D04")
def test_a_confidential_client_that_proves_itself_gets_codes(server: Server) -> None:
    assert ask(server, client_id="acme-ci", client_secret=CI_SECRET).status == 200
    assert server.issue.form(DEVICE_AUTHORIZATION, {}, Authorization=basic("acme-ci", CI_SECRET)).status == 200


@pytest.mark.row("D04")
def test_a_public_client_has_nothing_to_prove(server: Server) -> None:
    assert ask(server, client_id="acme-cli", client_secret="anything").error == "invalid_client"


@pytest.mark.row("D05")
def test_a_client_without_the_device_grant_is_refused(server: Server) -> None:
    answer = ask(server, client_id="no-device")
    assert (answer.status, answer.error) == (400, "unauthorized_client")


@pytest.mark.row("D06")
@pytest.mark.parametrize("scope", ["admin", "openid admin", "openid  email", 'open"id', "openïd", "openid\n"])
def test_a_scope_that_is_not_the_clients_is_refused(server: Server, scope: str) -> None:
    answer = ask(server, client_id="acme-cli", scope=scope)
    assert (answer.status, answer.error) == (400, "invalid_scope")
    assert not server.grants.items


@pytest.mark.row("D08")
def test_unknown_parameters_are_ignored(server: Server) -> None:
    assert ask(server, client_id="acme-cli", audience="x", nonsense="y").status == 200


@pytest.mark.row("D09")
@pytest.mark.parametrize("name", ["client_id", "scope"])
def test_a_repeated_parameter_is_refused(server: Server, name: str) -> None:
    repeated = [("client_id", "acme-cli"), ("scope", "openid"), (name, "openid")]
    answer = server.issue.form(DEVICE_AUTHORIZATION, repeated)
    assert (answer.status, answer.error) == (400, "invalid_request")


@pytest.mark.row("D11")
@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])
def test_only_post_is_answered(server: Server, method: str) -> None:
    answer = server.issue.send(method, DEVICE_AUTHORIZATION)
    assert (answer.status, answer.headers["allow"]) == (405, "POST")
    assert not [name for name in answer.headers if name.startswith("access-control-")]


@pytest.mark.row("D11")
def test_parameters_in_the_query_string_get_a_hint(server: Server) -> None:
    answer = server.issue.send("POST", DEVICE_AUTHORIZATION, query="client_id=acme-cli")
    assert (answer.status, answer.error) == (400, "invalid_request")
    assert "query string" in answer.json["error_description"]


@pytest.mark.row("D12")
def test_json_gets_a_hint(server: Server) -> None:
    answer = server.issue.send(
        "POST", DEVICE_AUTHORIZATION, b'{"client_id":"acme-cli"}', {"Content-Type": "application/json"}
    )
    assert (answer.status, answer.error) == (400, "invalid_request")
    assert "application/x-www-form-urlencoded" in answer.json["error_description"]


@pytest.mark.row("D14")
@pytest.mark.parametrize("headers", [{"Sec_Fetch_Site": "cross-site"}, {"Origin": "https://evil.example"}])
def test_a_foreign_web_page_cannot_start_a_login(server: Server, headers: dict[str, str]) -> None:
    answer = server.issue.form(DEVICE_AUTHORIZATION, {"client_id": "acme-cli"}, **headers)
    assert answer.status == 403
    assert not [name for name in answer.headers if name.startswith("access-control-")]
    assert not server.grants.items


@pytest.mark.row("D21")
def test_the_verification_address_is_short_and_plain(server: Server) -> None:
    address = server.start()["verification_uri"]
    assert address == f"{ISSUER}/device"
    assert address.startswith("https://")
    assert "?" not in address
    assert len(address.removeprefix(ISSUER)) <= 40


@pytest.mark.row("D22", "D23")
def test_an_error_has_the_shape_of_oauth(server: Server) -> None:
    answer = ask(server, client_id="nobody")
    assert answer.json.keys() == {"error", "error_description"}
    assert (answer.headers["content-type"], answer.headers["cache-control"]) == ("application/json", "no-store")


@pytest.mark.row("D24")
def test_the_complete_link_carries_the_user_code_and_only_that(server: Server) -> None:
    codes = server.start()
    assert codes["verification_uri_complete"] == f"{ISSUER}/device?user_code={codes['user_code']}"


@pytest.mark.row("D24")
def test_the_complete_link_can_be_switched_off_for_a_client(server: Server) -> None:
    codes = server.start("plain")
    assert "verification_uri_complete" not in codes
    assert codes["expires_in"] == 60


def test_a_request_that_went_around_cloudfront_is_refused(server: Server) -> None:
    answer = server.issue.form(DEVICE_AUTHORIZATION, {"client_id": "acme-cli"}, x_tallystick_edge="guess")
    assert answer.status == 403
    assert not server.grants.items


def test_a_taken_user_code_is_drawn_again(server: Server) -> None:
    taken = server.start()["user_code"]
    server.draw_again()
    assert server.start()["user_code"] != taken
    assert len(server.grants.items) == 2


def test_a_server_that_only_draws_taken_codes_gives_up(server: Server) -> None:
    for _ in range(5):
        server.start()
    server.draw_again()
    assert ask(server, client_id="acme-cli").status == 503


@pytest.mark.row("F1")
def test_a_table_that_does_not_answer_is_no_oauth_error(server: Server) -> None:
    server.grants.unavailable = True
    answer = ask(server, client_id="acme-cli")
    assert (answer.status, answer.headers["retry-after"]) == (503, "5")
    assert "error" not in answer.json


def test_the_devices_own_words_are_cut_short_and_cannot_hide_anything(server: Server) -> None:
    codes = server.start(device_name="lap\u202etop\x1b[31m" + "x" * 100)
    seen = server.sign_in().lookup(codes["user_code"]).json["device_name"]
    assert seen == ("laptop[31m" + "x" * 100)[:64]
