"""The discovery function, from API Gateway's event to its answer, with KMS in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from jwt import PyJWKSet

from functions import routes
from functions.discovery.app import discovery_app
from functions.entry import lambda_entry
from functions.tokens.kms import SigningKey
from tests.events import EDGE_SECRET, Gateway
from tests.unit.tokens.material import KEY_ARN

if TYPE_CHECKING:
    from tests.fakes.kms import FakeKms

ISSUER = "https://login.example"
DOCUMENTS = [routes.OAUTH_METADATA, routes.OPENID_CONFIGURATION]


@pytest.fixture(params=[False, True], ids=["http", "rest"])
def gateway(request: pytest.FixtureRequest, kms: FakeKms) -> Gateway:
    app = discovery_app(issuer=ISSUER, scopes=["read", "write"], keys=[SigningKey(KEY_ARN, lambda: kms)])
    return Gateway(lambda_entry("discovery", app, edge_secret=EDGE_SECRET), rest=request.param)


@pytest.mark.row("J01", "J02")
def test_the_document_points_to_every_endpoint_that_exists(gateway: Gateway) -> None:
    document = gateway.send("GET", routes.OAUTH_METADATA).json
    assert {name: value for name, value in document.items() if name.endswith(("issuer", "_endpoint", "_uri"))} == {
        "issuer": ISSUER,
        "device_authorization_endpoint": f"{ISSUER}/oauth2/device_authorization",
        "token_endpoint": f"{ISSUER}/oauth2/token",
        "revocation_endpoint": f"{ISSUER}/oauth2/revoke",
        "introspection_endpoint": f"{ISSUER}/oauth2/introspect",
        "userinfo_endpoint": f"{ISSUER}/oauth2/userinfo",
        "jwks_uri": f"{ISSUER}/.well-known/jwks.json",
    }
    assert document["scopes_supported"] == ["read", "write"]


@pytest.mark.row("J03")
def test_both_documents_are_the_same(gateway: Gateway) -> None:
    first, second = (gateway.send("GET", path) for path in DOCUMENTS)
    assert first.status == second.status == 200
    assert first.text == second.text


@pytest.mark.parametrize("path", [*DOCUMENTS, routes.KEY_SET])
def test_each_answer_is_json_that_anyone_may_keep_for_five_minutes(gateway: Gateway, path: str) -> None:
    answer = gateway.send("GET", path)
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "public, max-age=300"


@pytest.mark.row("J05")
def test_the_key_set_can_be_read_by_pyjwt(gateway: Gateway, kms: FakeKms) -> None:
    [key] = PyJWKSet.from_dict(gateway.send("GET", routes.KEY_SET).json).keys
    assert key.key.public_numbers() == kms.private_key.public_key().public_numbers()


def test_kms_is_asked_once_however_many_come_for_the_keys(gateway: Gateway, kms: FakeKms) -> None:
    answers = {gateway.send("GET", routes.KEY_SET).text for _ in range(3)}
    assert len(answers) == 1
    assert kms.calls == [("GetPublicKey", {"KeyId": KEY_ARN})]


def test_the_documents_do_not_need_kms(gateway: Gateway, kms: FakeKms) -> None:
    kms.fails_with = "KMSInternalException"
    assert gateway.send("GET", routes.OPENID_CONFIGURATION).status == 200
    assert not kms.calls


@pytest.mark.row("F1")
def test_when_kms_is_down_the_answer_is_503_not_to_be_kept_and_the_next_one_asks_again(
    gateway: Gateway, kms: FakeKms
) -> None:
    kms.fails_with = "KMSInternalException"
    answer = gateway.send("GET", routes.KEY_SET)
    assert (answer.status, answer.headers["cache-control"]) == (503, "no-store")
    assert int(answer.headers["retry-after"]) > 0
    assert "error" not in answer.json
    assert "arn:" not in answer.text
    kms.fails_with = None
    assert gateway.send("GET", routes.KEY_SET).status == 200


@pytest.mark.parametrize("path", [*DOCUMENTS, routes.KEY_SET])
def test_only_get_is_answered(gateway: Gateway, path: str) -> None:
    answer = gateway.send("POST", path)
    assert (answer.status, answer.headers["allow"]) == (405, "GET")
