"""A secret does not get out by accident: not printed, not logged, not pickled, not copied."""

from __future__ import annotations

import copy
import hashlib
import json
import logging
import pickle
from dataclasses import dataclass

import pytest

from functions.domain.device_grant.codes import DeviceCode, UserCode, locator_of
from functions.domain.secret import Secret

TEXT = "WDJBMJHT"
USER_CODE = UserCode(TEXT)
DEVICE_CODE = DeviceCode(locator_of(USER_CODE), Secret("5e" * 32))


@dataclass(frozen=True)
class Holder:
    """Something that has a secret in it."""

    secret: Secret


pytestmark = pytest.mark.row("D35")
each_secret = pytest.mark.parametrize("secret", [Secret(TEXT), USER_CODE, DEVICE_CODE], ids=["secret", "user", "device"])


@each_secret
def test_a_secret_is_redacted_however_it_is_turned_into_text(secret: Secret) -> None:
    texts = [
        repr(secret),
        str(secret),
        f"{secret}",
        f"{secret!r}",
        f"{secret!s:>40}",
        "%s %r" % (secret, secret),  # noqa: UP031  that form, too
        "{}".format(secret),  # noqa: UP032  that form, too
        repr([secret]),
        repr(Holder(secret)),
        ascii(secret),
    ]
    for text in texts:
        assert "redacted" in text
        assert secret.reveal() not in text
        assert secret.digest() not in text


@each_secret
def test_a_secret_is_redacted_in_a_log(secret: Secret, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("test").info("code %s, %r", secret, secret, extra={"code": secret})
    assert secret.reveal() not in caplog.text
    assert secret.reveal() not in str(caplog.records[0].__dict__)


@each_secret
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_secret_cannot_be_pickled(secret: Secret, protocol: int) -> None:
    with pytest.raises(TypeError):
        pickle.dumps(secret, protocol)


@each_secret
def test_a_secret_cannot_be_copied_or_turned_into_json(secret: Secret) -> None:
    for take in (copy.copy, copy.deepcopy, json.dumps):
        with pytest.raises(TypeError) as caught:
            take(secret)
        assert secret.reveal() not in str(caught.value)


@each_secret
def test_a_secret_has_no_dictionary_for_a_debugger_or_a_logger_to_walk(secret: Secret) -> None:
    assert not hasattr(secret, "__dict__")


def test_a_format_that_a_secret_does_not_know_is_refused_without_it() -> None:
    with pytest.raises(TypeError) as caught:
        format(Secret(TEXT), ">20")
    assert TEXT not in str(caught.value)


def test_only_the_sha_256_matches_a_secret() -> None:
    digest = hashlib.sha256(TEXT.encode()).hexdigest()
    assert Secret(TEXT).digest() == digest
    assert Secret(TEXT).matches(digest)
    assert not Secret(TEXT).matches(digest.upper())
    assert not Secret(TEXT).matches(TEXT)
    assert not Secret(TEXT).matches("")


def test_secrets_are_equal_by_their_text_and_never_equal_to_a_text() -> None:
    assert Secret(TEXT) == Secret(TEXT)
    assert hash(Secret(TEXT)) == hash(Secret(TEXT))
    assert Secret(TEXT) != Secret(TEXT.lower())
    assert Secret(TEXT) != TEXT
