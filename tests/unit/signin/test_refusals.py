"""Ways back that are not good: nothing is exchanged, nobody is signed in, and a person sees why."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode

import pytest

from functions.wire.cookies import SESSION, SIGN_IN

if TYPE_CHECKING:
    from tests.events import Answer
    from tests.unit.signin.browser import Browser
    from tests.unit.signin.conftest import World


def assert_refused(answer: Answer, world: World, browser: Browser, exchanged: int = 0) -> None:
    assert answer.status == 400
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert SESSION not in browser.jar
    assert len(world.provider.forms) == exchanged
    assert world.sessions.sessions == {}


@pytest.mark.row("W06")
def test_a_state_of_another_browser_is_refused(world: World, browser: Browser) -> None:
    theirs = world.provider.sign_in(world.browser().login().headers["location"])
    browser.login()
    assert_refused(browser.come_back(theirs), world, browser)


@pytest.mark.row("W06")
def test_a_way_back_to_a_browser_that_never_went_out_is_refused(world: World, browser: Browser) -> None:
    theirs = world.provider.sign_in(world.browser().login().headers["location"])
    assert_refused(browser.come_back(theirs), world, browser)


@pytest.mark.row("W06")
@pytest.mark.parametrize("state", [None, "", "x", "\u00fc"])
def test_a_missing_or_made_up_state_is_refused(world: World, browser: Browser, state: str | None) -> None:
    code = parse_qs(world.provider.sign_in(browser.login().headers["location"]))["code"][0]
    query = urlencode({"code": code} if state is None else {"code": code, "state": state})
    assert_refused(browser.come_back(query), world, browser)


@pytest.mark.row("W05", "W06")
def test_a_state_works_once(world: World, browser: Browser) -> None:
    query = world.provider.sign_in(browser.login().headers["location"])
    before = dict(browser.jar)
    browser.come_back(query)
    session = browser.jar.pop(SESSION)
    browser.jar |= before
    answer = browser.come_back(query)
    assert answer.status == 400
    assert len(world.provider.forms) == 1
    assert len(world.sessions.sessions) == 1
    assert browser.jar.get(SESSION) != session


@pytest.mark.row("W05", "W06")
def test_a_state_is_not_renewed_by_touching_the_rest_of_its_cookie(world: World, browser: Browser) -> None:
    query = world.provider.sign_in(browser.login().headers["location"])
    cookie = browser.jar[SIGN_IN]
    browser.come_back(query)
    del browser.jar[SESSION]
    browser.jar[SIGN_IN] = f"{cookie}.{'d' * 64}"
    assert browser.come_back(query).status == 400
    assert len(world.provider.forms) == 1


@pytest.mark.row("W05", "W06")
@pytest.mark.parametrize(("age", "status"), [(599, 303), (600, 400), (86_400, 400)])
def test_a_state_lives_ten_minutes(world: World, browser: Browser, age: int, status: int) -> None:
    url = browser.login().headers["location"]
    world.clock.forward(age)
    assert browser.come_back(world.provider.sign_in(url)).status == status
    assert len(world.provider.forms) == (status == 303)


@pytest.mark.row("W05", "W06")
@pytest.mark.parametrize(("ahead", "status"), [(5, 303), (6, 400)])
def test_a_sign_in_from_the_future_is_refused_beyond_what_clocks_differ(
    world: World, browser: Browser, ahead: int, status: int
) -> None:
    url = browser.login().headers["location"]
    world.clock.forward(-ahead)
    assert browser.come_back(world.provider.sign_in(url)).status == status


@pytest.mark.row("W05")
def test_changing_the_time_in_the_cookie_changes_the_state(world: World, browser: Browser) -> None:
    url = browser.login().headers["location"]
    issued_at, _, secret = browser.jar[SIGN_IN].partition(".")
    world.clock.forward(700)
    browser.jar[SIGN_IN] = f"{int(issued_at) + 700}.{secret}"
    assert_refused(browser.come_back(world.provider.sign_in(url)), world, browser)


@pytest.mark.row("W05", "W08")
def test_an_id_token_of_another_sign_in_is_refused(world: World, browser: Browser) -> None:
    answer = browser.sign_in(world.provider, nonce="n" * 43)
    assert_refused(answer, world, browser, exchanged=1)


@pytest.mark.row("W06")
def test_a_code_that_was_exchanged_elsewhere_is_refused(world: World, browser: Browser) -> None:
    query = world.provider.sign_in(browser.login().headers["location"])
    world.provider._codes.clear()
    assert_refused(browser.come_back(query), world, browser, exchanged=1)


@pytest.mark.row("W06")
def test_an_answer_in_the_name_of_another_provider_is_refused(world: World, browser: Browser) -> None:
    query = world.provider.sign_in(browser.login().headers["location"])
    assert_refused(browser.come_back(query + "&iss=https%3A%2F%2Fevil.example"), world, browser)


def test_an_answer_in_the_name_of_our_provider_is_good(world: World, browser: Browser) -> None:
    query = world.provider.sign_in(browser.login().headers["location"])
    assert browser.come_back(query + "&iss=https%3A%2F%2Fid.example").status == 303


def state_of(browser: Browser) -> str:
    return parse_qs(browser.login().headers["location"])["state"][0]


def test_a_person_who_said_no_there_is_told_so_and_can_try_again(world: World, browser: Browser) -> None:
    answer = browser.come_back(urlencode({"error": "access_denied", "state": state_of(browser)}))
    assert_refused(answer, world, browser)
    assert "You were not signed in." in answer.text
    assert "/auth/login" in answer.text


@pytest.mark.row("W06")
def test_an_error_with_a_foreign_state_is_refused_like_any_other(world: World, browser: Browser) -> None:
    browser.login()
    answer = browser.come_back("error=access_denied&state=x")
    assert_refused(answer, world, browser)
    assert "You were not signed in." not in answer.text


@pytest.mark.row("W06")
def test_a_refused_way_back_does_not_disturb_the_sign_in_under_way(world: World, browser: Browser) -> None:
    query = world.provider.sign_in(browser.login().headers["location"])
    assert browser.come_back("code=x&state=foreign").status == 400
    assert browser.come_back(query).status == 303


@pytest.mark.row("W06")
def test_a_way_back_without_code_and_error_is_refused(world: World, browser: Browser) -> None:
    assert_refused(browser.come_back(urlencode({"state": state_of(browser)})), world, browser)


@pytest.mark.row("O03")
def test_nothing_that_was_sent_is_echoed(browser: Browser) -> None:
    query = urlencode({"error": "<script>alert(1)</script>", "error_description": "<b>", "state": "<i>"})
    text = browser.come_back(query).text
    assert not any(part in text for part in ("<script", "<b>", "<i>", "alert"))


@pytest.mark.row("F4")
def test_a_provider_that_is_down_stops_sign_in_and_nothing_else(world: World, browser: Browser) -> None:
    signed_in = world.browser()
    signed_in.sign_in(world.provider)
    query = world.provider.sign_in(browser.login().headers["location"])
    world.provider.down = True
    answer = browser.come_back(query)
    assert answer.status == 503
    assert int(answer.headers["retry-after"]) > 0
    assert SESSION not in browser.jar
    assert signed_in.session().json["signed_in"] is True
    assert signed_in.logout().status == 204


@pytest.mark.row("F4")
def test_a_provider_that_was_never_reached_is_unavailable_at_the_way_out(world: World, browser: Browser) -> None:
    world.provider.down = True
    answer = browser.login()
    assert (answer.status, answer.headers["content-type"]) == (503, "text/html; charset=utf-8")
    assert browser.jar == {}


@pytest.mark.parametrize("error", ["server_error", "temporarily_unavailable"])
def test_a_providers_own_fault_is_not_the_persons(browser: Browser, error: str) -> None:
    answer = browser.come_back(urlencode({"error": error, "state": state_of(browser)}))
    assert answer.status == 503


@pytest.mark.row("F1")
@pytest.mark.parametrize("store", ["users", "sessions"])
def test_a_table_that_is_down_signs_nobody_in(world: World, browser: Browser, store: str) -> None:
    query = world.provider.sign_in(browser.login().headers["location"])
    getattr(world, store).unavailable = True
    answer = browser.come_back(query)
    assert answer.status == 503
    assert SESSION not in browser.jar
