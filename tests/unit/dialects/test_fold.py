"""fold's dialect: what its documentation shows, by nothing but JSON, and the rules that hold in every dialect."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from functions.routes import DEVICE_AUTHORIZATION
from functions.wire.dialects.fold import FOLD
from functions.wire.http import MAX_BODY_BYTES
from tests.server import ADA, ISSUER, SETTINGS, Server, saying

if TYPE_CHECKING:
    from tests.events import Answer

JSON = {"Content-Type": "application/json"}


@pytest.fixture
def server() -> Server:
    """Return a server with its default client."""
    return Server()


def start(server: Server, body: object = None) -> dict[str, Any]:
    """Ask for codes; return them."""
    answer = ask_for_codes(server, body)
    assert answer.status == 200, answer.text
    return answer.json


def ask_for_codes(server: Server, body: object = None, **headers: str) -> Answer:
    sent = b"" if body is None else json.dumps(body).encode()
    return server.issue.send("POST", FOLD.device_authorization_path, sent, {**({} if body is None else JSON), **headers})


def poll(server: Server, codes: dict[str, Any], **members: object) -> Answer:
    body = {"device_code": codes["device_code"], **members}
    return server.poll.send("POST", FOLD.token_path, json.dumps(body).encode(), JSON)


def approve(server: Server, codes: dict[str, Any]) -> None:
    browser = server.sign_in(saying(ADA, role="admin"))
    assert browser.lookup(codes["user_code"]).status == 200
    assert browser.decide(codes["user_code"], "approve").status == 200


@pytest.mark.row("FO01", "FO02", "FO03", "FO04", "FO13", "DF03", "DF04")
def test_codes_are_given_for_a_request_with_no_body(server: Server) -> None:
    codes = start(server)
    assert codes["device_code"].startswith("dc_")
    assert (codes["expires_in"], codes["interval"]) == (600, 5)
    assert codes["verification_uri"] == f"{ISSUER}/device"
    first, second = codes["user_code"].split("-")
    assert (len(first), len(second)) == (4, 4)
    assert not set(codes["user_code"]) & set("IO01")


def test_a_tool_may_say_which_device_it_is_on(server: Server) -> None:
    codes = start(server, {"device_name": "Ada’s laptop"})
    assert server.sign_in().lookup(codes["user_code"]).json["device_name"] == "Ada’s laptop"


@pytest.mark.row("FO07")
def test_waiting_is_one_word(server: Server) -> None:
    codes = start(server)
    assert poll(server, codes).text == '{"error":"authorization_pending"}'


@pytest.mark.row("FO06", "FO08", "FO09", "WB13")
def test_an_approved_login_gives_a_token_of_thirty_days_and_the_person(server: Server) -> None:
    codes = start(server)
    approve(server, codes)
    answer = poll(server, codes)
    assert answer.status == 200
    assert answer.json == {"token": "token-0", "user": {"id": ADA.user_id, "email": ADA.profile.email, "role": "admin"}}
    (session,) = server.sessions.items.values()
    assert session.over_at - session.created_at == 30 * 24 * 3600


@pytest.mark.row("FO14")
def test_a_device_code_works_once(server: Server) -> None:
    codes = start(server)
    approve(server, codes)
    assert poll(server, codes).status == 200
    assert poll(server, codes).error == "invalid_grant"


def test_what_went_wrong_is_said_in_a_sentence(server: Server) -> None:
    answer = server.poll.send("POST", FOLD.token_path, b'{"device_code": "dc_nonsense"}', JSON)
    assert answer.status == 400
    assert answer.json == {"error": "invalid_grant", "message": "The device code is not valid. Start the login again."}


def test_too_fast_says_how_long_to_wait(server: Server) -> None:
    codes = start(server)
    poll(server, codes)
    assert poll(server, codes).json["interval"] == 10


@pytest.mark.row("D14")
@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_a_foreign_page_cannot_start_a_login_though_no_body_is_needed(server: Server, headers: dict[str, str]) -> None:
    answer = ask_for_codes(server, **headers)
    assert (answer.status, server.grants.items) == (403, {})


@pytest.mark.row("D54")
def test_a_code_of_another_client_is_not_known(server: Server) -> None:
    codes = server.start()
    assert poll(server, codes).error == "invalid_grant"
    assert poll(server, codes, client_id="acme-cli").error == "authorization_pending"


@pytest.mark.row("D03")
@pytest.mark.parametrize("client_id", ["nobody", "acme-ci"])
def test_an_unknown_client_or_one_with_a_secret_is_refused(server: Server, client_id: str) -> None:
    answer = ask_for_codes(server, {"client_id": client_id})
    assert (answer.status, answer.error, server.grants.items) == (401, "invalid_client", {})


def test_without_a_default_client_a_tool_must_name_itself() -> None:
    server = Server(replace(SETTINGS, default_client=None))
    answer = ask_for_codes(server)
    assert (answer.status, answer.json) == (401, {"error": "invalid_client", "message": "Send a client_id."})
    assert ask_for_codes(server, {"client_id": "acme-cli"}).status == 200


def test_no_other_dialect_has_a_default_client(server: Server) -> None:
    assert server.issue.form(DEVICE_AUTHORIZATION, {}).error == "invalid_client"


@pytest.mark.row("D12", "D13")
@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"device_code=dc_x", {"Content-Type": "application/x-www-form-urlencoded"}),
        (b'{"device_code":"dc_x"}', {}),
        (b"", {}),
        (b"\xff\xfe", JSON),
        (b"[1]", JSON),
        (b'{"device_code":1}', JSON),
        (b'{"device_code":"\\ud800"}', JSON),
        (b'{"device_code":"dc_x","device_code":"dc_y"}', JSON),
        (b"[" * 5000, JSON),
        (b'{"device_code":"' + b"x" * MAX_BODY_BYTES + b'"}', JSON),
    ],
)
def test_a_body_that_is_not_the_expected_json_is_refused(server: Server, body: bytes, headers: dict[str, str]) -> None:
    answer = server.poll.send("POST", FOLD.token_path, body, headers)
    assert (answer.status, answer.error) == (400, "invalid_request")


@pytest.mark.row("D11")
def test_nothing_is_read_from_the_address_where_logs_would_see_it(server: Server) -> None:
    codes = start(server)
    query = f"device_code={codes['device_code']}"
    for body in (b"{}", json.dumps({"device_code": codes["device_code"]}).encode()):
        answer = server.poll.send("POST", FOLD.token_path, body, JSON, query)
        assert (answer.status, answer.error) == (400, "invalid_request")


@pytest.mark.row("F1")
def test_a_table_that_does_not_answer_is_no_error_of_the_tool(server: Server) -> None:
    codes = start(server)
    server.grants.unavailable = True
    answer = poll(server, codes)
    assert (answer.status, answer.headers["retry-after"]) == (503, "5")
    assert "error" not in answer.json
