"""The ID token: each of its checks, broken in turn."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from functions.domain.errors import SignInRefused
from functions.domain.person import ClaimNames
from functions.identity.provider import OidcProvider
from tests.fakes.provider import ADA, CLIENT_ID, ISSUER, REGISTRATION, FakeProvider, ec_jwk, ec_key, rsa_jwk, rsa_key
from tests.unit.identity.steps import sign_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fakes.clock import StoppedClock

NOW = 1_800_000_000


def test_a_good_token_says_who_signed_in_and_when(provider: OidcProvider, remote: FakeProvider) -> None:
    identity = sign_in(provider, remote, auth_time=NOW - 1234)
    assert (identity.issuer, identity.subject) == (ISSUER, ADA["sub"])
    assert (identity.profile.email, identity.profile.name) == ("ada@example.com", "Ada Lovelace")
    assert identity.auth_time == NOW - 1234


BROKEN: dict[str, tuple[str, dict[str, Any]]] = {
    "another issuer": ("iss", {"iss": "https://evil.example"}),
    "the issuer with a slash": ("iss", {"iss": ISSUER + "/"}),
    "no issuer": ("iss", {"iss": None}),
    "another audience": ("aud", {"aud": "another client"}),
    "an audience that only begins with ours": ("aud", {"aud": CLIENT_ID + "-2"}),
    "a list of others": ("aud", {"aud": ["another client"]}),
    "no audience": ("aud", {"aud": None}),
    "several audiences and nobody who asked": ("azp", {"aud": [CLIENT_ID, "another client"]}),
    "several audiences, asked for by another": ("azp", {"aud": [CLIENT_ID, "another client"], "azp": "another client"}),
    "asked for by another": ("azp", {"azp": "another client"}),
    "Cognito's access token": ("token_use", {"token_use": "access"}),
    "over": ("exp", {"exp": NOW - 61}),
    "without an end": ("exp", {"exp": None}),
    "ending at true": ("exp", {"exp": True}),
    "ending as a text": ("exp", {"exp": str(NOW + 60)}),
    "ending at infinity": ("exp", {"exp": float("inf")}),
    "ending at no number": ("exp", {"exp": float("nan")}),
    "made in the future": ("iat", {"iat": NOW + 61}),
    "made long ago": ("iat", {"iat": NOW - 601}),
    "without a beginning": ("iat", {"iat": None}),
    "not yet good": ("nbf", {"nbf": NOW + 61}),
    "without a nonce": ("nonce", {"nonce": None}),
    "with another sign-in's nonce": ("nonce", {"nonce": "m" * 43}),
    "with a nonce that is no text": ("nonce", {"nonce": ["n" * 43]}),
    "with a nonce that cannot be encoded": ("nonce", {"nonce": "\ud800"}),
    "of nobody": ("sub", {"sub": None}),
    "of an empty subject": ("sub", {"sub": ""}),
    "of a number": ("sub", {"sub": 7}),
    "of a subject beyond the standard's length": ("sub", {"sub": "a" * 256}),
    "of a subject beyond ASCII": ("sub", {"sub": "ad\u0430"}),
    "of a sign-in to come": ("auth_time", {"auth_time": NOW + 61}),
    "of a sign-in at no time": ("auth_time", {"auth_time": "yesterday"}),
    "of a sign-in at true": ("auth_time", {"auth_time": True}),
}


@pytest.mark.row("W08")
@pytest.mark.parametrize(("check", "claims"), BROKEN.values(), ids=BROKEN.keys())
def test_a_token_with_one_wrong_claim_is_refused(
    provider: OidcProvider, remote: FakeProvider, check: str, claims: dict[str, Any]
) -> None:
    with pytest.raises(SignInRefused) as refusal:
        sign_in(provider, remote, **claims)
    assert refusal.value.detail == f"id_token: {check}"


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": [CLIENT_ID]},
        {"aud": [CLIENT_ID, "another client"], "azp": CLIENT_ID},
        {"azp": CLIENT_ID},
        {"token_use": "id", "cognito:username": "ada"},
        {"exp": NOW - 59, "iat": NOW - 590},
        {"iat": NOW + 59, "nbf": NOW + 59},
        {"exp": NOW + 60.5},
        {"sub": "a" * 255},
    ],
    ids=str,
)
def test_what_the_standard_allows_is_accepted(provider: OidcProvider, remote: FakeProvider, claims: dict[str, Any]) -> None:
    assert sign_in(provider, remote, **claims).issuer == ISSUER


def segments(header: dict[str, Any], claims: dict[str, Any]) -> str:
    parts = (base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in (header, claims))
    return ".".join(parts)


def by_another_key(claims: dict[str, Any]) -> str:
    return jwt.encode(claims, rsa_key("a forger's"), "RS256", {"kid": "one"})


def altered(claims: dict[str, Any]) -> str:
    header, _, signature = jwt.encode({**claims, "sub": "bob"}, rsa_key(), "RS256", {"kid": "one"}).split(".")
    return ".".join([header, segments({}, claims).split(".")[1], signature])


def unsigned(claims: dict[str, Any]) -> str:
    return segments({"alg": "none", "kid": "one"}, claims) + "."


def without_algorithm(claims: dict[str, Any]) -> str:
    return segments({"kid": "one"}, claims) + "."


def by_the_public_key(claims: dict[str, Any]) -> str:
    public = rsa_key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    text = segments({"alg": "HS256", "kid": "one"}, claims)
    mac = hmac.digest(public, text.encode(), hashlib.sha256)
    return f"{text}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def with_a_key_of_its_own(claims: dict[str, Any]) -> str:
    forger = rsa_key("a forger's")
    return jwt.encode(claims, forger, "RS256", {"kid": "mine", "jwk": rsa_jwk("mine", forger)})


def with_an_unknown_extension(claims: dict[str, Any]) -> str:
    return jwt.encode(claims, rsa_key(), "RS256", {"kid": "one", "crit": ["exp"], "exp": 1})


def by_an_algorithm_the_key_is_not_for(claims: dict[str, Any]) -> str:
    return jwt.encode(claims, rsa_key(), "PS256", {"kid": "one"})


def with_the_key_id_of_another_type(claims: dict[str, Any]) -> str:
    return jwt.encode(claims, ec_key(), "ES256", {"kid": "one"})


def not_a_token(claims: dict[str, Any]) -> str:
    del claims
    return "\u00fc.\ud800.x"


def a_list(claims: dict[str, Any]) -> str:
    return jwt.PyJWS().encode(json.dumps([claims]).encode(), rsa_key(), "RS256", {"kid": "one"})


FORGERIES = {
    by_another_key: "signature",
    altered: "signature",
    unsigned: "alg",
    without_algorithm: "alg",
    by_the_public_key: "alg",
    with_a_key_of_its_own: "unknown key",
    with_an_unknown_extension: "signature",
    by_an_algorithm_the_key_is_not_for: "unknown key",
    with_the_key_id_of_another_type: "unknown key",
    not_a_token: "signature",
    a_list: "not an object",
}


@pytest.mark.row("W08")
@pytest.mark.parametrize(("sign", "check"), FORGERIES.items(), ids=[forge.__name__ for forge in FORGERIES])
def test_a_forged_token_is_refused(
    provider: OidcProvider, remote: FakeProvider, sign: Callable[[dict[str, Any]], str], check: str
) -> None:
    remote.sign = sign
    with pytest.raises(SignInRefused) as refusal:
        sign_in(provider, remote)
    assert refusal.value.detail == f"id_token: {check}"


@pytest.mark.row("W08")
@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
def test_a_key_that_is_too_short_is_refused(provider: OidcProvider, remote: FakeProvider) -> None:
    short = rsa_key("a short one", 1024)
    remote.documents[f"{ISSUER}/keys"] = {"keys": [rsa_jwk("one", short)]}
    remote.sign = lambda claims: jwt.encode(claims, short, "RS256", {"kid": "one"})
    with pytest.raises(SignInRefused, match="could not be completed"):
        sign_in(provider, remote)


@pytest.mark.row("W08")
def test_a_key_for_encryption_signs_nothing(provider: OidcProvider, remote: FakeProvider) -> None:
    remote.documents[f"{ISSUER}/keys"] = {"keys": [{**rsa_jwk("one"), "use": "enc"}]}
    with pytest.raises(SignInRefused) as refusal:
        sign_in(provider, remote)
    assert refusal.value.detail == "id_token: unknown key"


def test_other_signature_algorithms_are_accepted_with_a_key_of_their_type(
    provider: OidcProvider, remote: FakeProvider
) -> None:
    remote.sign = lambda claims: jwt.encode(claims, ec_key(), "ES256", {"kid": "two"})
    assert sign_in(provider, remote).subject == ADA["sub"]


def test_a_token_needs_no_key_id_where_there_is_one_key_only(provider: OidcProvider, remote: FakeProvider) -> None:
    remote.documents[f"{ISSUER}/keys"] = {"keys": [ec_jwk("only")]}
    remote.sign = lambda claims: jwt.encode(claims, ec_key(), "ES256")
    assert sign_in(provider, remote).subject == ADA["sub"]


def test_two_keys_of_one_id_are_no_key(provider: OidcProvider, remote: FakeProvider) -> None:
    remote.documents[f"{ISSUER}/keys"] = {"keys": [rsa_jwk("one"), rsa_jwk("one", rsa_key("a forger's"))]}
    with pytest.raises(SignInRefused):
        sign_in(provider, remote)


@pytest.mark.row("W13")
def test_without_auth_time_the_making_of_the_token_stands_in(provider: OidcProvider, remote: FakeProvider) -> None:
    assert sign_in(provider, remote, auth_time=None, iat=NOW - 30).auth_time == NOW - 30


@pytest.mark.row("W13")
def test_a_clock_that_runs_ahead_makes_no_sign_in_younger_than_now(provider: OidcProvider, remote: FakeProvider) -> None:
    assert sign_in(provider, remote, auth_time=NOW + 30).auth_time == NOW


@pytest.mark.row("W11")
@pytest.mark.parametrize("verdict", [False, "false", "False"])
def test_an_address_that_nobody_has_proved_is_left_out(
    provider: OidcProvider, remote: FakeProvider, verdict: object
) -> None:
    assert sign_in(provider, remote, email_verified=verdict).profile.email == ""


@pytest.mark.parametrize("verdict", [None, True, "true"])
def test_an_address_is_taken_when_the_provider_does_not_doubt_it(
    provider: OidcProvider, remote: FakeProvider, verdict: object
) -> None:
    assert sign_in(provider, remote, email_verified=verdict).profile.email == "ada@example.com"


def test_what_people_call_themselves_is_cut_and_stripped_of_what_cannot_be_seen(
    provider: OidcProvider, remote: FakeProvider
) -> None:
    identity = sign_in(provider, remote, name="A\u202ed\x00a\ud800" + "a" * 300, email=7)
    assert identity.profile.name == "Ada" + "a" * 251
    assert identity.profile.email == ""


@pytest.mark.parametrize(
    ("claims", "name"),
    [
        ({"given_name": "Ada", "preferred_username": "al"}, "Ada"),
        ({"preferred_username": "al"}, "al"),
        ({}, "ada@example.com"),
        ({"email": None}, ""),
        ({"cognito:username": "0f3f8a5e-2c8c-4b5e-9a57-6a1f4dd1a001"}, "ada@example.com"),
    ],
)
def test_a_person_without_a_name_is_called_by_what_the_provider_does_say(
    provider: OidcProvider, remote: FakeProvider, claims: dict[str, Any], name: str
) -> None:
    assert sign_in(provider, remote, name=None, **claims).profile.name == name


@pytest.mark.row("DF13")
def test_the_operator_chooses_which_claims_are_the_profile(remote: FakeProvider, clock: StoppedClock) -> None:
    team = "https://example.com/team"
    names = ClaimNames(email="mail", name="displayName", role="groups", workspace=team)
    provider = OidcProvider(replace(REGISTRATION, claims=names), remote, clock)
    said = {"mail": "a@example.org", "displayName": "Countess", "groups": ["admin", "dev"], team: "Engines"}
    identity = sign_in(provider, remote, **said)
    assert (identity.profile.email, identity.profile.name) == ("a@example.org", "Countess")
    assert (identity.profile.role, identity.profile.workspace) == ("admin", "Engines")


@pytest.mark.parametrize("claim", [None, [], [7], {"admin": True}, 7, ""])
def test_a_role_that_is_no_text_is_none(provider: OidcProvider, remote: FakeProvider, claim: object) -> None:
    assert sign_in(provider, remote, role=claim).profile.role == ""


def test_what_is_not_configured_is_not_taken(remote: FakeProvider, clock: StoppedClock) -> None:
    names = ClaimNames(email="email", name="name", role=None, workspace=None)
    provider = OidcProvider(replace(REGISTRATION, claims=names), remote, clock)
    identity = sign_in(provider, remote, role="admin", workspace="Engines", **{"": "nothing"})
    assert (identity.profile.role, identity.profile.workspace) == ("", "")


def test_the_time_that_counts_is_the_clock_that_was_handed_in(
    provider: OidcProvider, remote: FakeProvider, clock: StoppedClock
) -> None:
    clock.now = 1_000_000_000.0
    assert sign_in(provider, remote).auth_time == 999_999_995
