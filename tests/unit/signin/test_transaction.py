"""What binds the way out to the way back."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.domain.secret import Secret
from functions.signin.transaction import Transaction


def begin(random_bytes: bytes = b"\x01" * 32, now: float = 1000.9, replaces: Secret | None = None) -> Transaction:
    return Transaction.begin(lambda length: random_bytes[:length], now, replaces)


@pytest.mark.row("W05")
def test_state_nonce_and_verifier_are_256_bits_each_and_tell_nothing_of_one_another() -> None:
    values = [value.reveal() for value in (begin().state, begin().nonce, begin().code_verifier, begin().cookie())]
    assert len(set(values)) == 4
    assert all(len(value) == 43 for value in values[:3])
    assert not any(value in values[3] for value in values[:3])


@pytest.mark.row("W05")
def test_they_change_with_the_secret_and_with_the_time() -> None:
    one, other, later = begin(), begin(b"\x02" * 32), begin(now=1001)
    for name in ("state", "nonce", "code_verifier"):
        assert len({getattr(transaction, name) for transaction in (one, other, later)}) == 3


@pytest.mark.row("W05")
def test_none_of_ten_thousand_states_comes_twice() -> None:
    states = {Transaction.begin(os.urandom, 1000, None).state.reveal() for _ in range(10_000)}  # noqa: TID251  the real one
    assert len(states) == 10_000


@given(st.binary(min_size=32, max_size=32), st.integers(0, 10**11), st.none() | st.binary(min_size=32, max_size=32))
def test_the_cookie_brings_everything_back(random_bytes: bytes, now: int, replaces: bytes | None) -> None:
    transaction = begin(random_bytes, now, Secret(replaces.hex()) if replaces else None)
    assert Transaction.parse(transaction.cookie().reveal()) == transaction


@pytest.mark.parametrize(
    "cookie",
    [
        "",
        "1000",
        "1000." + "a" * 63,
        "1000." + "A" * 64,
        "-1." + "a" * 64,
        "1" * 13 + "." + "a" * 64,
        "\u0661." + "a" * 64,
        "1000." + "a" * 64 + "\n",
        "1000." + "a" * 64 + ".",
        "1000." + "a" * 64 + "." + "b" * 65,
    ],
)
def test_what_is_not_our_cookie_is_none(cookie: str) -> None:
    assert Transaction.parse(cookie) is None


def test_a_transaction_does_not_print_its_secret() -> None:
    assert "01" * 32 not in repr(begin())
