"""The provider's metadata: whose it is, where it points, and how often it is fetched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from functions.domain.errors import ProviderUnavailable
from functions.identity.fetching import Fetched
from functions.identity.provider import OidcProvider
from tests.fakes.provider import ISSUER, METADATA_URL, REGISTRATION, FakeProvider
from tests.unit.identity.steps import go_out, sign_in

if TYPE_CHECKING:
    from tests.fakes.clock import StoppedClock


def test_making_a_provider_fetches_nothing(remote: FakeProvider, provider: OidcProvider) -> None:
    del provider
    assert remote.requests == []


def test_metadata_and_keys_are_fetched_once_in_a_process(provider: OidcProvider, remote: FakeProvider) -> None:
    sign_in(provider, remote)
    sign_in(provider, remote)
    assert sorted(remote.requests) == sorted([METADATA_URL, f"{ISSUER}/keys", f"{ISSUER}/token", f"{ISSUER}/token"])


@pytest.mark.row("F4")
def test_a_provider_that_was_down_is_asked_again(provider: OidcProvider, remote: FakeProvider) -> None:
    remote.down = True
    with pytest.raises(ProviderUnavailable):
        go_out(provider)
    remote.down = False
    assert go_out(provider).startswith(f"{ISSUER}/authorize?")


@pytest.mark.parametrize(
    "change",
    [
        {"issuer": ISSUER + "/"},
        {"issuer": "https://ID.example"},
        {"issuer": None},
        {"authorization_endpoint": None},
        {"authorization_endpoint": "http://id.example/authorize"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"token_endpoint": "http://id.example/token"},
        {"token_endpoint": "https:///token"},
        {"token_endpoint": ["https://id.example/token"]},
        {"jwks_uri": "http://id.example/keys"},
        {"jwks_uri": "http://localhost.id.example/keys"},
        {"jwks_uri": "file:///etc/passwd"},
    ],
    ids=str,
)
def test_metadata_of_another_issuer_or_with_an_unsafe_endpoint_is_not_used(
    provider: OidcProvider, remote: FakeProvider, change: dict[str, Any]
) -> None:
    remote.documents[METADATA_URL] |= change
    with pytest.raises(ProviderUnavailable):
        go_out(provider)


@pytest.mark.parametrize("host", ["localhost:4566", "127.0.0.1:4566", "[::1]:4566", "id.localhost"])
def test_plain_http_is_for_the_loopback(provider: OidcProvider, remote: FakeProvider, host: str) -> None:
    remote.documents[METADATA_URL]["authorization_endpoint"] = f"http://{host}/authorize"
    assert go_out(provider).startswith(f"http://{host}/authorize?")


@pytest.mark.parametrize("body", [b"", b"[]", b"\xff", b"<html>", b"[" * 100_000], ids=lambda body: repr(body[:8]))
def test_what_is_no_document_is_not_used(clock: StoppedClock, body: bytes) -> None:
    def fetch(url: str, **_: object) -> Fetched:
        del url
        return Fetched(200, body)

    with pytest.raises(ProviderUnavailable, match="not available"):
        go_out(OidcProvider(REGISTRATION, fetch, clock))


def test_an_error_page_is_not_used(provider: OidcProvider, remote: FakeProvider) -> None:
    del remote.documents[METADATA_URL]
    with pytest.raises(ProviderUnavailable) as refusal:
        go_out(provider)
    assert refusal.value.detail == "discovery: status 404"
