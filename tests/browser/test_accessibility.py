"""No violation of WCAG 2.2 AA that axe-core can find, and what it cannot see: zoom, size of targets, keyboard (P3–P5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import expect

from infra.page_files import WEB
from tests.browser.scripted_api import DECIDE, Reply
from tests.browser.states import BY_NAME, CODE, VARIANTS, VIEWS, State, name_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext

    from tests.browser.page_object import DevicePage
    from tests.browser.scripted_api import ScriptedApi

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
LOOKS = {
    "runOnly": {
        "type": "rule",
        "values": ["color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size"],
    },
    "resultTypes": ["violations"],
}
each_state = pytest.mark.parametrize("state", VIEWS, ids=name_of)

AXE = Axe().axe_script
# What cannot be pressed yet has no contrast to be checked, so nothing waits here.
AXE_IN_EACH_LANGUAGE = """async (rules) => {
    const choice = document.querySelector("#language");
    const found = {};
    for (const language of [...choice.options].map((option) => option.value)) {
        if (choice.value !== language) {
            const before = document.querySelector("h1");
            choice.value = language;
            choice.dispatchEvent(new Event("change"));
            while (document.querySelector("h1") === before) await new Promise((done) => setTimeout(done, 1));
        }
        document.querySelectorAll(":disabled").forEach((element) => (element.disabled = false));
        // The style sheets are read once, they are the same in every language.
        const { violations } = await axe.run({ ...rules, preload: language === "en" });
        const now = document.documentElement.lang;
        found[now] = violations.map(({ id, nodes }) => [id, ...nodes.map((node) => node.html)]);
        if (document.documentElement.scrollWidth > innerWidth) found[now].push(["scrolls sideways"]);
        for (const target of document.querySelectorAll("a, button, input, select")) {
            if (Math.min(target.offsetWidth, target.offsetHeight) < 44) found[now].push(["too small", target.outerHTML]);
        }
    }
    return found;
}"""


@pytest.mark.row("P3", "P5")
@each_state
def test_axe_finds_nothing_in_light_and_dark_on_phone_and_desk_in_any_language(
    state: State, tab: DevicePage, api: ScriptedApi
) -> None:
    """The state is reached once, as people reach it; the languages are changed in place, by the choice at the foot.

    All rules run in light on the phone and in dark on the desk. In the other two only those that scheme or width can
    change: there the elements are the same again, and the matrix has a thousand cells. In all of them what can be
    pressed is at least 44 pixels, and nothing scrolls sideways.
    """
    tab.page.emulate_media(reduced_motion="reduce")
    state.reach(tab, api)
    tab.page.evaluate(AXE)

    found: dict[str, list[Any]] = {}
    for scheme in ("light", "dark"):
        for width in (320, 1280):
            tab.page.emulate_media(color_scheme=scheme)
            tab.page.set_viewport_size({"width": width, "height": 800})
            rules = RULES if (scheme == "light") == (width == 320) else LOOKS
            for language, violations in tab.page.evaluate(AXE_IN_EACH_LANGUAGE, rules).items():
                found[f"{scheme} {width} {language}"] = violations

    assert len(found) == 2 * 2 * 8
    assert {where: what for where, what in found.items() if what} == {}


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
    for state in (BY_NAME["confirm"], *VARIANTS):
        state.reach(tab, api)
        tab.page.evaluate("document.documentElement.style.setProperty('font-size', '200%')")

        assert tab.page.evaluate("document.documentElement.scrollWidth") == 640, state


@pytest.mark.row("P9")
@pytest.mark.parametrize("address", [f"/device?user_code={CODE}", "/sessions"])
def test_without_scripts_the_page_says_what_to_do(
    address: str, new_context: Callable[..., BrowserContext], site: str
) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.goto(site + address)

    # Playwright's own search for texts passes `<noscript>` over.
    assert "This page needs JavaScript" in page.locator("main").inner_text()
    expect(page.locator(".late")).to_be_hidden()
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator("#language")).to_be_hidden()


def test_a_script_that_does_not_arrive_is_not_waited_for_in_silence(tab: DevicePage) -> None:
    tab.page.route("**/device.js", lambda route: route.abort())
    tab.page.goto("/device")
    late = tab.page.locator(".late")

    expect(late).to_be_hidden()
    late.evaluate("element => element.getAnimations().forEach(animation => animation.finish())")
    expect(late).to_be_visible()


@pytest.mark.parametrize("page", ["device.html", "sessions.html"])
def test_the_page_says_its_language_and_that_it_is_not_to_be_indexed(page: str) -> None:
    html = (WEB / page).read_text(encoding="utf-8")

    assert '<html lang="en">' in html
    assert '<meta name="robots" content="noindex">' in html
    assert '<meta name="referrer" content="no-referrer">' in html
