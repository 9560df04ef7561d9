"""What we rely on KMS for. The same suite for the fake and for KMS as the emulator has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import botocore.session
import jwt
import pytest

from functions.domain.errors import StoreUnavailable
from functions.tokens.algorithm import kms_jws
from functions.tokens.keyset import key_set
from functions.tokens.kms import SigningKey, kms_client
from infra.local.emulator import REGION, running_emulator
from tests.fakes.kms import FakeKms

if TYPE_CHECKING:
    from collections.abc import Iterator

FAKE_ARN = "arn:aws:kms:eu-central-1:123456789012:key/0f3f8a5e-2c8c-4b5e-9a57-6a1f4dd1a001"


@pytest.fixture(scope="module", params=["fake", "emulator"])
def key(request: pytest.FixtureRequest) -> Iterator[SigningKey]:
    """Return a key that exists."""
    if request.param == "fake":
        fake = FakeKms(FAKE_ARN)
        yield SigningKey(FAKE_ARN, lambda: fake)
        return
    with pytest.MonkeyPatch.context() as environment, running_emulator() as emulator:
        environment.setenv("AWS_ENDPOINT_URL", emulator.endpoint)
        environment.setenv("AWS_DEFAULT_REGION", REGION)
        environment.setenv("AWS_ACCESS_KEY_ID", "test")
        environment.setenv("AWS_SECRET_ACCESS_KEY", "test")
        kms: Any = botocore.session.get_session().create_client("kms")
        made = kms.create_key(KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY")
        yield SigningKey(made["KeyMetadata"]["Arn"], kms_client)


def sign(key: SigningKey, payload: bytes) -> str:
    return kms_jws().encode(payload, key, "RS256", {"kid": key.kid})  # type: ignore[arg-type]


def read_with_key_set(key: SigningKey, token: str) -> object:
    [public] = jwt.PyJWKSet.from_dict(key_set([key])).keys
    return jwt.PyJWS().decode(token, public, algorithms=["RS256"])


@pytest.mark.row("J05", "J07")
def test_a_signature_checks_out_against_the_published_key(key: SigningKey) -> None:
    assert read_with_key_set(key, sign(key, b'{"sub":"ada"}')) == b'{"sub":"ada"}'


def test_a_message_beyond_what_kms_takes_is_signed_all_the_same(key: SigningKey) -> None:
    assert read_with_key_set(key, sign(key, b"x" * 5000)) == b"x" * 5000


def test_a_signature_is_for_its_message_only(key: SigningKey) -> None:
    header, _, signature = sign(key, b"{}").split(".")
    with pytest.raises(jwt.InvalidSignatureError):
        read_with_key_set(key, f"{header}.e30x.{signature}")


def test_the_public_key_stays_the_same(key: SigningKey) -> None:
    assert key.public_key() == key.public_key()


@pytest.mark.row("F3")
def test_a_key_that_is_not_there_is_a_fault_of_ours_that_names_no_arn(key: SigningKey) -> None:
    missing = SigningKey(key._key_arn[:-12] + "000000000000", key._make_client)
    for call in (missing.public_key, lambda: missing.sign(b"")):
        with pytest.raises(StoreUnavailable) as caught:
            call()
        assert caught.value.detail.endswith("NotFoundException")
