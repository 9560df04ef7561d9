"""From opening a link to the end of it, with the API scripted: what the page asks, when, and what it does with answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.scripted_api import (
    DECIDE,
    LOGIN,
    LOGOUT,
    LOOKUP,
    LOST,
    SESSION,
    SIGNED_IN,
    SIGNED_OUT,
    Reply,
    refusal,
)
from tests.browser.states import CODE

if TYPE_CHECKING:
    from tests.browser.page_object import DevicePage
    from tests.browser.scripted_api import ScriptedApi

LINK = f"/device?user_code={CODE}"
APPROVED = Reply(body={"state": "approved"})


@pytest.mark.row("D24", "D33")
def test_opening_a_link_only_asks_who_is_signed_in(tab: DevicePage, api: ScriptedApi) -> None:
    tab.open(LINK).expect_state("entry")

    expect(tab.code_field).to_have_value(CODE)
    expect(tab.main).to_contain_text("only if your own terminal shows the same one")
    assert [(call.method, call.path) for call in api.calls] == [("GET", SESSION)]


def test_the_code_leaves_the_address_bar_and_the_history_at_once(tab: DevicePage, site: str) -> None:
    tab.open(LINK)

    assert tab.page.url == f"{site}/device"
    assert tab.page.evaluate("history.length") == 2, "the blank tab and the page"


@pytest.mark.row("D24")
def test_a_new_link_does_not_ride_on_an_earlier_wish_to_go_on(tab: DevicePage, api: ScriptedApi) -> None:
    api.on(LOOKUP, refusal(401, "sign_in_required"))
    tab.open("/device").enter(CODE).expect_state("session-lost")
    api.on(LOOKUP, Reply(body=LOGIN))
    asked = len(api.asked(LOOKUP))

    tab.open("/device?user_code=BCDF-GHJK").expect_state("entry")

    assert len(api.asked(LOOKUP)) == asked


@pytest.mark.parametrize("broken", ["WDJB", "", "%3Cscript%3E", "W" * 2000])
def test_a_broken_link_says_so_and_asks_for_the_code(broken: str, tab: DevicePage, api: ScriptedApi) -> None:
    tab.open(f"/device?user_code={broken}").expect_state("incomplete")

    expect(tab.code_field).to_have_value("")
    assert api.asked(LOOKUP) == []


@pytest.mark.row("D30")
def test_the_code_of_a_link_is_kept_over_the_sign_in_and_looked_up_when_asked(tab: DevicePage, api: ScriptedApi) -> None:
    api.on(SESSION, SIGNED_OUT, SIGNED_IN)
    tab.open(LINK).expect_state("signed-out")
    expect(tab.main).to_contain_text(CODE)
    tab.sign_in_link.click()
    tab.page.wait_for_url("**/auth/login")

    tab.open("/device").expect_state("entry")

    expect(tab.code_field).to_have_value(CODE)
    assert api.asked(LOOKUP) == []
    tab.go_on().expect_state("confirm")


@pytest.mark.parametrize(
    ("error", "state", "login"),
    [
        ("sign_in_required", "session-lost", "/auth/login"),
        ("fresh_sign_in_required", "fresh-sign-in", "/auth/login?fresh=1"),
    ],
)
def test_after_a_new_sign_in_the_same_code_is_open_again(
    error: str, state: str, login: str, tab: DevicePage, api: ScriptedApi, site: str
) -> None:
    api.on(DECIDE, refusal(401, error))
    tab.open("/device").enter(CODE).expect_state("confirm")
    tab.button("Approve").click()
    tab.expect_state(state)
    tab.sign_in_link.click()
    tab.page.wait_for_url(site + login)

    tab.page.goto("/device")

    tab.expect_state("confirm")
    assert [call.body["user_code"] for call in api.asked(LOOKUP)] == [CODE, CODE]
    assert len(api.asked(DECIDE)) == 1, "what was pressed before the sign-in is asked again, not done again"


def test_a_session_that_ended_behind_the_page_is_not_called_a_fault(tab: DevicePage, api: ScriptedApi) -> None:
    api.on(SESSION, SIGNED_IN, SIGNED_OUT, SIGNED_IN)
    api.on(LOOKUP, refusal(403, "forbidden"), Reply(body=LOGIN))
    tab.open("/device").enter(CODE).expect_state("session-lost")

    tab.page.goto("/device")

    tab.expect_state("confirm")


@pytest.mark.row("W04")
def test_every_call_that_changes_something_carries_the_header_and_json(tab: DevicePage, api: ScriptedApi) -> None:
    api.on(DECIDE, APPROVED)
    tab.open("/device").enter(CODE).decide("approve")

    posts = [call for call in api.calls if call.method == "POST"]
    assert [call.path for call in posts] == [LOOKUP, DECIDE]
    assert {call.headers["x-tallystick"] for call in posts} == {"1"}
    assert {call.headers["content-type"] for call in posts} == {"application/json"}


@pytest.mark.row("D32", "D36")
def test_the_question_shows_all_that_a_person_needs_to_decide(tab: DevicePage) -> None:
    tab.open(LINK).go_on().expect_state("confirm")

    expect(tab.shown_code).to_have_text(CODE)
    for words in (
        "Does your terminal show this code?",
        "Acme CLI",
        "Deploy applications in your name",
        "15 minutes",
        "Ada Lovelace, ada@example.com",
        "If you did not just run a login command, deny.",
        "in 9 minutes",
    ):
        expect(tab.main).to_contain_text(words)


@pytest.mark.row("D32")
def test_what_the_device_claims_stands_apart_from_what_we_saw(tab: DevicePage) -> None:
    tab.open("/device").enter(CODE).expect_state("confirm")
    claimed = tab.page.locator(".claimed")

    for words in ("claims", "Nobody has checked", "adas-laptop", "acme-cli/2.1 (linux)"):
        expect(claimed).to_contain_text(words)
    for words in ("Germany", "203.0.113.7", "12 seconds ago"):
        expect(tab.main).to_contain_text(words)
        expect(claimed).not_to_contain_text(words)


@pytest.mark.row("WO15")
def test_an_application_of_somebody_else_s_says_so(tab: DevicePage, api: ScriptedApi) -> None:
    tab.open("/device").enter(CODE).expect_state("confirm")
    expect(tab.main).not_to_contain_text("Somebody else")
    api.on(LOOKUP, Reply(body={**LOGIN, "client": {"name": "Their CLI", "third_party": True}}))
    tab.open("/device").enter(CODE).expect_state("confirm")
    expect(tab.main).to_contain_text("Somebody else, not by us")


def test_what_was_allowed_before_is_asked_again_and_says_so(tab: DevicePage, api: ScriptedApi) -> None:
    api.on(LOOKUP, Reply(body={**LOGIN, "allowed_before": True}))
    tab.open("/device").enter(CODE).expect_state("confirm")
    expect(tab.main).to_contain_text("You have allowed it exactly this")
    expect(tab.button("Approve")).to_be_visible()


def test_what_nobody_knows_is_left_out(tab: DevicePage, api: ScriptedApi) -> None:
    unknown = {"address": "", "country": "", "agent": "", "seconds_ago": 0}
    api.on(LOOKUP, Reply(body={**LOGIN, "device_name": "", "request": unknown}))
    tab.open("/device").enter(CODE).expect_state("confirm")

    for words in ("Country", "Address", "claims"):
        expect(tab.main).not_to_contain_text(words)


@pytest.mark.row("D32")
def test_approve_and_deny_have_equal_weight(tab: DevicePage) -> None:
    tab.open("/device").enter(CODE).expect_state("confirm")
    look = "e => { const s = getComputedStyle(e); return [s.fontSize, s.fontWeight, s.padding, s.borderWidth, s.color] }"
    deny, approve = tab.button("Deny"), tab.button("Approve")

    assert deny.evaluate(look) == approve.evaluate(look)
    size = "e => [Math.round(e.offsetWidth), e.offsetHeight]"
    assert deny.evaluate(size) == approve.evaluate(size)


def test_the_second_half_of_a_double_click_decides_nothing(tab: DevicePage, api: ScriptedApi) -> None:
    tab.stop_time().open("/device").enter(CODE).expect_state("confirm")

    expect(tab.button("Approve")).to_be_disabled()
    tab.button("Approve").click(force=True)
    assert api.asked(DECIDE) == []
    tab.page.clock.run_for(600)
    expect(tab.button("Approve")).to_be_enabled()


def test_pressing_twice_asks_once(tab: DevicePage, api: ScriptedApi) -> None:
    api.on(DECIDE, APPROVED)
    tab.open("/device").enter(CODE).expect_state("confirm")
    tab.button("Approve").dblclick()
    tab.expect_state("approved")

    assert len(api.asked(DECIDE)) == 1


def test_a_decided_code_is_forgotten(tab: DevicePage, api: ScriptedApi) -> None:
    api.on(DECIDE, APPROVED)
    tab.open(LINK).go_on().decide("approve")

    assert tab.page.evaluate("sessionStorage.length") == 0


def test_a_question_left_open_expires_with_its_code(tab: DevicePage, api: ScriptedApi) -> None:
    tab.stop_time().open("/device").enter(CODE).expect_state("confirm")
    tab.page.clock.run_for(LOGIN["expires_in"] * 1000)

    tab.expect_state("expired")
    tab.button("Enter the new code").click()
    tab.expect_state("entry")
    expect(tab.code_field).to_have_value("")
    assert api.asked(DECIDE) == []


def test_another_account_releases_the_code_signs_out_and_comes_back_to_it(tab: DevicePage, api: ScriptedApi) -> None:
    api.on(DECIDE, Reply(body={"state": "pending"}))
    tab.open("/device").enter(CODE).expect_state("confirm")
    tab.button("Use another account").click()
    tab.page.wait_for_url("**/auth/login?fresh=1")

    posts = [(call.path, call.body) for call in api.calls if call.method == "POST"]
    assert posts[1:] == [(DECIDE, {"user_code": CODE, "decision": "release"}), (LOGOUT, {})]
    tab.page.goto("/device")
    tab.expect_state("confirm")


def test_another_account_before_any_code_only_signs_out(tab: DevicePage, api: ScriptedApi) -> None:
    tab.open("/device")
    tab.button("Use another account").click()
    tab.page.wait_for_url("**/auth/login?fresh=1")

    assert [call.path for call in api.calls if call.method == "POST"] == [LOGOUT]


def test_a_lost_connection_offers_the_same_step_again(tab: DevicePage, api: ScriptedApi) -> None:
    api.on(DECIDE, LOST, APPROVED)
    tab.open("/device").enter(CODE).expect_state("confirm")
    tab.button("Approve").click()
    tab.expect_state("offline")
    tab.button("Try again").click()

    tab.expect_state("approved")
    assert [call.body["decision"] for call in api.asked(DECIDE)] == ["approve", "approve"]


def test_a_busy_service_is_asked_again_when_it_said_and_not_for_ever(tab: DevicePage, api: ScriptedApi) -> None:
    api.on(LOOKUP, refusal(503, "unavailable", Retry_After="7"))
    tab.stop_time().open("/device").enter(CODE).expect_state("busy")
    expect(tab.main).to_contain_text("in 7 seconds")

    tab.page.clock.run_for(6_900)
    assert len(api.asked(LOOKUP)) == 1
    for count in (2, 3, 4):
        with tab.page.expect_response(f"**{LOOKUP}"):
            tab.page.clock.run_for(7_000)
        expect(tab.main).to_have_attribute("aria-busy", "false")
        assert len(api.asked(LOOKUP)) == count
        tab.expect_state("busy" if count < 4 else "error")


@pytest.mark.row("R02")
def test_after_too_many_wrong_codes_the_page_says_when_to_go_on_and_keeps_what_was_typed(
    tab: DevicePage, api: ScriptedApi
) -> None:
    api.on(LOOKUP, refusal(429, "too_many_attempts", Retry_After="599"), Reply(body=LOGIN))
    tab.open("/device").enter(CODE).expect_state("too-many")
    expect(tab.main).to_contain_text("in 10 minutes")
    tab.button("Enter a code").click()
    expect(tab.code_field).to_have_value(CODE)

    tab.go_on().expect_state("confirm")


def test_a_throttled_api_is_busy(tab: DevicePage, api: ScriptedApi) -> None:
    api.on(LOOKUP, Reply(status=429, body={"message": "Too Many Requests"}))
    tab.open("/device").enter(CODE).expect_state("busy")


@pytest.mark.parametrize(
    "answer",
    [
        Reply(body="<html>not json</html>"),
        Reply(body=[]),
        Reply(body={"user_code": CODE}),
        Reply(body={**LOGIN, "expires_in": "soon"}),
        Reply(status=500, body="<h1>Internal Server Error</h1>"),
        Reply(status=400, body={"error": "a code of tomorrow"}),
        refusal(403, "forbidden"),
    ],
)
def test_an_answer_nobody_understands_is_the_servers_error(answer: Reply, tab: DevicePage, api: ScriptedApi) -> None:
    api.on(LOOKUP, answer, Reply(body=LOGIN))
    tab.open("/device").enter(CODE).expect_state("error")
    tab.button("Try again").click()

    tab.expect_state("confirm")
