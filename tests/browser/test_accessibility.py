"""No violation of WCAG 2.2 AA that axe-core can find, and what it cannot see: zoom, size of targets, keyboard (P3–P5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import expect

from tests.browser.scripted_api import DECIDE, LOGIN, LOOKUP, Reply
from tests.browser.site import WEB
from tests.browser.states import BY_NAME, CODE, STATES, State

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext

    from tests.browser.page_object import DevicePage
    from tests.browser.scripted_api import ScriptedApi

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
each_state = pytest.mark.parametrize("state", STATES, ids=lambda state: state.name)

TARGETS = """
    [...document.querySelectorAll("main :is(a, button, input)")]
        .map(element => [element.textContent, element.offsetWidth, element.offsetHeight])
"""
BEYOND_320 = """
    [...document.querySelectorAll("body *")]
        .filter(element => element.getBoundingClientRect().right > 320)
        .map(element => element.outerHTML)
"""


@pytest.mark.row("P3")
@each_state
def test_axe_finds_nothing_in_light_and_dark_on_phone_and_desk(state: State, tab: DevicePage, api: ScriptedApi) -> None:
    state.reach(tab, api)
    if state.name == "confirm":
        expect(tab.button("Approve")).to_be_enabled()

    found: dict[str, list[Any]] = {}
    for scheme in ("light", "dark"):
        tab.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        for width in (320, 1280):
            tab.page.set_viewport_size({"width": width, "height": 800})
            violations = Axe().run(tab.page, options=RULES).response["violations"]
            found[f"{scheme} {width}"] = [(v["id"], [node["html"] for node in v["nodes"]]) for v in violations]

    assert {where: what for where, what in found.items() if what} == {}


@pytest.mark.row("P5")
@each_state
def test_nothing_is_cut_off_or_scrolls_sideways_at_320_pixels(state: State, tab: DevicePage, api: ScriptedApi) -> None:
    """320 CSS pixels are also 1280 at 400 % zoom (WCAG 1.4.10)."""
    long = "w" * 64
    api.on(LOOKUP, Reply(body={**LOGIN, "device_name": long, "client": {"name": long}}))
    tab.page.set_viewport_size({"width": 320, "height": 256})
    state.reach(tab, api)

    assert tab.page.evaluate("document.documentElement.scrollWidth") == 320
    assert tab.page.evaluate(BEYOND_320) == []


@pytest.mark.row("P5")
@each_state
def test_what_can_be_pressed_is_at_least_44_pixels(state: State, tab: DevicePage, api: ScriptedApi) -> None:
    tab.page.set_viewport_size({"width": 320, "height": 640})
    state.reach(tab, api)

    assert [target for target in tab.page.evaluate(TARGETS) if min(target[1:]) < 44] == []


@pytest.mark.row("P4")
def test_from_load_to_approval_with_the_keyboard_alone(tab: DevicePage, api: ScriptedApi) -> None:
    api.on(DECIDE, Reply(body={"state": "approved"}))
    keyboard = tab.open("/device").page.keyboard
    expect(tab.heading).to_be_focused()
    keyboard.press("Tab")
    expect(tab.code_field).to_be_focused()
    keyboard.type("wdjbmj")
    keyboard.press("Enter")
    tab.expect_state("incomplete")
    expect(tab.code_field).to_be_focused()
    expect(tab.code_field).to_have_attribute("aria-describedby", "problem hint")
    keyboard.press("End")
    keyboard.type("ht")
    keyboard.press("Enter")
    tab.expect_state("confirm")
    expect(tab.heading).to_be_focused()
    expect(tab.button("Approve")).to_be_enabled()
    for name in ("Use another account", "Deny", "Approve"):
        keyboard.press("Tab")
        expect(tab.button(name)).to_be_focused()
    keyboard.press("Enter")
    tab.expect_state("approved")
    expect(tab.heading).to_be_focused()


def test_what_has_the_focus_is_seen(tab: DevicePage) -> None:
    tab.open("/device")
    for element in (tab.code_field, tab.button("Continue"), tab.button("Use another account")):
        tab.page.keyboard.press("Tab")
        expect(element).to_be_focused()
        outline = "e => [getComputedStyle(e).outlineStyle, parseInt(getComputedStyle(e).outlineWidth)]"
        assert element.evaluate(outline) == ["solid", 3]


@pytest.mark.row("P5")
def test_forced_colours_keep_every_edge(tab: DevicePage, api: ScriptedApi) -> None:
    tab.page.emulate_media(forced_colors="active")
    BY_NAME["confirm"].reach(tab, api)

    for element in (tab.button("Deny"), tab.button("Approve"), tab.shown_code):
        expect(element).to_have_css("border-top-style", "solid")
        assert element.evaluate("e => getComputedStyle(e).borderTopColor !== getComputedStyle(e).backgroundColor")


@pytest.mark.row("P5")
def test_nothing_moves_for_those_who_asked_for_stillness(tab: DevicePage, api: ScriptedApi) -> None:
    tab.page.emulate_media(reduced_motion="reduce")
    BY_NAME["confirm"].reach(tab, api)

    expect(tab.button("Approve")).to_have_css("transition-duration", "0s")


@pytest.mark.row("P5")
def test_twice_the_text_size_still_fits(tab: DevicePage, api: ScriptedApi) -> None:
    tab.page.set_viewport_size({"width": 640, "height": 800})
    BY_NAME["confirm"].reach(tab, api)
    tab.page.evaluate("document.documentElement.style.setProperty('font-size', '200%')")

    assert tab.page.evaluate("document.documentElement.scrollWidth") == 640


@pytest.mark.row("P9")
def test_without_scripts_the_page_says_what_to_do(new_context: Callable[..., BrowserContext], site: str) -> None:
    """P9."""
    page = new_context(java_script_enabled=False).new_page()
    page.goto(f"{site}/device?user_code={CODE}")

    # Playwright's own search for texts passes `<noscript>` over.
    assert "This page needs JavaScript" in page.locator("main").inner_text()
    expect(page.locator(".late")).to_be_hidden()


def test_a_script_that_does_not_arrive_is_not_waited_for_in_silence(tab: DevicePage) -> None:
    tab.page.route("**/main.js", lambda route: route.abort())
    tab.page.goto("/device")
    late = tab.page.locator(".late")

    expect(late).to_be_hidden()
    late.evaluate("element => element.getAnimations().forEach(animation => animation.finish())")
    expect(late).to_be_visible()


def test_the_page_says_its_language_and_that_it_is_not_to_be_indexed() -> None:
    html = (WEB / "device.html").read_text()

    assert '<html lang="en">' in html
    assert '<meta name="robots" content="noindex">' in html
    assert '<meta name="referrer" content="no-referrer">' in html
