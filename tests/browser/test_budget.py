"""The first view is small, quick to ask for, and all our own (P1)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import brotli  # type: ignore[import-untyped]

from tests.browser.site import WEB

if TYPE_CHECKING:
    from tests.browser.page_object import DevicePage

FILES = sorted(WEB.iterdir())


def test_the_whole_page_is_at_most_15_kilobytes_with_brotli() -> None:
    assert sum(len(brotli.compress(file.read_bytes())) for file in FILES) <= 15_000


def test_the_first_view_takes_at_most_five_requests_all_to_one_origin(tab: DevicePage, site: str) -> None:
    """The question who is signed in is one of them. The tab's icon is not: the browser fetches it behind the view."""
    asked: list[str] = []
    tab.page.on("request", lambda request: asked.append(request.url))
    tab.open("/device").expect_state("entry")
    tab.page.wait_for_load_state("networkidle")

    assert len([url for url in asked if not url.endswith("/favicon.svg")]) <= 5
    assert {url[: len(site) + 1] for url in asked} == {f"{site}/"}


def test_no_file_is_left_over_and_none_names_another_site() -> None:
    texts = {file.name: file.read_text() for file in FILES}

    for name in texts.keys() - {"device.html"}:
        assert any(f"/{name}" in text for text in texts.values()), name
    addresses = {address for text in texts.values() for address in re.findall(r"https?://[^\s\"')]+", text)}
    assert addresses == {"http://www.w3.org/2000/svg"}, "the name of SVG is not an address"
