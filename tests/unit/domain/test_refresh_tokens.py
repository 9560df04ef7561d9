"""The refresh token: what it looks like, what it is made of, and what cannot be one."""

from __future__ import annotations

import base64
import re

import pytest

from functions.domain.secret import Secret
from functions.domain.session.refresh_token import RefreshToken, session_id_of
from tests.contracts.grants import ADA, BOB

DEVICE_SECRET = Secret("07" * 32)
SALT, OTHER_SALT = "5a" * 16, "6b" * 16
TOKEN = RefreshToken.first(ADA, DEVICE_SECRET, SALT)


def packed(token: RefreshToken) -> bytes:
    return base64.urlsafe_b64decode(token.reveal().removeprefix("ts_") + "==")


def spelled(raw: bytes) -> str:
    return "ts_" + base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def test_a_token_is_short_and_can_be_found_by_its_prefix() -> None:
    assert re.fullmatch(r"ts_[A-Za-z0-9_-]{86}", TOKEN.reveal())
    assert len(TOKEN.reveal()) <= 128


def test_a_token_reads_back_as_itself() -> None:
    read = RefreshToken.parse(TOKEN.reveal())
    assert read is not None
    assert (read.user_id, read.family, read.secret) == (ADA, TOKEN.family, TOKEN.secret)
    assert read.session_id == TOKEN.session_id


@pytest.mark.row("D71")
def test_the_same_device_secret_and_salt_give_the_same_first_token_and_nothing_else_does() -> None:
    assert RefreshToken.first(ADA, Secret("07" * 32), SALT).reveal() == TOKEN.reveal()
    others = [
        RefreshToken.first(ADA, DEVICE_SECRET, OTHER_SALT),
        RefreshToken.first(ADA, Secret("08" * 32), SALT),
        RefreshToken.first(BOB, DEVICE_SECRET, SALT),
    ]
    assert TOKEN.reveal() not in {other.reveal() for other in others}


@pytest.mark.row("S04")
def test_a_successor_can_be_made_again_by_whoever_holds_the_token_and_the_salt() -> None:
    successor = TOKEN.successor(OTHER_SALT)
    assert successor.reveal() == TOKEN.successor(OTHER_SALT).reveal()
    assert (successor.user_id, successor.family) == (ADA, TOKEN.family)
    assert len({token.secret.reveal() for token in (TOKEN, successor, TOKEN.successor(SALT))}) == 3


def test_the_session_s_id_is_public_and_tells_nothing_of_the_family() -> None:
    assert re.fullmatch(r"ses_[0-9a-f]{32}", TOKEN.session_id)
    assert TOKEN.session_id == session_id_of(TOKEN.family)
    assert TOKEN.family.reveal() not in TOKEN.session_id


def test_neither_salt_nor_session_id_are_of_use_without_the_device_secret() -> None:
    assert TOKEN.session_id.removeprefix("ses_") not in {TOKEN.family.reveal(), TOKEN.secret.reveal()[:32]}
    assert SALT not in TOKEN.secret.reveal() + TOKEN.family.reveal()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ts_",
        "ts_ü",
        TOKEN.reveal()[:-1],
        TOKEN.reveal() + "A",
        TOKEN.reveal() + "==",
        " " + TOKEN.reveal(),
        TOKEN.reveal().removeprefix("ts_"),
        "dc_" + TOKEN.reveal().removeprefix("ts_"),
        spelled(packed(TOKEN) + b"\x00"),
        spelled(packed(TOKEN)[:-1]),
        "ts_" + "*" * 86,
    ],
)
def test_what_is_not_exactly_a_token_is_none(text: str) -> None:
    assert RefreshToken.parse(text) is None


def test_of_the_spellings_of_a_token_only_ours_is_one() -> None:
    text = TOKEN.reveal()
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    twins = [text[:-1] + alphabet[alphabet.index(text[-1]) ^ low] for low in range(1, 16)]
    same_bytes = [twin for twin in twins if base64.urlsafe_b64decode(twin[3:] + "==") == packed(TOKEN)]
    assert same_bytes
    assert all(RefreshToken.parse(twin) is None for twin in same_bytes)


def test_a_token_does_not_show_in_a_repr() -> None:
    for text in (TOKEN.reveal(), TOKEN.secret.reveal(), TOKEN.family.reveal()):
        assert text not in repr(TOKEN)
