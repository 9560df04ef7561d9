"""/sessions: what is signed in as the person, and what they do about it, with the API scripted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.scripted_api import (
    DONE,
    FIRST,
    LOST,
    SECOND,
    SESSION,
    SESSIONS,
    SIGNED_IN,
    SIGNED_OUT,
    Reply,
    listing,
    path_of,
    refusal,
)
from tests.browser.test_hostile_words import HOSTILE, expect_inert

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from tests.browser.page_object import DevicePage
    from tests.browser.scripted_api import ScriptedApi

GONE = refusal(404, "unknown_session")


@pytest.fixture
def sessions(tab: DevicePage) -> DevicePage:
    """The page with two sessions on it."""
    tab.page.goto("/sessions")
    return tab.expect_state("sessions")


def items(tab: DevicePage) -> Locator:
    """Return the sessions on the page."""
    return tab.page.locator("#list > li")


def changes(api: ScriptedApi) -> list[tuple[str, str, object]]:
    """Return all that the page asked for, but for what it read."""
    return [(call.method, call.path, call.body) for call in api.calls if call.method != "GET"]


def test_a_session_says_who_where_and_when(sessions: DevicePage, api: ScriptedApi) -> None:
    first, second = items(sessions).all()

    for words in ("Acme CLI", "your network", "adas-laptop", "Germany", "203.0.113.7", "days ago"):
        expect(first).to_contain_text(words)
    for words in ("Other CLI", "Without a name", "2001:db8::1"):
        expect(second).to_contain_text(words)
    expect(second).not_to_contain_text("your network")
    expect(sessions.main).to_contain_text("Ada Lovelace, ada@example.com")
    assert changes(api) == []


def test_the_buttons_of_one_session_are_told_from_those_of_another(sessions: DevicePage) -> None:
    for item, name in zip(items(sessions).all(), ("Acme CLI", "Other CLI"), strict=True):
        for button in item.get_by_role("button").all():
            expect(button).to_have_accessible_description(re.compile(name))


@pytest.mark.row("P4")
def test_a_session_is_renamed_in_place_with_the_keyboard(sessions: DevicePage, api: ScriptedApi) -> None:
    api.on(f"PATCH {path_of(FIRST)}", Reply(body={**FIRST, "label": "Work"}))
    api.on(SESSIONS, listing({**FIRST, "label": "Work"}, SECOND))
    sessions.button("Rename").first.press("Enter")
    field = sessions.page.get_by_role("textbox", name="New name")
    expect(field).to_be_focused()
    expect(field).to_have_value("adas-laptop")
    sessions.page.keyboard.type("Work")
    sessions.page.keyboard.press("Enter")

    expect(items(sessions).first).to_contain_text("Work")
    expect(sessions.page.get_by_role("status")).to_have_text("Renamed.")
    expect(sessions.heading).to_be_focused()
    assert changes(api) == [("PATCH", path_of(FIRST), {"label": "Work"})]


def test_a_name_that_the_server_refuses_is_said_at_the_field_and_kept(sessions: DevicePage, api: ScriptedApi) -> None:
    api.on(f"PATCH {path_of(FIRST)}", refusal(400, "invalid_request"))
    sessions.button("Rename").first.click()
    field = sessions.page.get_by_role("textbox", name="New name")
    field.fill(" ")
    sessions.button("Save").click()

    expect(sessions.alert).to_contain_text("one to 64")
    expect(field).to_be_focused()
    expect(field).to_have_value(" ")
    expect(field).to_have_accessible_description(re.compile("one to 64"))


def test_one_name_is_changed_at_a_time_and_can_be_left_as_it_is(sessions: DevicePage, api: ScriptedApi) -> None:
    sessions.button("Rename").first.click()
    sessions.button("Rename").click()
    expect(sessions.page.get_by_role("textbox", name="New name")).to_have_value("")
    sessions.button("Cancel").click()

    expect(sessions.button("Rename")).to_have_count(2)
    expect(sessions.button("Rename").last).to_be_focused()
    assert changes(api) == []


def test_one_session_is_logged_out(sessions: DevicePage, api: ScriptedApi) -> None:
    api.on(path_of(FIRST), DONE)
    api.on(SESSIONS, listing(SECOND))
    sessions.button("Log out").first.click()

    expect(items(sessions)).to_have_count(1)
    expect(sessions.page.get_by_role("status")).to_have_text("Logged out.")
    expect(sessions.button("Log out everywhere")).to_have_count(0)
    assert changes(api) == [("DELETE", path_of(FIRST), None)]


def test_logging_out_everywhere_asks_first(sessions: DevicePage, api: ScriptedApi) -> None:
    sessions.button("Log out everywhere").click()
    sessions.expect_state("end-all").button("Cancel").click()
    sessions.expect_state("sessions")
    assert changes(api) == []
    sessions.button("Log out everywhere").click()
    sessions.expect_state("end-all")
    api.on(SESSIONS, listing())
    sessions.button("Log out everywhere").click()

    sessions.expect_state("none")
    assert changes(api) == [("DELETE", SESSIONS, None)]


def test_this_was_not_me_asks_first_and_says_what_to_do_next(sessions: DevicePage, api: ScriptedApi) -> None:
    api.on(f"{path_of(FIRST)}/report", DONE)
    sessions.button("This was not me").first.click()
    sessions.expect_state("report")
    expect(sessions.main).to_contain_text("Acme CLI")
    assert changes(api) == []
    sessions.button("Log it out").click()

    sessions.expect_state("reported")
    expect(sessions.main).to_contain_text("Change your password now")
    assert changes(api) == [("POST", f"{path_of(FIRST)}/report", {})]
    sessions.button("Your sessions").click()
    sessions.expect_state("sessions")


def test_a_report_whose_answer_was_lost_is_done_when_sent_again(sessions: DevicePage, api: ScriptedApi) -> None:
    api.on(f"{path_of(FIRST)}/report", LOST, GONE)
    sessions.button("This was not me").first.click()
    sessions.button("Log it out").click()
    sessions.expect_state("offline").button("Try again").click()

    sessions.expect_state("reported")


def test_a_session_that_has_ended_elsewhere_is_no_error(sessions: DevicePage, api: ScriptedApi) -> None:
    api.on(path_of(FIRST), GONE)
    api.on(SESSIONS, listing(SECOND))
    sessions.button("Log out").first.click()

    expect(sessions.page.get_by_role("status")).to_have_text("It had ended already.")
    expect(items(sessions)).to_have_count(1)


@pytest.mark.row("W04")
def test_each_change_carries_the_header_that_no_form_can_send(sessions: DevicePage, api: ScriptedApi) -> None:
    api.on(path_of(FIRST), DONE)
    sessions.button("Log out").first.click()
    expect(sessions.page.get_by_role("status")).to_have_text("Logged out.")

    assert [call.headers["x-tallystick"] for call in api.calls if call.method == "DELETE"] == ["1"]


def test_signing_in_leads_back_here(tab: DevicePage, api: ScriptedApi) -> None:
    api.on(SESSION, SIGNED_OUT)
    api.on(SESSIONS, refusal(401, "sign_in_required"))
    tab.page.goto("/sessions")
    tab.expect_state("signed-out")

    expect(tab.sign_in_link).to_have_attribute("href", "/auth/login?to=sessions")


@pytest.mark.parametrize("answer", [refusal(401, "sign_in_required"), refusal(403, "forbidden")])
def test_a_sign_in_that_ended_meanwhile_is_said(answer: Reply, sessions: DevicePage, api: ScriptedApi) -> None:
    api.on(path_of(FIRST), answer)
    api.on(SESSION, SIGNED_OUT)
    sessions.button("Log out").first.click()

    sessions.expect_state("session-lost")
    expect(sessions.sign_in_link).to_have_attribute("href", "/auth/login?to=sessions")


@pytest.mark.parametrize(
    "answer", [Reply(body=[]), Reply(body={"sessions": [{}]}), Reply(body={"sessions": [None]}), Reply(body="<p>")]
)
def test_a_list_nobody_understands_is_the_servers_error(answer: Reply, tab: DevicePage, api: ScriptedApi) -> None:
    api.on(SESSIONS, answer, listing(FIRST))
    tab.page.goto("/sessions")
    tab.expect_state("error").button("Try again").click()

    tab.expect_state("sessions")


def test_the_pages_lead_to_each_other(tab: DevicePage, api: ScriptedApi, site: str) -> None:
    api.on(SESSION, SIGNED_IN)
    tab.open("/device").page.get_by_role("link", name="Your sessions").click()
    tab.expect_state("sessions").page.get_by_role("link", name="Enter a code").click()
    tab.expect_state("entry")

    assert tab.page.url == f"{site}/device"


@pytest.mark.row("P8")
@pytest.mark.parametrize("words", HOSTILE)
def test_whatever_a_session_says_of_itself_is_only_text(words: str, tab: DevicePage, api: ScriptedApi) -> None:
    hostile = {
        **FIRST,
        "id": words,
        "client": {"id": words, "name": words},
        "label": words,
        "request": {"address": words, "country": words, "agent": words},
    }
    api.on(SESSION, Reply(body={"signed_in": True, "user": {"email": words, "name": words}}))
    api.on(SESSIONS, listing(hostile))
    tab.page.goto("/sessions")
    tab.expect_state("sessions")

    texts = tab.main.locator("[data-slot]").all_text_contents()
    assert len([text for text in texts if words.rstrip() in text]) == 5
    expect_inert(tab)
    tab.button("Rename").click()
    expect_inert(tab)
    tab.button("This was not me").click()
    tab.expect_state("report")
    expect_inert(tab)


@pytest.mark.row("P8")
@pytest.mark.parametrize("words", HOSTILE)
def test_no_id_leads_a_call_astray(words: str, tab: DevicePage, api: ScriptedApi) -> None:
    api.on(SESSIONS, listing({**FIRST, "id": f"../../{words}?#"}))
    tab.page.goto("/sessions")
    tab.expect_state("sessions").button("Log out").click()
    tab.expect_state("error")

    (call,) = [call for call in api.calls if call.method == "DELETE"]
    assert call.path.startswith("/auth/sessions/..%2F..%2F")
