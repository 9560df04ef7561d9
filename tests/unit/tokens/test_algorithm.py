"""RS256 through KMS, and nothing else through it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import jwt
import pytest

from functions.tokens.algorithm import KmsRsa, kms_jws
from functions.tokens.kms import SigningKey

if TYPE_CHECKING:
    from tests.fakes.kms import FakeKms

ROOT = Path(__file__).parents[3]

# `cryptography` is not in the bundle of poll: None in sys.modules makes every import of it fail as if it were not there.
_WITHOUT_CRYPTOGRAPHY = """
import sys
sys.modules["cryptography"] = None
from functions.domain.person import Profile
from functions.tokens.minting import AccessTokens
from functions.tokens.keyring import KeyRing
from types import SimpleNamespace as Some

class Kms:
    def sign(self, **parameters):
        return {"Signature": b"signed:" + parameters["Message"]}

import jwt.algorithms
assert not jwt.algorithms.has_crypto
tokens = AccessTokens(issuer="https://i", keys=KeyRing({"k": 0}, Kms), random_bytes=bytes)
session = Some(session_id="s", client_id="c", auth_time=1, over_at=99)
client = Some(audience="a", access_token_lifetime=9)
minted = tokens.mint(session, ("read",), client, Some(user_id="u", profile=Profile()), 1.0)
assert minted.token.reveal().count(".") == 2
assert "cryptography.hazmat" not in sys.modules
"""


def test_it_signs_where_cryptography_is_not_installed() -> None:
    subprocess.run([sys.executable, "-c", _WITHOUT_CRYPTOGRAPHY], cwd=ROOT, check=True)


def test_it_knows_one_algorithm() -> None:
    assert kms_jws().get_algorithms() == ["RS256"]


def test_the_registry_that_others_use_stays_as_it_was() -> None:
    kms_jws()
    assert not isinstance(jwt.PyJWS().get_algorithm_by_name("RS256"), KmsRsa)
    assert not isinstance(jwt.get_algorithm_by_name("RS256"), KmsRsa)


def test_a_text_is_never_taken_for_a_key() -> None:
    with pytest.raises(jwt.InvalidKeyError):
        kms_jws().encode(b"{}", "secret", "RS256")


@pytest.mark.parametrize("algorithm", ["none", "HS256", None])
def test_no_other_algorithm_can_be_asked_for(kms: FakeKms, algorithm: str | None) -> None:
    key = SigningKey(kms.key_arn, lambda: kms)
    with pytest.raises(NotImplementedError):
        kms_jws().encode(b"{}", key, algorithm)  # type: ignore[arg-type]


def test_it_verifies_nothing_and_converts_no_keys() -> None:
    with pytest.raises(NotImplementedError):
        KmsRsa().verify(b"", None, b"")
    with pytest.raises(NotImplementedError):
        KmsRsa.from_jwk({})
    with pytest.raises(NotImplementedError):
        KmsRsa.to_jwk(None)
