"""The one field: it follows the fingers, finds the code in what is pasted, and submits nothing by itself (D31, P6)."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.scripted_api import LOOKUP

if TYPE_CHECKING:
    from tests.browser.page_object import DevicePage
    from tests.browser.scripted_api import ScriptedApi

USER_CODES = json.loads((Path(__file__).resolve().parents[1] / "user_codes.json").read_text(encoding="utf-8"))
TERMINAL = "Open https://login.example.com/device\n! Copy this one-time code: wdjb-mjht\nWaiting ...\n"


@pytest.mark.row("D31")
def test_the_page_reads_codes_as_the_server_does(tab: DevicePage) -> None:
    tab.open("/device")

    read = tab.page.evaluate(
        "async (typed) => { const { parseCode } = await import('/device.js'); return typed.map(parseCode); }",
        [entry["typed"] for entry in USER_CODES],
    )

    assert [code and code.replace("-", "") for code in read] == [entry["code"] for entry in USER_CODES]


@pytest.mark.row("D31")
@pytest.mark.parametrize("typed", ["wdjb mjht", "WDJB-MJHT", "wdjbmjht", "ＷＤＪＢ－ＭＪＨＴ", "wdjb–mjht"])
def test_a_typed_code_is_looked_up_as_the_terminal_shows_it(typed: str, tab: DevicePage, api: ScriptedApi) -> None:
    tab.open("/device")
    tab.code_field.press_sequentially(typed)
    tab.go_on().expect_state("confirm")

    assert [call.body for call in api.asked(LOOKUP)] == [{"user_code": "WDJB-MJHT"}]


@pytest.mark.row("D31", "P6")
@pytest.mark.parametrize("copied", [TERMINAL, "WDJB-MJHT\n", "  wdjb mjht  ", "ＷＤＪＢＭＪＨＴ", "code=WDJB–MJHT;"])
def test_pasting_finds_the_code_and_waits_for_the_person(copied: str, tab: DevicePage, api: ScriptedApi) -> None:
    tab.open("/device")
    tab.paste(copied)

    expect(tab.code_field).to_have_value("WDJB-MJHT")
    assert api.asked(LOOKUP) == []
    tab.go_on().expect_state("confirm")


def test_the_dash_comes_by_itself_while_typing(tab: DevicePage, api: ScriptedApi) -> None:
    tab.open("/device")
    seen = []
    for key in "wdjbmjht":
        tab.code_field.press(key)
        seen.append(tab.code_field.input_value())

    assert seen == ["W", "WD", "WDJ", "WDJB", "WDJB-M", "WDJB-MJ", "WDJB-MJH", "WDJB-MJHT"]
    assert api.asked(LOOKUP) == [], "nothing is submitted by itself"


@pytest.mark.parametrize(
    ("start", "caret", "keys", "becomes", "at"),
    [
        ("WDJB-MJHT", 9, "Backspace", "WDJB-MJH", 8),
        ("WDJB-M", 6, "Backspace", "WDJB", 4),
        ("WDJB-MJHT", 5, "Backspace", "WDJB-MJHT", 4),
        ("WDJB-MJHT", 2, "Backspace", "WJBM-JHT", 1),
        ("WDJB-MJHT", 1, "Delete", "WJBM-JHT", 1),
        ("WDJM-JHT", 3, "b", "WDJB-MJHT", 5),
        ("WDJB-MHT", 6, "j", "WDJB-MJHT", 7),
        ("DJB-MJHT", 0, "w", "WDJB-MJHT", 1),
        ("WDJB", 4, "-", "WDJB-", 5),
        ("WDJB-", 5, "-", "WDJB-", 5),
    ],
)
@pytest.mark.row("P6")
def test_the_caret_stays_where_the_person_works(
    start: str, caret: int, keys: str, becomes: str, at: int, tab: DevicePage
) -> None:
    tab.open("/device")
    tab.code_field.fill(start)
    tab.code_field.evaluate("(field, caret) => field.setSelectionRange(caret, caret)", caret)
    tab.code_field.press(keys)

    assert tab.code_field.input_value() == becomes
    assert tab.code_field.evaluate("field => field.selectionStart") == at


@pytest.mark.parametrize("text", ["my code is wdjb", "WDJB-MJHTX", "WDJB/MJHT", "ШДЯБ"])
def test_what_is_not_a_code_in_the_making_is_left_for_its_owner_to_correct(text: str, tab: DevicePage) -> None:
    tab.open("/device")
    tab.code_field.fill(text)

    expect(tab.code_field).to_have_value(text)


def test_an_incomplete_code_is_not_sent_and_stays_to_be_corrected(tab: DevicePage, api: ScriptedApi) -> None:
    tab.open("/device").enter("WDJB-MJ").expect_state("incomplete")

    assert api.asked(LOOKUP) == []
    expect(tab.alert).to_contain_text("eight letters")
    expect(tab.code_field).to_have_value("WDJB-MJ")
    expect(tab.code_field).to_have_accessible_description(re.compile("^A code has eight letters"))
    tab.code_field.press("End")
    tab.code_field.press_sequentially("ht")
    tab.go_on().expect_state("confirm")


def test_the_field_has_what_phones_and_readers_need(tab: DevicePage) -> None:
    tab.open("/device")

    for name, value in {
        "autocapitalize": "characters",
        "autocomplete": "off",
        "spellcheck": "false",
        "inputmode": "text",
    }.items():
        expect(tab.code_field).to_have_attribute(name, value)
    expect(tab.page.locator("input")).to_have_count(1)
