"""What the check in the README lets through and what it refuses: each forgery differs from a good token in one thing."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import RSAAlgorithm

from functions.tokens.kms import kid_of
from tests.fakes.kms import FakeKms
from tests.unit.tokens.forging import HEADER, by_hand, signed
from tests.unit.tokens.material import (
    AUDIENCE,
    ISSUER,
    KEY_ARN,
    NOW,
    USER,
    Published,
)
from tests.verifier import verify_access_token

pytestmark = pytest.mark.row("J09")


def verify(token: str, *kms: FakeKms) -> dict[str, object]:
    return verify_access_token(token, Published(*kms), ISSUER, AUDIENCE)


def test_the_readme_has_the_check_that_is_tested_here() -> None:
    root = Path(__file__).parents[3]
    _, _, snippet = (root / "tests" / "verifier.py").read_text(encoding="utf-8").partition('"""\n\n')
    assert snippet.startswith("import jwt\n")
    assert f"```python\n{snippet}```" in (root / "README.md").read_text(encoding="utf-8")


@pytest.mark.row("J07", "J08")
def test_our_own_token_passes_with_its_claims(good: str, kms: FakeKms) -> None:
    verified = verify(good, kms)
    assert (verified["sub"], verified["client_id"], verified["scope"]) == (USER.user_id, "some-cli", "write read")


def test_a_token_made_with_the_same_key_and_nothing_wrong_passes(claims: dict[str, Any], kms: FakeKms) -> None:
    """Proves that the forgeries below fail for what was changed."""
    assert verify(signed(kms.private_key, claims), kms) == claims


@pytest.mark.parametrize("spelling", ["none", "None", "NONE"])
def test_an_unsigned_token_is_refused(claims: dict[str, Any], kms: FakeKms, spelling: str) -> None:
    with pytest.raises(jwt.InvalidAlgorithmError):
        verify(by_hand({**HEADER, "alg": spelling}, claims, b""), kms)


@pytest.mark.parametrize("encoding", [Encoding.PEM, Encoding.DER])
def test_a_token_with_the_public_key_as_hmac_secret_is_refused(
    claims: dict[str, Any], kms: FakeKms, encoding: Encoding
) -> None:
    public = kms.private_key.public_key().public_bytes(encoding, PublicFormat.SubjectPublicKeyInfo)
    header = {**HEADER, "alg": "HS256"}
    signing_input = by_hand(header, claims, b"").rstrip(".")
    signature = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256).sign(signing_input.encode(), public)
    with pytest.raises(jwt.InvalidAlgorithmError):
        verify(by_hand(header, claims, signature), kms)


@pytest.mark.parametrize("algorithm", ["RS384", "RS512", "PS256"])
def test_another_algorithm_with_the_real_key_is_refused(claims: dict[str, Any], kms: FakeKms, algorithm: str) -> None:
    with pytest.raises(jwt.InvalidAlgorithmError):
        verify(jwt.encode(claims, kms.private_key, algorithm, HEADER), kms)


@pytest.mark.parametrize("typ", ["JWT", "jwt", "logout+jwt", "dpop+jwt", 7, ""])
def test_another_kind_of_token_of_ours_is_refused(claims: dict[str, Any], kms: FakeKms, typ: object) -> None:
    with pytest.raises(jwt.InvalidTokenError, match="Not an access token"):
        verify(signed(kms.private_key, claims, header={"typ": typ}), kms)


@pytest.mark.parametrize("issuer", ["https://login.example/", "https://evil.example", "http://login.example", ""])
def test_another_issuer_is_refused(claims: dict[str, Any], kms: FakeKms, issuer: str) -> None:
    with pytest.raises(jwt.InvalidIssuerError):
        verify(signed(kms.private_key, claims, iss=issuer), kms)


@pytest.mark.parametrize("audience", ["https://other.example", ["https://other.example"], ISSUER])
def test_another_audience_is_refused(claims: dict[str, Any], kms: FakeKms, audience: object) -> None:
    with pytest.raises(jwt.InvalidAudienceError):
        verify(signed(kms.private_key, claims, aud=audience), kms)


@pytest.mark.parametrize("claim", ["exp", "iat", "iss", "aud", "sub", "client_id", "jti"])
def test_a_missing_claim_is_refused(claims: dict[str, Any], kms: FakeKms, claim: str) -> None:
    with pytest.raises(jwt.MissingRequiredClaimError):
        verify(signed(kms.private_key, claims, without=claim), kms)


def test_an_expired_token_is_refused(claims: dict[str, Any], kms: FakeKms) -> None:
    with pytest.raises(jwt.ExpiredSignatureError):
        verify(signed(kms.private_key, claims, exp=int(NOW) + 1), kms)


def test_an_unknown_critical_header_is_refused(claims: dict[str, Any], kms: FakeKms) -> None:
    with pytest.raises(jwt.InvalidTokenError, match="critical"):
        verify(signed(kms.private_key, claims, header={"crit": ["x-new"], "x-new": True}), kms)


@pytest.mark.parametrize("kid", [kid_of(KEY_ARN), "theirs", None])
def test_a_key_that_comes_with_the_token_is_not_believed(claims: dict[str, Any], kms: FakeKms, kid: str | None) -> None:
    theirs = FakeKms("theirs").private_key
    header: dict[str, Any] = {
        "jwk": RSAAlgorithm.to_jwk(theirs.public_key(), as_dict=True),
        "jku": "https://evil.example/keys",
    }
    named = {**HEADER, "kid": kid} if kid else {"typ": "at+jwt"}
    with pytest.raises(jwt.PyJWTError):
        verify(jwt.encode(claims, theirs, "RS256", {**named, **header}), kms)


def test_the_id_token_of_the_identity_provider_is_refused(kms: FakeKms) -> None:
    """Even where its key stands in the same set and it names our API as its audience."""
    provider = FakeKms("provider")
    id_token = {
        "iss": "https://provider.example",
        "aud": AUDIENCE,
        "sub": "ada",
        "iat": 1,
        "exp": 9_999_999_999,
        "nonce": "n",
    }
    token = jwt.encode(id_token, provider.private_key, "RS256", {"kid": kid_of("provider")})
    with pytest.raises(jwt.PyJWTError):
        verify(token, kms)
    with pytest.raises(jwt.MissingRequiredClaimError):
        verify(token, kms, provider)


def test_a_changed_claim_breaks_the_signature(good: str, claims: dict[str, Any], kms: FakeKms) -> None:
    header, _, signature = good.split(".")
    changed = base64.urlsafe_b64encode(json.dumps({**claims, "scope": "admin"}).encode()).rstrip(b"=").decode()
    with pytest.raises(jwt.InvalidSignatureError):
        verify(f"{header}.{changed}.{signature}", kms)
