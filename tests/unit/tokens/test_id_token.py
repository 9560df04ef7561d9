"""The ID token, as OpenID Connect Core §2 wants it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import jwt
import pytest

from functions.tokens.kms import kid_of
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

SCOPES = ("openid", "email", "profile", "write")


def id_token(kms: FakeKms, scopes: tuple[str, ...] = SCOPES) -> str:
    minted = access_tokens(kms).identify(SESSION, scopes, CLIENT, USER, NOW)
    assert minted
    return minted.reveal()


def parts(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    decoded = jwt.decode_complete(token, options={"verify_signature": False})
    return decoded["header"], decoded["payload"]


@pytest.mark.row("D62")
def test_it_says_to_the_tool_who_has_logged_in_and_when_they_proved_it(kms: FakeKms) -> None:
    header, claims = parts(id_token(kms))
    assert header == {"typ": "JWT", "alg": "RS256", "kid": kid_of(KEY_ARN)}
    assert claims == {
        "iss": ISSUER,
        "sub": USER.user_id,
        "aud": "some-cli",
        "iat": int(NOW),
        "exp": int(NOW) + LIFETIME,
        "auth_time": SESSION.auth_time,
        "email": "ada@example.com",
        "name": "Ada Lovelace",
    }


@pytest.mark.row("D62")
def test_without_openid_there_is_none_and_nothing_is_signed(kms: FakeKms) -> None:
    assert access_tokens(kms).identify(SESSION, ("email", "profile"), CLIENT, USER, NOW) is None
    assert not kms.calls


@pytest.mark.parametrize(("scopes", "told"), [(("openid",), set()), (("openid", "email"), {"email"})])
def test_it_says_no_more_than_the_scopes_are_for(kms: FakeKms, scopes: tuple[str, ...], told: set[str]) -> None:
    _, claims = parts(id_token(kms, scopes))
    assert {"email", "name"} & claims.keys() == told


def test_a_library_that_knows_the_key_set_takes_it(kms: FakeKms) -> None:
    token = id_token(kms)
    key = Published(kms).get_signing_key_from_jwt(token)
    assert jwt.decode(token, key, algorithms=["RS256"], issuer=ISSUER, audience="some-cli")["sub"] == USER.user_id


@pytest.mark.row("J09")
@pytest.mark.parametrize("audience", [AUDIENCE, "some-cli"])
def test_no_api_takes_it_for_an_access_token(kms: FakeKms, audience: str) -> None:
    with pytest.raises(jwt.PyJWTError):
        verify_access_token(id_token(kms), Published(kms), ISSUER, audience)


@pytest.mark.row("S03")
def test_it_does_not_outlive_the_session(kms: FakeKms) -> None:
    session = replace(SESSION, expires_at=int(NOW) + 60)
    minted = access_tokens(kms).identify(session, SCOPES, CLIENT, USER, NOW)
    assert minted
    assert parts(minted.reveal())[1]["exp"] == int(NOW) + 60
