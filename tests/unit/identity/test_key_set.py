"""The provider's keys: a rotation is followed, and strangers do not decide how often we ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jwt
import pytest

from functions.domain.errors import ProviderUnavailable, SignInRefused
from tests.fakes.provider import ADA, ISSUER, FakeProvider, rsa_jwk, rsa_key
from tests.unit.identity.steps import sign_in

if TYPE_CHECKING:
    from functions.identity.provider import OidcProvider
    from tests.fakes.clock import StoppedClock

KEYS = f"{ISSUER}/keys"


def rotate(remote: FakeProvider) -> None:
    new = rsa_key("the next")
    remote.documents[KEYS] = {"keys": [rsa_jwk("next", new)]}
    remote.sign = lambda claims: jwt.encode(claims, new, "RS256", {"kid": "next"})


def test_a_rotated_key_is_found_after_a_minute_at_most(
    provider: OidcProvider, remote: FakeProvider, clock: StoppedClock
) -> None:
    sign_in(provider, remote)
    rotate(remote)
    clock.forward(60)
    assert sign_in(provider, remote).subject == ADA["sub"]


def test_unknown_keys_make_us_ask_once_a_minute(provider: OidcProvider, remote: FakeProvider, clock: StoppedClock) -> None:
    remote.sign = lambda claims: jwt.encode(claims, rsa_key(), "RS256", {"kid": "unknown"})
    for _ in range(10):
        with pytest.raises(SignInRefused):
            sign_in(provider, remote)
    assert remote.requests.count(KEYS) == 1
    clock.forward(60)
    with pytest.raises(SignInRefused):
        sign_in(provider, remote)
    assert remote.requests.count(KEYS) == 2


def test_a_withdrawn_key_is_forgotten_within_an_hour(
    provider: OidcProvider, remote: FakeProvider, clock: StoppedClock
) -> None:
    sign_in(provider, remote)
    remote.documents[KEYS] = {"keys": []}
    clock.forward(3600)
    with pytest.raises(SignInRefused):
        sign_in(provider, remote)


@pytest.mark.parametrize("document", [{}, {"keys": "all of them"}, None])
def test_a_set_without_keys_is_the_providers_fault(provider: OidcProvider, remote: FakeProvider, document: object) -> None:
    remote.documents[KEYS] = document
    with pytest.raises(ProviderUnavailable):
        sign_in(provider, remote)


def test_entries_that_are_no_keys_are_passed_over(provider: OidcProvider, remote: FakeProvider) -> None:
    remote.documents[KEYS] = {"keys": ["key", {"kid": "two", "kty": "none"}, {"kid": "three"}, rsa_jwk("one")]}
    assert sign_in(provider, remote).subject == ADA["sub"]


def test_a_missing_set_is_the_providers_fault(provider: OidcProvider, remote: FakeProvider) -> None:
    del remote.documents[KEYS]
    with pytest.raises(ProviderUnavailable) as refusal:
        sign_in(provider, remote)
    assert refusal.value.detail == "key set: status 404"
