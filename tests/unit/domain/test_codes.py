"""Codes at random: never twice, never lopsided. And a device code has one spelling only."""

from __future__ import annotations

import base64
import os
from io import BytesIO

import pytest

from functions.domain.device_grant.codes import (
    ALPHABET,
    DEVICE_CODE_PREFIX,
    USER_CODE_LENGTH,
    DeviceCode,
    UserCode,
    locator_of,
)
from functions.domain.secret import Secret

MANY = 1_000_000
# An honest draw exceeds these once in about ten million times: chi-square with 19 degrees of freedom, and five and a half
# standard deviations of a fair coin.
CHI_SQUARE_LIMIT = 70.0
COIN_LIMIT = 5.5

USER_CODE = UserCode("WDJBMJHT")


# Real randomness is what these tests are about; drawn in large pieces, because a million system calls take seconds.
_pool = BytesIO()


def real_randomness(n: int) -> bytes:
    drawn = _pool.read(n)
    if len(drawn) < n:
        _pool.seek(0)
        _pool.write(os.urandom(2**20))  # noqa: TID251
        _pool.seek(0)
        drawn = _pool.read(n)
    return drawn


@pytest.mark.row("D25")
def test_of_a_million_user_codes_each_letter_is_as_frequent_as_the_others_at_each_position() -> None:
    codes = "".join([UserCode.generate(real_randomness).reveal() for _ in range(MANY)])
    assert len(codes) == MANY * USER_CODE_LENGTH
    expected = MANY / len(ALPHABET)
    for position in range(USER_CODE_LENGTH):
        letters = codes[position::USER_CODE_LENGTH]
        counts = [letters.count(letter) for letter in ALPHABET]
        assert sum(counts) == MANY
        assert sum((count - expected) ** 2 / expected for count in counts) < CHI_SQUARE_LIMIT


@pytest.mark.row("D25")
def test_of_a_million_device_codes_for_one_user_code_none_comes_twice() -> None:
    assert len({DeviceCode.generate(USER_CODE, real_randomness).reveal() for _ in range(MANY)}) == MANY


@pytest.mark.row("D25")
def test_each_of_the_256_bits_of_a_device_secret_is_a_fair_coin() -> None:
    tosses = 5_000
    secrets = [int(DeviceCode.generate(USER_CODE, real_randomness).secret.reveal(), 16) for _ in range(tosses)]
    for bit in range(256):
        heads = sum(secret >> bit & 1 for secret in secrets)
        assert abs(heads - tosses / 2) < COIN_LIMIT * (tosses / 4) ** 0.5


@pytest.mark.row("D25")
def test_a_device_code_is_the_locator_and_32_bytes_drawn_for_it() -> None:
    drawn: list[int] = []

    def counting(n: int) -> bytes:
        drawn.append(n)
        return bytes(range(n))

    code = DeviceCode.generate(USER_CODE, counting)
    assert drawn == [32]
    packed = base64.urlsafe_b64decode(code.reveal().removeprefix(DEVICE_CODE_PREFIX) + "==")
    assert packed == bytes.fromhex(locator_of(USER_CODE)) + bytes(range(32))


def test_a_byte_that_would_favour_some_letters_is_drawn_again() -> None:
    draws = iter([bytes([240, 255, 250, 241] * 4), bytes([239] * 4 + [255] * 12), bytes([0] * 16)])
    assert UserCode.generate(lambda _: next(draws)).reveal() == "ZZZZBBBB"


def test_no_user_code_contains_a_vowel_or_a_digit() -> None:
    assert not set(ALPHABET) & set("AEIOUY0123456789")
    assert len(set(ALPHABET)) == len(ALPHABET) == 20


def test_a_device_code_reads_back_with_its_locator_and_secret() -> None:
    code = DeviceCode.generate(USER_CODE, real_randomness)
    parsed = DeviceCode.parse(code.reveal())
    assert parsed == code
    assert parsed is not None
    assert (parsed.locator, parsed.secret) == (locator_of(USER_CODE), code.secret)


@pytest.mark.row("D53")
@pytest.mark.parametrize(
    "spoil",
    [
        lambda _: "",
        lambda text: text.removeprefix("dc_"),
        lambda text: text[:-1],
        lambda text: text + "A",
        lambda text: text + "==",
        lambda text: text + "\n",
        lambda text: " " + text,
        lambda text: text.replace("dc_", "DC_"),
        lambda text: text[:-1] + ("B" if text[-1] == "A" else "A" if text[-1] != "Q" else "R"),
        lambda text: text[:10] + "+" + text[11:],
        lambda text: text[:10] + "ü" + text[11:],
        lambda text: text[:10] + "\x00" + text[11:],
        lambda text: "dc_" + text,
    ],
)
def test_another_spelling_is_not_a_device_code(spoil: object) -> None:
    text = DeviceCode(locator_of(USER_CODE), Secret("00" * 32)).reveal()
    assert text[-1] == "A"
    assert callable(spoil)
    assert DeviceCode.parse(spoil(text)) is None


def test_a_locator_is_the_same_for_every_spelling_of_a_user_code_and_differs_between_codes() -> None:
    typed = UserCode.parse("wdjb mjht")
    assert typed is not None
    assert locator_of(typed) == locator_of(USER_CODE)
    assert locator_of(UserCode("WDJBMJHW")) != locator_of(USER_CODE)
