"""Our cookies, as browsers read them."""

from __future__ import annotations

import pytest

from functions.domain.secret import Secret
from functions.wire.cookies import SESSION, SIGN_IN, clear_cookie, set_cookie


def attributes(header: str) -> tuple[str, set[str]]:
    pair, *rest = header.split("; ")
    return pair, set(rest)


@pytest.mark.row("W02")
def test_the_session_cookie_is_locked_to_this_host_https_and_our_own_pages() -> None:
    pair, rest = attributes(set_cookie(SESSION, Secret("abc"), 60))
    assert pair == "__Host-tallystick-session=abc"
    assert rest == {"Path=/", "Max-Age=60", "Secure", "HttpOnly", "SameSite=Strict"}


@pytest.mark.row("W05")
def test_the_sign_in_cookie_survives_the_way_back_from_another_site() -> None:
    pair, rest = attributes(set_cookie(SIGN_IN, Secret("abc"), 600))
    assert pair == "__Host-tallystick-signin=abc"
    assert rest == {"Path=/", "Max-Age=600", "Secure", "HttpOnly", "SameSite=Lax"}


@pytest.mark.row("W14")
@pytest.mark.parametrize("name", [SESSION, SIGN_IN])
def test_a_cookie_is_cleared_under_the_attributes_it_was_set_with(name: str) -> None:
    assert clear_cookie(name) == set_cookie(name, Secret(""), 0)
