"""Our own reader of access tokens: what it lets through and what it refuses, by the clock that it is handed."""

from __future__ import annotations

import base64
import json
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import RSAAlgorithm

from functions.domain.errors import StoreUnavailable
from functions.domain.secret import Secret
from functions.domain.session.access import Access
from functions.tokens.kms import SigningKey, kid_of
from functions.tokens.verifying import JwtReader
from tests.fakes.kms import FakeKms
from tests.unit.tokens.forging import HEADER, by_hand, signed
from tests.unit.tokens.material import AUDIENCE, CLIENT, ISSUER, KEY_ARN, LIFETIME, NOW, SESSION, USER, access_tokens

OTHER_ARN = KEY_ARN[:-1] + "2"


def reader(*held: FakeKms) -> JwtReader:
    return JwtReader(ISSUER, [SigningKey(kms.key_arn, lambda kms=kms: kms) for kms in held])  # type: ignore[misc]


def read(token: str, kms: FakeKms, now: float = NOW) -> Access | None:
    return reader(kms).read(Secret(token), now)


@pytest.mark.row("O32")
def test_our_own_token_says_whose_it_is_and_for_what(good: str, kms: FakeKms) -> None:
    assert read(good, kms) == Access(
        user_id=USER.user_id,
        session_id=SESSION.session_id,
        client_id="some-cli",
        scopes=("write", "read"),
        audience=AUDIENCE,
        issued_at=int(NOW),
        expires_at=int(NOW) + LIFETIME,
    )


def test_a_token_made_with_the_same_key_and_nothing_wrong_passes(claims: dict[str, Any], kms: FakeKms) -> None:
    """Proves that the forgeries below fail for what was changed."""
    assert read(signed(kms.private_key, claims), kms)


@pytest.mark.row("O31", "J09")
def test_its_time_is_over_by_the_clock_that_was_handed_in(good: str, kms: FakeKms) -> None:
    assert read(good, kms, int(NOW) + LIFETIME - 0.1)
    assert read(good, kms, int(NOW) + LIFETIME) is None


@pytest.mark.row("J09")
@pytest.mark.parametrize("spelling", ["none", "None", "NONE"])
def test_an_unsigned_token_is_nobodys(claims: dict[str, Any], kms: FakeKms, spelling: str) -> None:
    assert read(by_hand({**HEADER, "alg": spelling}, claims, b""), kms) is None


@pytest.mark.row("J09")
@pytest.mark.parametrize("encoding", [Encoding.PEM, Encoding.DER])
def test_a_token_with_the_public_key_as_hmac_secret_is_nobodys(
    claims: dict[str, Any], kms: FakeKms, encoding: Encoding
) -> None:
    public = kms.private_key.public_key().public_bytes(encoding, PublicFormat.SubjectPublicKeyInfo)
    header = {**HEADER, "alg": "HS256"}
    signing_input = by_hand(header, claims, b"").rstrip(".")
    signature = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256).sign(signing_input.encode(), public)
    assert read(by_hand(header, claims, signature), kms) is None


@pytest.mark.row("J09")
@pytest.mark.parametrize("algorithm", ["RS384", "RS512", "PS256"])
def test_another_algorithm_with_the_real_key_is_refused(claims: dict[str, Any], kms: FakeKms, algorithm: str) -> None:
    assert read(jwt.encode(claims, kms.private_key, algorithm, HEADER), kms) is None


@pytest.mark.row("J09")
@pytest.mark.parametrize("typ", ["JWT", "at+JWT", "", "application/at+jwt", None])
def test_another_type_is_refused(claims: dict[str, Any], kms: FakeKms, typ: str | None) -> None:
    assert read(signed(kms.private_key, claims, header={"typ": typ}), kms) is None


@pytest.mark.row("J09")
def test_our_own_id_token_is_no_access_token(kms: FakeKms) -> None:
    id_token = access_tokens(kms).identify(SESSION, ("openid", "email"), CLIENT, USER, NOW)
    assert id_token
    assert read(id_token.reveal(), kms) is None


