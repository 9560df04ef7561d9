"""A person signs in, is known, and signs out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from functions.domain.browser_session import SESSION_LIFETIME
from functions.domain.person import user_id_of
from functions.domain.secret import Secret
from functions.wire.cookies import SESSION, SIGN_IN
from tests.fakes.provider import ADA, ISSUER

if TYPE_CHECKING:
    from tests.unit.signin.browser import Browser
    from tests.unit.signin.conftest import World


@pytest.mark.row("D30")
@pytest.mark.parametrize("rest", [False, True], ids=["HTTP API", "REST API"])
def test_after_signing_in_the_browser_is_back_at_the_page_and_known_there(world: World, *, rest: bool) -> None:
    browser = world.browser(rest=rest)
    assert browser.session().json == {"signed_in": False}
    answer = browser.sign_in(world.provider)
    assert (answer.status, answer.headers["location"]) == (303, "/device")
    assert browser.session().json == {"signed_in": True, "user": {"email": "ada@example.com", "name": "Ada Lovelace"}}


@pytest.mark.row("D33")
def test_going_out_to_sign_in_writes_nothing(world: World, browser: Browser) -> None:
    browser.login()
    assert (world.users.people, world.sessions.sessions, world.sessions.used) == ({}, {}, set())


@pytest.mark.row("W02", "W14")
def test_the_session_cookie_is_strict_opaque_and_the_table_knows_only_its_digest(world: World, browser: Browser) -> None:
    answer = browser.sign_in(world.provider)
    strict = next(header for header in answer.cookies if header.startswith(f"{SESSION}="))
    assert strict.endswith("; Path=/; Max-Age=43200; Secure; HttpOnly; SameSite=Strict")
    assert len(bytes.fromhex(browser.jar[SESSION])) == 32
    assert list(world.sessions.sessions) == [Secret(browser.jar[SESSION]).digest()]


@pytest.mark.row("W05")
def test_the_sign_in_cookie_is_gone_after_the_way_back(world: World, browser: Browser) -> None:
    browser.login()
    assert SIGN_IN in browser.jar
    browser.sign_in(world.provider)
    assert SIGN_IN not in browser.jar


@pytest.mark.row("W01")
def test_nothing_of_the_providers_tokens_reaches_the_browser(world: World, browser: Browser) -> None:
    answer = browser.sign_in(world.provider)
    seen = repr(answer) + repr(browser.session()) + repr(browser.jar)
    assert len(world.provider.tokens) == 3
    for token in world.provider.tokens:
        assert token not in seen
        assert not any(part in seen for part in token.split(".") if len(part) > 8)
    assert "code-0" not in seen


@pytest.mark.row("W01", "D35")
def test_nothing_secret_is_logged(world: World, browser: Browser, caplog: pytest.LogCaptureFixture) -> None:
    browser.login()
    cookie = browser.jar[SIGN_IN]
    browser.sign_in(world.provider)
    browser.come_back("code=code-0&state=wrong")
    logged = repr([vars(record) for record in caplog.records])
    assert "signed_in" in logged
    for secret in [*world.provider.tokens, "code-0", cookie, browser.jar[SESSION], world.provider.forms[0]["code_verifier"]]:
        assert secret not in logged


@pytest.mark.row("W11")
def test_people_are_keyed_by_issuer_and_subject_whatever_their_address_is(world: World) -> None:
    world.browser().sign_in(world.provider)
    world.browser().sign_in(world.provider, email="new@example.com", name="Ada King")
    world.browser().sign_in(world.provider, sub="eve-0001")
    ada, eve = user_id_of(ISSUER, ADA["sub"]), user_id_of(ISSUER, "eve-0001")
    assert list(world.users.people) == [ada, eve]
    assert world.users.people[ada].profile.email == "new@example.com"
    assert world.users.people[eve].profile.email == "ada@example.com"


def test_each_sign_in_brings_the_profile_up_to_date_and_says_when(world: World, browser: Browser) -> None:
    first = int(world.clock.now)
    browser.sign_in(world.provider, role="admin", workspace="Engines")
    world.clock.forward(60)
    browser.sign_in(world.provider, role="viewer", workspace="Engines")
    (ada,) = world.users.people.values()
    assert (ada.profile.role, ada.profile.workspace) == ("viewer", "Engines")
    assert (ada.created_at, ada.signed_in_at) == (first, first + 60)


@pytest.mark.row("W13")
def test_the_session_knows_when_the_person_proved_who_they_are(world: World, browser: Browser) -> None:
    browser.sign_in(world.provider, auth_time=1_799_990_000)
    (session,) = world.sessions.sessions.values()
    assert session.auth_time == 1_799_990_000
    assert session.expires_at == world.clock.now + SESSION_LIFETIME


@pytest.mark.row("W13")
def test_a_fresh_sign_in_asks_the_provider_for_a_new_login(browser: Browser) -> None:
    plain, fresh = (parse_qs(urlsplit(browser.login(query).headers["location"]).query) for query in ("", "fresh=1"))
    assert "prompt" not in plain
    assert fresh["prompt"] == ["login"]


@pytest.mark.row("W13")
@pytest.mark.parametrize(("query", "ago", "status"), [("fresh=1", 61, 400), ("fresh=1", 60, 303), ("", 61, 303)])
def test_a_provider_that_lets_an_older_sign_in_pass_for_a_fresh_one_is_told_on(
    world: World, browser: Browser, query: str, ago: int, status: int
) -> None:
    back = world.provider.sign_in(browser.login(query).headers["location"], auth_time=int(world.clock.now) - ago)
    answer = browser.come_back(back)
    assert answer.status == status
    if status == 400:
        assert "did not ask you to sign in again" in answer.text
        assert not world.sessions.sessions


@pytest.mark.row("W13")
def test_the_wish_for_a_fresh_sign_in_cannot_be_dropped_on_the_way(world: World, browser: Browser) -> None:
    back = world.provider.sign_in(browser.login("fresh=1").headers["location"], auth_time=int(world.clock.now) - 3000)
    browser.jar[SIGN_IN] = browser.jar[SIGN_IN].removesuffix(".fresh")
    assert "did not ask" not in browser.come_back(back).text
    assert not world.sessions.sessions


@pytest.mark.row("W14")
def test_each_sign_in_has_a_new_session_and_ends_the_one_before(world: World, browser: Browser) -> None:
    browser.sign_in(world.provider)
    before = browser.jar[SESSION]
    browser.sign_in(world.provider)
    assert browser.jar[SESSION] != before
    assert list(world.sessions.sessions) == [Secret(browser.jar[SESSION]).digest()]


@pytest.mark.row("W14")
def test_a_session_that_somebody_planted_is_worth_nothing_after_the_sign_in(world: World, browser: Browser) -> None:
    browser.jar[SESSION] = "c" * 64
    browser.sign_in(world.provider)
    assert Secret("c" * 64).digest() not in world.sessions.sessions
    browser.jar[SESSION] = "x.y;z"
    assert browser.login().status == 303
    assert browser.jar[SIGN_IN].count(".") == 1


@pytest.mark.row("W14")
def test_other_browsers_of_the_same_person_stay_signed_in(world: World, browser: Browser) -> None:
    other = world.browser()
    other.sign_in(world.provider)
    browser.sign_in(world.provider)
    assert other.session().json["signed_in"] is True


@pytest.mark.row("W14")
def test_signing_out_ends_the_session_and_clears_the_cookie(world: World, browser: Browser) -> None:
    browser.sign_in(world.provider)
    stolen = dict(browser.jar)
    answer = browser.logout()
    assert (answer.status, answer.text) == (204, "")
    assert browser.jar == {}
    assert world.sessions.sessions == {}
    browser.jar = stolen
    assert browser.session().json == {"signed_in": False}


@pytest.mark.row("W04")
@pytest.mark.parametrize("missing", ["Origin", "X-Tallystick", "Content-Type"])
def test_a_foreign_page_signs_nobody_out(world: World, browser: Browser, missing: str) -> None:
    browser.sign_in(world.provider)
    answer = browser.logout(**{missing: ""})
    assert (answer.status, answer.error) == (403, "forbidden")
    assert browser.session().json["signed_in"] is True


@pytest.mark.row("W04")
def test_signing_out_without_a_cookie_is_refused(browser: Browser) -> None:
    assert browser.logout().status == 403


@pytest.mark.row("D33")
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_no_get_signs_anybody_out(world: World, browser: Browser, method: str) -> None:
    browser.sign_in(world.provider)
    assert browser._send(method, "/auth/logout").status == 405
    assert browser.session().json["signed_in"] is True


def test_a_session_ends_after_its_time(world: World, browser: Browser) -> None:
    browser.sign_in(world.provider)
    world.clock.forward(SESSION_LIFETIME)
    assert browser.session().json == {"signed_in": False}


def test_somebody_disabled_is_not_signed_in(world: World, browser: Browser) -> None:
    browser.sign_in(world.provider)
    user_id = user_id_of(ISSUER, ADA["sub"])
    world.users.people[user_id] = replace(world.users.people[user_id], disabled=True)
    assert browser.session().json == {"signed_in": False}
