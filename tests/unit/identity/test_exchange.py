"""The exchange of the code: how we prove ourselves, and what a refusal means."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import pytest

from functions.domain.errors import ProviderUnavailable, SignInRefused, StoreUnavailable
from functions.domain.secret import Secret
from functions.identity.exchange import exchange
from functions.identity.fetching import Fetched
from functions.identity.provider import OidcProvider
from tests.fakes.provider import ADA, REGISTRATION, FakeProvider
from tests.unit.identity.steps import NONCE, VERIFIER, go_out, sign_in

if TYPE_CHECKING:
    from tests.fakes.clock import StoppedClock


def exchange_with(status: int, body: object) -> Secret:
    def fetch(url: str, **_: object) -> Fetched:
        del url
        return Fetched(status, body if isinstance(body, bytes) else json.dumps(body).encode())

    return exchange(fetch, "https://id.example/token", REGISTRATION, code=Secret("c"), code_verifier=VERIFIER)


def test_a_public_client_names_itself_in_the_form(provider: OidcProvider, remote: FakeProvider) -> None:
    sign_in(provider, remote)
    assert remote.forms == [
        {
            "grant_type": "authorization_code",
            "code": "code-0",
            "redirect_uri": REGISTRATION.redirect_uri,
            "code_verifier": VERIFIER.reveal(),
            "client_id": REGISTRATION.client_id,
        }
    ]


def test_a_confidential_client_proves_itself_in_the_header(clock: StoppedClock) -> None:
    remote = FakeProvider(clock, client_secret="p:ss wörd+")
    registration = replace(REGISTRATION, read_secret=lambda: Secret("p:ss wörd+"))
    assert sign_in(OidcProvider(registration, remote, clock), remote).subject == ADA["sub"]
    assert "client_id" not in remote.forms[0]


def test_the_secret_is_read_when_a_code_is_exchanged_and_not_before(clock: StoppedClock) -> None:
    def read_secret() -> Secret:
        raise StoreUnavailable

    remote = FakeProvider(clock, client_secret="s")
    provider = OidcProvider(replace(REGISTRATION, read_secret=read_secret), remote, clock)
    go_out(provider)
    with pytest.raises(StoreUnavailable):
        sign_in(provider, remote)


@pytest.mark.row("W05")
def test_a_code_is_worth_nothing_with_another_verifier(provider: OidcProvider, remote: FakeProvider) -> None:
    code = parse_qs(remote.sign_in(go_out(provider)))["code"][0]
    with pytest.raises(SignInRefused) as refusal:
        provider.identify(Secret(code), nonce=NONCE, code_verifier=Secret("w" * 43))
    assert refusal.value.detail == "token endpoint: invalid_grant"


@pytest.mark.parametrize(
    ("status", "body", "detail"),
    [
        (401, {"error": "invalid_client"}, "token endpoint: status 401, no error code"),
        (400, {"error": "invalid_client"}, "token endpoint: status 400, invalid_client"),
        (400, {"error": "<b>\n"}, "token endpoint: status 400, no error code"),
        (400, {"error": ["invalid_grant"]}, "token endpoint: status 400, no error code"),
        (302, {}, "token endpoint: status 302, no error code"),
        (500, b"", "token endpoint: status 500, no error code"),
        (503, {"error": "invalid_grant"}, "token endpoint: status 503, no error code"),
        (400, b"<html>", "token endpoint: not a JSON object, status 400"),
        (200, b"", "token endpoint: not a JSON object, status 200"),
        (200, {"access_token": "x"}, "token endpoint: no id_token"),
        (200, {"id_token": 7}, "token endpoint: no id_token"),
    ],
)
def test_every_other_failure_is_the_providers_or_our_configurations(status: int, body: object, detail: str) -> None:
    with pytest.raises(ProviderUnavailable) as refusal:
        exchange_with(status, body)
    assert refusal.value.detail == detail


def test_an_answer_does_not_print_its_body() -> None:
    assert "secret" not in repr(Fetched(200, b"secret"))
