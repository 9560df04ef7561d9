"""The proof of RFC 7636."""

from __future__ import annotations

import pytest

from functions.domain.pkce import challenge_of, is_challenge

VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


@pytest.mark.row("D71")
def test_the_example_of_the_rfc_comes_out_right() -> None:
    """RFC 7636 appendix B."""
    assert challenge_of(VERIFIER) == CHALLENGE
    assert is_challenge(CHALLENGE)


@pytest.mark.row("D71")
@pytest.mark.parametrize("verifier", ["", "a" * 42, "a" * 129, *("a" * 42 + end for end in "ü+="), "a" * 43 + "\n"])
def test_what_is_too_short_too_long_or_of_other_letters_is_no_verifier(verifier: str) -> None:
    assert challenge_of(verifier) is None


@pytest.mark.parametrize("verifier", ["a" * 43, "a" * 128, "-._~" * 11])
def test_the_limits_of_a_verifier_are_in(verifier: str) -> None:
    challenge = challenge_of(verifier)
    assert challenge is not None
    assert is_challenge(challenge)


@pytest.mark.parametrize("text", ["", CHALLENGE[:-1], *(CHALLENGE + end for end in "A=\n"), "+" * 43, "ü" * 43])
def test_what_no_sha_256_looks_like_is_no_challenge(text: str) -> None:
    assert not is_challenge(text)
