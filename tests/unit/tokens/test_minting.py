"""The access token, as RFC 9068 wants it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import jwt
import pytest
from botocore.exceptions import ReadTimeoutError

from functions.domain.errors import StoreUnavailable
from functions.domain.person import Profile
from functions.tokens.kms import kid_of
from tests.server import saying
from tests.unit.tokens.material import (
    AUDIENCE,
    CLIENT,
    ISSUER,
    KEY_ARN,
    LIFETIME,
    NOW,
    SESSION,
    USER,
    Published,
    access_tokens,
)
from tests.verifier import verify_access_token

if TYPE_CHECKING:
    from tests.fakes.kms import FakeKms


def _unchecked(token: str) -> dict[str, Any]:
    return jwt.decode_complete(token, options={"verify_signature": False})


@pytest.mark.row("J07")
def test_the_header_says_which_kind_of_token_which_algorithm_and_which_key_and_nothing_else(kms: FakeKms) -> None:
    minted = access_tokens(kms).mint(SESSION, SESSION.scopes, CLIENT, USER, NOW)
    assert _unchecked(minted.token.reveal())["header"] == {"typ": "at+jwt", "alg": "RS256", "kid": kid_of(KEY_ARN)}


@pytest.mark.row("J08", "D63")
def test_the_claims_are_exactly_these(kms: FakeKms) -> None:
    minted = access_tokens(kms).mint(SESSION, SESSION.scopes, CLIENT, USER, NOW)
    assert _unchecked(minted.token.reveal())["payload"] == {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": USER.user_id,
        "client_id": "some-cli",
        "scope": "write read",
        "iat": 1_700_000_000,
        "exp": 1_700_000_000 + LIFETIME,
        "auth_time": 1_699_999_000,
        "email": "ada@example.com",
        "name": "Ada Lovelace",
        "sid": SESSION.session_id,
        "jti": "00" * 16,
    }


@pytest.mark.row("DF23")
def test_a_token_is_the_person_with_their_role_in_their_workspace(kms: FakeKms) -> None:
    user = saying(USER, role="admin", workspace="Engines")
    claims = _unchecked(access_tokens(kms).mint(SESSION, SESSION.scopes, CLIENT, user, NOW).token.reveal())["payload"]
    assert (claims["sub"], claims["role"], claims["workspace"]) == (USER.user_id, "admin", "Engines")


def test_what_the_provider_did_not_say_is_left_out(kms: FakeKms) -> None:
    minted = access_tokens(kms).mint(SESSION, SESSION.scopes, CLIENT, replace(USER, profile=Profile()), NOW)
    assert not {"email", "name", "role", "workspace"} & set(_unchecked(minted.token.reveal())["payload"])


def test_a_token_says_only_the_scopes_that_it_is_for(kms: FakeKms) -> None:
    minted = access_tokens(kms).mint(SESSION, ("read",), CLIENT, USER, NOW)
    assert _unchecked(minted.token.reveal())["payload"]["scope"] == "read"


def test_the_caller_learns_the_life_of_the_token(kms: FakeKms) -> None:
    assert access_tokens(kms).mint(SESSION, SESSION.scopes, CLIENT, USER, NOW).expires_in == LIFETIME


@pytest.mark.row("S03")
@pytest.mark.parametrize("end", ["idle_until", "expires_at"])
def test_no_token_outlives_its_session(kms: FakeKms, end: str) -> None:
    session = replace(SESSION, **{end: int(NOW) + 60})  # type: ignore[arg-type]
    minted = access_tokens(kms).mint(session, session.scopes, CLIENT, USER, NOW)
    assert minted.expires_in == 60
    assert _unchecked(minted.token.reveal())["payload"]["exp"] == int(NOW) + 60


def test_no_two_tokens_share_an_id(kms: FakeKms) -> None:
    tokens = access_tokens(kms)
    minted = [tokens.mint(SESSION, SESSION.scopes, CLIENT, USER, NOW) for _ in range(2)]
    assert len({_unchecked(each.token.reveal())["payload"]["jti"] for each in minted}) == 2


def test_a_minted_token_does_not_show_in_a_repr(kms: FakeKms) -> None:
    minted = access_tokens(kms).mint(SESSION, SESSION.scopes, CLIENT, USER, NOW)
    assert minted.token.reveal() not in repr(minted)


def test_a_name_in_any_script_survives(kms: FakeKms) -> None:
    minted = access_tokens(kms).mint(SESSION, SESSION.scopes, CLIENT, replace(USER, profile=Profile(name="Zoë 🐢")), NOW)
    assert verify_access_token(minted.token.reveal(), Published(kms), ISSUER, AUDIENCE)["name"] == "Zoë 🐢"


def test_each_token_costs_one_call_to_kms_and_sends_it_a_digest_only(kms: FakeKms) -> None:
    access_tokens(kms).mint(SESSION, SESSION.scopes, CLIENT, USER, NOW)
    [(operation, parameters)] = kms.calls
    assert (operation, parameters["MessageType"], len(parameters["Message"])) == ("Sign", "DIGEST", 32)


@pytest.mark.row("F3")
@pytest.mark.parametrize(
    "failure",
    ["ThrottlingException", "DisabledException", "AccessDeniedException", ReadTimeoutError(endpoint_url="https://kms")],
)
def test_when_kms_cannot_sign_there_is_no_token_and_the_caller_hears_that_nothing_was_decided(
    kms: FakeKms, failure: str | Exception
) -> None:
    kms.fails_with = failure
    with pytest.raises(StoreUnavailable) as caught:
        access_tokens(kms).mint(SESSION, SESSION.scopes, CLIENT, USER, NOW)
    assert "arn:" not in caught.value.detail
    assert "sign" in caught.value.detail
