"""The published keys."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt import PyJWK
from jwt.utils import from_base64url_uint

from functions.domain.errors import StoreUnavailable
from functions.tokens.keyset import key_set, public_jwk
from functions.tokens.kms import SigningKey, kid_of
from tests.fakes.kms import FakeKms
from tests.unit.tokens.material import KEY_ARN

NEXT_ARN = KEY_ARN[:-1] + "2"


@pytest.mark.row("J05")
def test_each_key_has_its_public_members_and_no_other(kms: FakeKms) -> None:
    [key] = key_set([SigningKey(KEY_ARN, lambda: kms)])["keys"]
    assert set(key) == {"kty", "use", "alg", "kid", "n", "e"}
    assert (key["kty"], key["use"], key["alg"], key["kid"]) == ("RSA", "sig", "RS256", kid_of(KEY_ARN))


def test_the_numbers_are_those_of_the_key(kms: FakeKms) -> None:
    [key] = key_set([SigningKey(KEY_ARN, lambda: kms)])["keys"]
    numbers = kms.private_key.public_key().public_numbers()
    assert (from_base64url_uint(key["n"]), from_base64url_uint(key["e"])) == (numbers.n, numbers.e)
    assert PyJWK.from_dict(key).key.public_numbers() == numbers


@pytest.mark.row("J05")
def test_several_keys_keep_their_order_and_have_a_kid_each(kms: FakeKms) -> None:
    following = FakeKms(NEXT_ARN)
    keys = key_set([SigningKey(NEXT_ARN, lambda: following), SigningKey(KEY_ARN, lambda: kms)])["keys"]
    assert [key["kid"] for key in keys] == [kid_of(NEXT_ARN), kid_of(KEY_ARN)]
    assert keys[0]["n"] != keys[1]["n"]


def test_a_key_that_cannot_be_read_is_never_left_out_in_silence(kms: FakeKms) -> None:
    kms.fails_with = "ThrottlingException"
    with pytest.raises(StoreUnavailable):
        key_set([SigningKey(KEY_ARN, lambda: kms)])


def test_a_key_that_is_not_rsa_is_refused() -> None:
    elliptic = generate_private_key(SECP256R1()).public_key()
    with pytest.raises(TypeError):
        public_jwk("kid", elliptic.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
