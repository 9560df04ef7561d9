"""Which page of ours a person comes back to: the one they left, by its name, and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from functions.wire.cookies import SESSION, SIGN_IN

if TYPE_CHECKING:
    from tests.unit.signin.browser import Browser
    from tests.unit.signin.conftest import World


def landed(world: World, browser: Browser, query: str) -> str:
    """Sign in from a link with this query; return where the browser is sent in the end."""
    answer = browser.come_back(world.provider.sign_in(browser.login(query).headers["location"]))
    assert answer.status == 303
    return answer.headers["location"]


@pytest.mark.row("W15")
def test_who_signs_in_from_the_sessions_comes_back_to_them(world: World, browser: Browser) -> None:
    assert landed(world, browser, "to=sessions") == "/sessions"
    assert landed(world, browser, "fresh=1&to=sessions") == "/sessions"
    assert landed(world, browser, "fresh=1") == "/device"


@pytest.mark.row("W15")
@pytest.mark.parametrize(
    "to", ["", "device", "Sessions", "sessions/", "/sessions", "https://evil.example", "//evil.example", "sessions%0d%0ax"]
)
def test_every_other_word_means_the_page_for_codes(world: World, browser: Browser, to: str) -> None:
    assert landed(world, browser, f"to={to}") == "/device"


@pytest.mark.row("W15")
def test_the_way_back_itself_is_not_asked_where_it_leads(world: World, browser: Browser) -> None:
    back = world.provider.sign_in(browser.login().headers["location"])
    assert browser.come_back(f"{back}&to=sessions").headers["location"] == "/device"


@pytest.mark.row("W15")
@pytest.mark.parametrize("ending", ["", ".evil", ".device", ".sessions.sessions", ".//evil.example"])
def test_a_cookie_with_another_ending_signs_nobody_in(world: World, browser: Browser, ending: str) -> None:
    back = world.provider.sign_in(browser.login("to=sessions").headers["location"])
    browser.jar[SIGN_IN] = browser.jar[SIGN_IN].removesuffix(".sessions") + ending
    assert browser.come_back(back).status == 400
    assert SESSION not in browser.jar
