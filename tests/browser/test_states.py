"""Every state has its own title, h1 and next step, takes the focus, and says nothing in the console (P7)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.site import WEB
from tests.browser.states import ALL_STATES, SESSIONS_STATES, STATES, State, name_of

if TYPE_CHECKING:
    from tests.browser.page_object import DevicePage
    from tests.browser.scripted_api import ScriptedApi

each_state = pytest.mark.parametrize("state", ALL_STATES, ids=name_of)


@pytest.mark.row("P7")
@each_state
def test_a_state_has_its_own_title_heading_and_next_step(state: State, tab: DevicePage, api: ScriptedApi) -> None:
    state.reach(tab, api)

    expect(tab.heading).to_have_text(state.heading)
    expect(tab.page).to_have_title(f"{state.heading} · Tallystick")
    expect(tab.main).to_contain_text(state.next_step)


@pytest.mark.row("P4")
@each_state
def test_the_focus_is_where_the_state_begins(state: State, tab: DevicePage, api: ScriptedApi) -> None:
    state.reach(tab, api)

    has_problem = state.name in {"incomplete", "unknown"}
    expect(tab.code_field if has_problem else tab.heading).to_be_focused()


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
