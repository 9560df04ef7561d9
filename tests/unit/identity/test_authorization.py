"""The authorization request: what the browser is sent out with."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from functions.domain.pkce import s256
from functions.domain.secret import Secret
from tests.fakes.provider import CLIENT_ID, METADATA_URL, REDIRECT_URI, FakeProvider
from tests.unit.identity.steps import go_out

if TYPE_CHECKING:
    from functions.identity.provider import OidcProvider


@pytest.mark.row("W05", "W13")
def test_the_request_has_code_flow_pkce_state_nonce_and_the_age_we_can_use(provider: OidcProvider) -> None:
    assert parse_qs(urlsplit(go_out(provider)).query) == {
        "response_type": ["code"],
        "client_id": [CLIENT_ID],
        "redirect_uri": [REDIRECT_URI],
        "scope": ["openid email profile"],
        "state": ["s" * 43],
        "nonce": ["n" * 43],
        "code_challenge": [s256("v" * 43)],
        "code_challenge_method": ["S256"],
        "max_age": ["3600"],
    }


@pytest.mark.row("W05")
def test_the_challenge_is_the_standards_own_example() -> None:
    verifier = Secret("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
    assert s256(verifier.reveal()) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


@pytest.mark.row("W05")
def test_the_verifier_stays_here(provider: OidcProvider) -> None:
    assert "v" * 43 not in go_out(provider)


@pytest.mark.row("W13")
def test_a_fresh_sign_in_asks_for_a_new_login(provider: OidcProvider) -> None:
    assert parse_qs(urlsplit(go_out(provider, fresh=True)).query)["prompt"] == ["login"]


def test_a_query_of_the_endpoint_stays(provider: OidcProvider, remote: FakeProvider) -> None:
    remote.documents[METADATA_URL]["authorization_endpoint"] = "https://id.example/authorize?tenant=1"
    assert go_out(provider).startswith("https://id.example/authorize?tenant=1&response_type=code&")