@pytest.mark.row("J09")
@pytest.mark.parametrize("claim", ["iss", "sub", "aud", "client_id", "scope", "sid", "iat", "exp"])
def test_a_token_that_leaves_something_out_is_refused(claims: dict[str, Any], kms: FakeKms, claim: str) -> None:
    assert read(signed(kms.private_key, claims, without=claim), kms) is None


@pytest.mark.row("J09")
def test_another_issuers_token_is_refused(claims: dict[str, Any], kms: FakeKms) -> None:
    assert read(signed(kms.private_key, claims, iss=f"{ISSUER}/"), kms) is None


@pytest.mark.row("J09")
def test_an_unknown_critical_header_is_refused(claims: dict[str, Any], kms: FakeKms) -> None:
    assert read(signed(kms.private_key, claims, header={"crit": ["x-new"], "x-new": True}), kms) is None


@pytest.mark.row("J09")
@pytest.mark.parametrize("kid", [kid_of(KEY_ARN), "theirs", None])
def test_a_key_that_comes_with_the_token_is_not_believed(claims: dict[str, Any], kms: FakeKms, kid: str | None) -> None:
    theirs = FakeKms("theirs").private_key
    header: dict[str, Any] = {"jwk": RSAAlgorithm.to_jwk(theirs.public_key(), as_dict=True), "jku": "https://evil.example"}
    named = {**HEADER, "kid": kid} if kid else {"typ": "at+jwt"}
    assert read(jwt.encode(claims, theirs, "RS256", {**named, **header}), kms) is None


def test_a_changed_claim_breaks_the_signature(good: str, claims: dict[str, Any], kms: FakeKms) -> None:
    header, _, signature = good.split(".")
    changed = base64.urlsafe_b64encode(json.dumps({**claims, "scope": "admin"}).encode()).rstrip(b"=").decode()
    assert read(f"{header}.{changed}.{signature}", kms) is None


@pytest.mark.parametrize("text", ["", ".", "..", "a.b.c", "ü.ü.ü", "x" * 8000, "[" * 4000, "e30.e30.", "bnVsbA.e30.AA"])
def test_what_is_no_token_at_all_is_nobodys_and_costs_nothing(kms: FakeKms, text: str) -> None:
    assert read(text, kms) is None
    assert not kms.calls


@pytest.mark.parametrize("kid", [None, "unknown", ["a list"], 7])
def test_kms_is_not_asked_for_a_key_that_is_not_ours(claims: dict[str, Any], kms: FakeKms, kid: object) -> None:
    kms.calls.clear()
    assert read(by_hand({**HEADER, "alg": "RS256", "kid": kid}, claims, b"x"), kms) is None
    assert not kms.calls


def test_kms_is_asked_once_a_key_however_many_tokens_come(good: str, kms: FakeKms) -> None:
    kms.calls.clear()
    ours = reader(kms)
    assert all(ours.read(Secret(good), NOW) for _ in range(3))
    assert kms.calls == [("GetPublicKey", {"KeyId": KEY_ARN})]


@pytest.mark.row("J12")
def test_tokens_of_each_published_key_pass(good: str, claims: dict[str, Any], kms: FakeKms) -> None:
    following = FakeKms(OTHER_ARN)
    ours = reader(kms, following)
    assert ours.read(Secret(good), NOW)
    assert ours.read(Secret(signed(following.private_key, claims, header={"kid": kid_of(OTHER_ARN)})), NOW)


@pytest.mark.row("F1")
def test_while_kms_is_down_no_token_is_called_bad_and_the_next_one_asks_again(good: str, kms: FakeKms) -> None:
    ours = reader(kms)
    kms.fails_with = "KMSInternalException"
    with pytest.raises(StoreUnavailable):
        ours.read(Secret(good), NOW)
    kms.fails_with = None
    assert ours.read(Secret(good), NOW)
