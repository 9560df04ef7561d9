"""The first view is small, quick to ask for, and all our own (P1)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import brotli  # type: ignore[import-untyped]
import pytest
from playwright.sync_api import expect

from infra.page_files import WEB

if TYPE_CHECKING:
    from pathlib import Path

    from tests.browser.page_object import DevicePage
    from tests.browser.scripted_api import ScriptedApi

FILES = sorted(file for file in WEB.rglob("*") if file.is_file())
LANGUAGES = sorted((WEB / "lang").glob("*.json"))
LOADED = {
    "/device": ("device.html", "pages.css", "pages.js", "device.js", "favicon.svg"),
    "/sessions": ("sessions.html", "pages.css", "pages.js", "sessions.js", "favicon.svg"),
}
each_page = pytest.mark.parametrize("path", LOADED)


def weight(*names: str) -> int:
    """Return how many bytes these files are with brotli."""
    return sum(len(brotli.compress((WEB / name).read_bytes())) for name in names)


@pytest.mark.row("P1")
@each_page
def test_a_whole_page_is_at_most_15_kilobytes_with_brotli_in_every_language(path: str) -> None:
    heaviest = max(weight(f"lang/{file.name}") for file in LANGUAGES)

    assert weight(*LOADED[path]) + heaviest <= 15_000


@pytest.mark.parametrize("file", LANGUAGES, ids=lambda file: file.stem)
def test_a_language_is_at_most_3_kilobytes_with_brotli(file: Path) -> None:
    assert weight(f"lang/{file.name}") <= 3_000


@pytest.mark.row("P1")
def test_the_first_view_takes_at_most_five_requests_all_to_one_origin(tab: DevicePage, site: str) -> None:
    """The question who is signed in is one of them. The tab's icon is not: the browser fetches it behind the view."""
    asked: list[str] = []
    tab.page.on("request", lambda request: asked.append(request.url))
    tab.open("/device").expect_state("entry")
    tab.page.wait_for_load_state("networkidle")

    assert len([url for url in asked if not url.endswith("/favicon.svg")]) <= 5
    assert {url[: len(site) + 1] for url in asked} == {f"{site}/"}


@pytest.mark.row("P1")
def test_another_language_is_one_file_more_and_no_file_is_fetched_twice(tab: DevicePage, api: ScriptedApi) -> None:
    """Five files; the question who is signed in goes to the API while they come."""
    asked: list[str] = []
    tab.page.on("request", lambda request: asked.append(request.url))
    tab.page.goto("/device?lang=de")
    expect(tab.heading).to_have_text("Code eingeben")
    tab.page.wait_for_load_state("networkidle")

    files = [url for url in asked if "/auth/" not in url and not url.endswith("/favicon.svg")]
    assert len(files) == len(set(files)) == 5
    assert len(api.calls) == 1


def test_no_file_is_left_over_and_none_names_another_site() -> None:
    texts = {file.name: file.read_text(encoding="utf-8") for file in FILES}

    for name in texts.keys() - {"device.html", "sessions.html", *(file.name for file in LANGUAGES)}:
        assert any(f"/{name}" in text for text in texts.values()), name
    for file in LANGUAGES:
        assert re.search(rf'["\s]{file.stem}"?: "', texts["pages.js"]), f"{file.stem} is not offered"
    addresses = {address for text in texts.values() for address in re.findall(r"https?://[^\s\"')]+", text)}
    assert addresses == {"http://www.w3.org/2000/svg"}, "the name of SVG is not an address"
