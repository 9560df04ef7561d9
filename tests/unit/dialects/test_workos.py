"""The dialect of WorkOS AuthKit, by forms as its documentation has it and by JSON as its SDKs do."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from functions.domain.client import DEVICE_CODE_GRANT, REFRESH_GRANT
from functions.wire.dialects.workos import WORKOS
from tests.server import ACME, ADA, CI, CI_SECRET, ISSUER, SETTINGS, Server, saying

if TYPE_CHECKING:
    from tests.events import Answer, Gateway

OFFLINE = replace(ACME, client_id="client_01", default_scopes=("openid", "offline_access"))


@pytest.fixture
def server() -> Server:
    """Return a server with a client whose default is to stay logged in, as AuthKit's are."""
    return Server(replace(SETTINGS, clients={**SETTINGS.clients, OFFLINE.client_id: OFFLINE}))


@pytest.fixture(params=["form", "JSON"])
def post(request: pytest.FixtureRequest) -> Any:  # noqa: ANN401  a function
    """Return a way of posting parameters."""

    def post(gateway: Gateway, path: str, parameters: dict[str, str], **headers: str) -> Answer:
        if request.param == "form":
            return gateway.form(path, parameters, **headers)
        return gateway.send("POST", path, json.dumps(parameters).encode(), {"Content-Type": "application/json", **headers})

    return post


def start(server: Server, client_id: str = OFFLINE.client_id) -> dict[str, Any]:
    answer = server.issue.form(WORKOS.device_authorization_path, {"client_id": client_id})
    assert answer.status == 200, answer.text
    return answer.json


def polling(codes: dict[str, Any], client_id: str = OFFLINE.client_id) -> dict[str, str]:
    return {"grant_type": DEVICE_CODE_GRANT, "device_code": codes["device_code"], "client_id": client_id}


def approve(server: Server, codes: dict[str, Any]) -> None:
    browser = server.sign_in(replace(saying(ADA, workspace="acme"), created_at=1_700_000_000, signed_in_at=1_800_000_000))
    browser.lookup(codes["user_code"])
    assert browser.decide(codes["user_code"], "approve").status == 200


@pytest.mark.row("WO01", "WO14")
def test_a_public_client_gets_its_codes(server: Server, post: Any) -> None:  # noqa: ANN401
    answer = post(server.issue, WORKOS.device_authorization_path, {"client_id": OFFLINE.client_id})
    assert answer.status == 200
    codes = answer.json
    assert codes["verification_uri_complete"] == f"{ISSUER}/device?user_code={codes['user_code']}"
    assert {"device_code", "user_code", "verification_uri", "expires_in", "interval"} < codes.keys()


@pytest.mark.row("WO08", "WO16")
def test_the_same_device_code_yields_tokens_after_the_person_has_confirmed(server: Server, post: Any) -> None:  # noqa: ANN401
    codes = start(server)
    waiting = post(server.poll, WORKOS.token_path, polling(codes))
    assert (waiting.status, waiting.error) == (400, "authorization_pending")
    assert waiting.json["error_description"]
    approve(server, codes)
    answer = post(server.poll, WORKOS.token_path, polling(codes))
    assert answer.json == {
        "user": {
            "object": "user",
            "id": ADA.user_id,
            "email": ADA.profile.email,
            "email_verified": True,
            "name": ADA.profile.name,
            "first_name": None,
            "last_name": None,
            "profile_picture_url": None,
            "external_id": None,
            "last_sign_in_at": "2027-01-15T08:00:00.000Z",
            "created_at": "2023-11-14T22:13:20.000Z",
            "updated_at": "2027-01-15T08:00:00.000Z",
        },
        "organization_id": "acme",
        "access_token": "token-0",
        "refresh_token": answer.json["refresh_token"],
    }
    assert answer.json["refresh_token"].startswith("ts_")


@pytest.mark.row("AS16")
def test_a_refresh_gives_new_tokens_and_the_person_again(server: Server, post: Any) -> None:  # noqa: ANN401
    codes = start(server)
    approve(server, codes)
    first = server.poll.form(WORKOS.token_path, polling(codes)).json
    form = {"grant_type": REFRESH_GRANT, "refresh_token": first["refresh_token"], "client_id": OFFLINE.client_id}
    answer = post(server.poll, WORKOS.token_path, form)
    assert answer.status == 200
    assert answer.json["user"] == first["user"]
    assert answer.json["refresh_token"] != first["refresh_token"]


def test_a_client_that_may_not_stay_logged_in_gets_an_empty_refresh_token(server: Server) -> None:
    codes = start(server, ACME.client_id)
    approve(server, codes)
    answer = server.poll.form(WORKOS.token_path, polling(codes, ACME.client_id))
    assert (answer.status, answer.json["refresh_token"]) == (200, "")


@pytest.mark.row("D55")
@pytest.mark.parametrize(
    ("headers", "form", "status"),
    [
        ({"Authorization": f"Bearer {CI_SECRET}"}, {}, 200),
        ({}, {"client_secret": CI_SECRET}, 200),
        ({"Authorization": f"Bearer {CI_SECRET}"}, {"client_secret": CI_SECRET}, 200),
        ({}, {}, 401),
        ({"Authorization": "Bearer wrong"}, {}, 401),
        ({"Authorization": f"Bearer {CI_SECRET}"}, {"client_secret": "another"}, 400),
        ({"Authorization": f"Basic {CI_SECRET}"}, {}, 401),
    ],
)
def test_an_api_key_is_the_secret_of_a_confidential_client(
    server: Server, headers: dict[str, str], form: dict[str, str], status: int
) -> None:
    assert (
        server.issue.form(WORKOS.device_authorization_path, {"client_id": CI.client_id, **form}, **headers).status == status
    )


@pytest.mark.row("D14")
def test_a_foreign_page_cannot_start_a_login(server: Server, post: Any) -> None:  # noqa: ANN401
    answer = post(
        server.issue, WORKOS.device_authorization_path, {"client_id": OFFLINE.client_id}, Origin="https://evil.example"
    )
    assert (answer.status, server.grants.items) == (403, {})


@pytest.mark.row("D51", "D52", "D03")
@pytest.mark.parametrize(
    ("left_out", "error"),
    [("client_id", "invalid_client"), ("grant_type", "invalid_request"), ("device_code", "invalid_request")],
)
def test_what_is_missing_is_named_in_oauths_words(server: Server, post: Any, left_out: str, error: str) -> None:  # noqa: ANN401
    parameters = {name: value for name, value in polling(start(server)).items() if name != left_out}
    assert post(server.poll, WORKOS.token_path, parameters).error == error


def test_another_grant_of_authkits_is_not_offered(server: Server, post: Any) -> None:  # noqa: ANN401
    answer = post(server.poll, WORKOS.token_path, {"grant_type": "password", "client_id": OFFLINE.client_id})
    assert answer.error == "unsupported_grant_type"
