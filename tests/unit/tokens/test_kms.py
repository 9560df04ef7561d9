"""The signing key's name and its manners; what KMS itself does is in tests/contracts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.tokens.kms import SigningKey, kid_of, kms_client
from tests.unit.tokens.material import KEY_ARN

if TYPE_CHECKING:
    import pytest

    from tests.fakes.kms import FakeKms


def test_the_kid_is_the_same_for_a_key_by_its_arn_or_by_its_id() -> None:
    assert kid_of(KEY_ARN) == kid_of(KEY_ARN.rpartition("/")[2])


def test_another_key_has_another_kid() -> None:
    assert kid_of(KEY_ARN) != kid_of(KEY_ARN[:-1] + "2")


def test_the_kid_tells_neither_account_nor_key() -> None:
    assert not any(part in kid_of(KEY_ARN) for part in ("123456789012", "0f3f8a5e"))


def test_no_client_is_made_before_something_is_signed_and_then_only_one(kms: FakeKms) -> None:
    made: list[FakeKms] = []

    def make() -> FakeKms:
        made.append(kms)
        return kms

    key = SigningKey(KEY_ARN, make)
    assert not made
    key.sign(b"one")
    key.sign(b"two")
    assert len(made) == 1


def test_two_tries_of_the_client_end_within_seven_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    # Without these botocore would ask the machine's metadata service for some.
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    client: Any = kms_client()
    config = client.meta.config
    tries = config.retries["total_max_attempts"]
    assert tries * (config.connect_timeout + config.read_timeout) + 1 <= 7
