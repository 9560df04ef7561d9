"""Eight languages: complete, without markup, chosen by the reader, and no word of another one before."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.page_object import DevicePage
from tests.browser.scripted_api import LOGIN, LOOKUP, SESSION, SIGNED_OUT, Reply, ScriptedApi
from tests.browser.states import CODE
from tests.browser.wording import FILES, PAGES, english, english_of, words_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import BrowserContext, Route

PLACEHOLDER = re.compile(r"\{\w+\}")
each_language = pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)


@each_language
def test_a_language_has_every_key_and_no_other_each_once(file: Path) -> None:
    pairs = json.loads(file.read_text(encoding="utf-8"), object_pairs_hook=list)

    assert sorted(key for key, _ in pairs) == sorted(english())


@each_language
def test_a_sentence_has_the_same_values_in_every_language_and_no_markup(file: Path) -> None:
    for key, text in words_of(file).items():
        assert sorted(PLACEHOLDER.findall(text)) == sorted(PLACEHOLDER.findall(english()[key])), key
        assert not re.search(r"[<>&\\]|[{}](?!\w+\}|[^{]|$)", text), key
        assert text == text.strip() != "", key


@each_language
def test_a_language_is_not_english(file: Path) -> None:
    same = {key for key, text in words_of(file).items() if text == english()[key]}

    assert same <= {"name", "client", "entry.go"}, "what is spelled alike"


def test_a_key_says_the_same_wherever_it_stands() -> None:
    pairs = {pair for page in PAGES for pair in english_of(page)}

    assert len(pairs) == len(english())
    assert len(FILES) == 7


@each_language
def test_no_state_has_a_word_of_english(file: Path, tab: DevicePage) -> None:
    """Each state as its template becomes a view; what the operator and the device say is left empty."""
    said = {text for text in english().values() if text not in words_of(file).values()}
    render = """async () => {
        const { render, spoken } = await import("/pages.js");
        await spoken;
        const ids = [...document.querySelectorAll("template")].map((template) => template.id);
        const every = new Proxy({}, { get: (_, name) => (["scopes", "list"].includes(name) ? [] : "1") });
        const none = { scopes: [], list: [], access_lifetime: 1, started: 1, expires_in: 1, wait: 1, used: 1, number: "" };
        const texts = [];
        for (const id of ids) for (const values of [every, none]) {
            const view = render(id, values, {});
            texts.push(...[...view.querySelectorAll("[data-t]")].map((element) => element.textContent));
        }
        return texts;
    }"""
    for path in ("/device", "/sessions"):
        tab.page.goto(f"{path}?lang={file.stem}")
        texts = tab.page.evaluate(render)
        assert len(texts) > 40
        assert [text for text in texts if text in said or "undefined" in text] == []


@pytest.mark.parametrize(
    ("readers", "language", "direction"),
    [
        ("fr-CA", "fr", "ltr"),
        ("pt-PT", "pt-BR", "ltr"),
        ("zh-CN", "zh-Hans", "ltr"),
        ("zh-TW", "en", "ltr"),
        ("ar-EG", "ar", "rtl"),
        ("sv-SE", "en", "ltr"),
        ("en-GB", "en", "ltr"),
    ],
)
def test_the_browser_s_language_is_spoken_where_we_can(
    readers: str, language: str, direction: str, new_context: Callable[..., BrowserContext], site: str
) -> None:
    context = new_context(base_url=site, locale=readers)
    ScriptedApi(context)
    tab = DevicePage(context.new_page()).open("/device")

    html = tab.page.locator("html")
    expect(html).to_have_attribute("lang", language)
    expect(html).to_have_attribute("dir", direction)
    expect(tab.page.locator("#language")).to_have_value(language)


def test_a_link_can_ask_for_a_language_and_the_tab_keeps_to_it(tab: DevicePage, api: ScriptedApi, site: str) -> None:
    api.on(SESSION, SIGNED_OUT)
    tab.open(f"/device?lang=de&user_code={CODE}").expect_state("signed-out")
    expect(tab.heading).to_have_text("Melden Sie sich an")
    expect(tab.main).to_contain_text(CODE)
    assert tab.page.url == f"{site}/device"

    tab.page.goto("/sessions")
    expect(tab.heading).to_have_text("Melden Sie sich an, um Ihre Sitzungen zu sehen")


@pytest.mark.parametrize("nonsense", ["", "xx", "..%2F..%2Fdevice", "%3Cscript%3E", "zh-Hant"])
def test_a_language_that_we_do_not_speak_is_not_asked_for(nonsense: str, tab: DevicePage) -> None:
    asked: list[str] = []
    tab.page.on("request", lambda request: asked.append(request.url))
    tab.open(f"/device?lang={nonsense}")

    expect(tab.page.locator("html")).to_have_attribute("lang", "en")
    assert [url for url in asked if "/lang/" in url] == []


def test_numbers_moments_and_countries_read_as_in_the_language(tab: DevicePage) -> None:
    tab.page.goto("/device?lang=de")
    tab.page.locator("#code").fill(CODE)
    tab.page.locator("#code").press("Enter")
    tab.expect_state("confirm")

    for words in ("Deutschland", "vor 12 Sekunden", "15 Minuten", "Der Code läuft in 9 Minuten ab."):
        expect(tab.main).to_contain_text(words)
    expect(tab.page).to_have_title("Zeigt Ihr Terminal diesen Code? · Tallystick")


def test_what_the_operator_and_the_device_say_stays_as_they_say_it(tab: DevicePage) -> None:
    tab.page.goto("/device?lang=ar")
    tab.page.locator("#code").fill(CODE)
    tab.page.locator("#code").press("Enter")
    tab.expect_state("confirm")

    for words in ("Deploy applications in your name", "Acme CLI", "adas-laptop", "203.0.113.7"):
        said = tab.page.locator("bdi", has_text=words).first
        assert said.get_attribute("lang") == "", "in whatever language"
        assert said.get_attribute("translate") == "no"
    expect(tab.shown_code).to_have_css("direction", "ltr")


def test_another_language_is_chosen_with_the_keyboard_and_the_typed_code_stays(tab: DevicePage, api: ScriptedApi) -> None:
    tab.open("/device")
    tab.code_field.fill("WDJB-M")
    choice = tab.page.get_by_role("combobox", name="Language")
    choice.focus()
    tab.page.keyboard.type("Fran")

    expect(tab.heading).to_have_text("Saisissez le code")
    expect(tab.page.locator("#code")).to_have_value("WDJB-M")
    expect(tab.page.locator("#language")).to_be_focused()
    expect(tab.page.locator("label[for=language]")).to_have_text("Langue")
    tab.page.locator("#code").fill(CODE)
    tab.page.locator("#code").press("Enter")
    tab.expect_state("confirm")
    tab.page.locator("#language").select_option("en")
    expect(tab.heading).to_have_text("Does your terminal show this code?")
    expect(tab.page.locator("footer")).to_contain_text("A login is safe to approve")
    expect(tab.button("Approve")).to_be_enabled()
    tab.page.goto("/device")
    expect(tab.page.locator("html")).to_have_attribute("lang", "en")
    assert len(api.asked(LOOKUP)) == 1


def test_no_word_is_there_to_be_read_aloud_before_its_language_is(tab: DevicePage) -> None:
    held: list[Route] = []
    tab.page.route("**/lang/fr.json", lambda route: held.append(route))  # noqa: PLW0108  Playwright marks what it calls
    with tab.page.expect_response("**/auth/session"):
        tab.page.goto("/device?lang=fr")
    tab.page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done, 100)))")

    assert tab.page.locator("body").inner_text().strip() == "Tallystick"
    expect(tab.page).to_have_title("Tallystick")
    held[0].continue_()
    expect(tab.heading).to_have_text("Saisissez le code")
    expect(tab.page.locator("footer")).to_be_visible()


def test_without_its_file_a_language_is_english(tab: DevicePage, api: ScriptedApi) -> None:
    api.on(LOOKUP, Reply(body=LOGIN))
    tab.page.route("**/lang/fr.json", lambda route: route.abort())
    tab.open("/device?lang=fr").expect_state("entry")

    expect(tab.page.locator("html")).to_have_attribute("lang", "en")
    expect(tab.heading).to_have_text("Enter the code")
