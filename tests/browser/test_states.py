"""Every state has its own title, h1 and next step, takes the focus, and says nothing in the console (P7)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from infra.page_files import WEB
from tests.browser.scripted_api import FIRST, LOGIN, LOOKUP, SECOND, SESSIONS, Reply, listing
from tests.browser.states import SESSIONS_STATES, STATES, VIEWS, State, name_of

if TYPE_CHECKING:
    from tests.browser.page_object import DevicePage
    from tests.browser.scripted_api import ScriptedApi

LONG = "w" * 64
LONG_WORDS = {
    LOOKUP: Reply(body={**LOGIN, "device_name": LONG, "client": {"name": LONG}}),
    SESSIONS: listing({**FIRST, "label": LONG, "client": {"name": LONG, "id": LONG}}, SECOND),
}
TARGETS = """
    [...document.querySelectorAll("a, button, input, select")]
        .map(element => [element.textContent, element.offsetWidth, element.offsetHeight])
"""
BEYOND_320 = """
    [...document.querySelectorAll("body *")]
        .filter(element => element.getBoundingClientRect().right > 320)
        .map(element => element.outerHTML)
"""


@pytest.mark.row("P4", "P5", "P7")
@pytest.mark.parametrize("state", VIEWS, ids=name_of)
def test_a_state_has_its_own_title_heading_and_next_step_takes_the_focus_and_fits_a_phone(
    state: State, tab: DevicePage, api: ScriptedApi
) -> None:
    """320 CSS pixels are also 1280 at 400 % zoom (WCAG 1.4.10). The fixtures hold the console to silence."""
    for path, reply in LONG_WORDS.items():
        api.on(path, reply)
    tab.page.set_viewport_size({"width": 320, "height": 256})
    state.reach(tab, api)

    expect(tab.heading).to_have_text(state.heading)
    expect(tab.page).to_have_title(f"{state.heading} · Tallystick")
    expect(tab.main).to_contain_text(state.next_step)
    asks = state.name in {"incomplete", "unknown"} or state.press == "Rename"
    expect(tab.page.locator("main input") if asks else tab.heading).to_be_focused()
    assert tab.page.evaluate("document.documentElement.scrollWidth") == 320
    assert tab.page.evaluate(BEYOND_320) == []
    assert [target for target in tab.page.evaluate(TARGETS) if min(target[1:]) < 44] == []


@pytest.mark.parametrize(
    ("page", "states", "parts"),
    [
        ("device.html", STATES, {"waiting", "scope"}),
        ("sessions.html", SESSIONS_STATES, {"waiting", "session", "rename", "bad-name", "renamed", "ended", "gone"}),
    ],
)
def test_every_state_of_the_page_is_among_the_tested(page: str, states: tuple[State, ...], parts: set[str]) -> None:
    templates = set(re.findall(r'<template id="([\w-]+)"', (WEB / page).read_text(encoding="utf-8")))

    assert templates - parts == {state.name for state in states}
    assert len({state.heading for state in states}) == len(states)
