"""The number that the terminal asks for after an approval: large, read digit by digit, and there again after a reload."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.browser.scripted_api import DECIDE, LOGIN, Reply
from tests.browser.states import CODE, NUMBER

if TYPE_CHECKING:
    from tests.browser.page_object import DevicePage
    from tests.browser.scripted_api import ScriptedApi


def approved(tab: DevicePage, api: ScriptedApi, reply: Reply = NUMBER) -> DevicePage:
    """Approve a login of a client that wants a number."""
    api.on(DECIDE, reply)
    return tab.open("/device").enter(CODE).decide("approve")


def test_the_number_is_shown_in_large_type_and_said_to_be_for_nobody_else(tab: DevicePage, api: ScriptedApi) -> None:
    approved(tab, api)
    number = tab.page.locator(".number [aria-hidden]")

    expect(tab.heading).to_have_text("Type this number into your terminal")
    expect(number).to_have_text("482913")
    assert number.evaluate("e => parseFloat(getComputedStyle(e).fontSize)") >= 40
    expect(tab.main).to_contain_text("never tell it to anybody")


def test_a_screen_reader_says_the_digits_one_by_one(tab: DevicePage, api: ScriptedApi) -> None:
    approved(tab, api)

    assert "paragraph: 4 8 2 9 1 3" in tab.main.aria_snapshot()
    assert "482913" not in tab.main.aria_snapshot()


def test_leading_zeros_stay(tab: DevicePage, api: ScriptedApi) -> None:
    approved(tab, api, Reply(body={"state": "approved", "approval_number": "000042"}))

    expect(tab.page.locator(".number [aria-hidden]")).to_have_text("000042")


def test_without_a_number_there_is_none(tab: DevicePage, api: ScriptedApi) -> None:
    approved(tab, api, Reply(body={"state": "approved"}))

    expect(tab.heading).to_have_text("Return to your terminal")
    expect(tab.page.locator(".number")).to_have_count(0)


def test_a_reload_shows_the_number_again_and_decides_nothing(tab: DevicePage, api: ScriptedApi) -> None:
    approved(tab, api).page.reload()
    tab.expect_state("approved")

    expect(tab.page.locator(".number [aria-hidden]")).to_have_text("482913")
    assert len(api.asked(DECIDE)) == 1


def test_the_number_goes_with_its_code_and_with_the_next_link(tab: DevicePage, api: ScriptedApi) -> None:
    tab.page.clock.install(time=0)
    approved(tab, api)
    tab.page.goto(f"/device?user_code={CODE}")
    tab.expect_state("entry")
    tab.go_on().decide("approve")
    tab.page.clock.set_fixed_time(LOGIN["expires_in"] * 1000 + 60_000)
    tab.page.goto("/device")
    tab.expect_state("entry")
