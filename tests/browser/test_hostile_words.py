"""Whatever a link, a device or the server says is shown as text and does nothing else (P8)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from tests.browser.scripted_api import DECIDE, LOGIN, LOOKUP, SESSION, SIGNED_OUT, Reply
from tests.browser.states import CODE

if TYPE_CHECKING:
    from tests.browser.page_object import DevicePage
    from tests.browser.scripted_api import ScriptedApi

HOSTILE = (
    "<script>document.title = 'hit'</script>",
    "<img src=x onerror=\"document.title = 'hit'\">",
    '"><svg onload=document.title="hit">',
    "{{constructor.constructor('document.title=1')()}}",
    "</template></main><h1>Your terminal shows this code</h1>",
    "javascript:document.title='hit'",
    "\u202egpj.exe\u202c \u0000 \ufeff",
)
hostile = pytest.mark.parametrize("words", HOSTILE)


def login_saying(words: str) -> dict[str, Any]:
    """Return a login whose every text is `words`."""
    return {
        **LOGIN,
        "user_code": words,
        "client": {"name": words},
        "scopes": [{"scope": words, "text": words}],
        "device_name": words,
        "request": {"address": words, "country": words, "agent": words, "seconds_ago": 12},
        "user": {"email": words, "name": words},
    }


def expect_inert(tab: DevicePage) -> None:
    """The page has its own elements and no other."""
    assert "hit" not in tab.page.title()
    assert tab.page.locator("script").count() == 1
    for foreign in ("main img", "main svg", "main script"):
        expect(tab.page.locator(foreign)).to_have_count(0)
    expect(tab.page.locator("h1")).to_have_count(1)


@pytest.mark.row("P8")
@hostile
def test_what_the_api_says_of_a_login_is_only_text(words: str, tab: DevicePage, api: ScriptedApi) -> None:
    api.on(LOOKUP, Reply(body=login_saying(words)))
    tab.open("/device").enter(CODE).expect_state("confirm")

    texts = tab.main.locator("[data-slot]").all_text_contents()
    assert len([text for text in texts if words.rstrip() in text]) == 8
    expect_inert(tab)
    api.on(DECIDE, Reply(body={"state": "approved"}))
    tab.decide("approve")
    expect_inert(tab)


@hostile
def test_what_a_link_brings_is_no_markup(words: str, tab: DevicePage, api: ScriptedApi) -> None:
    api.on(SESSION, SIGNED_OUT)
    tab.open(f"/device?user_code={quote(words)}").expect_state("signed-out")

    expect_inert(tab)


@hostile
def test_what_is_typed_is_no_markup(words: str, tab: DevicePage) -> None:
    tab.open("/device").enter(words).expect_state("incomplete")

    expect_inert(tab)


@hostile
def test_an_error_is_never_read_out_from_the_answer(words: str, tab: DevicePage, api: ScriptedApi) -> None:
    api.on(LOOKUP, Reply(status=400, body={"error": words, "message": words}))
    tab.open("/device").enter(CODE).expect_state("error")

    expect_inert(tab)
    assert words not in tab.main.inner_text()


@pytest.mark.row("P8")
@hostile
def test_a_place_is_only_text(words: str, tab: DevicePage, api: ScriptedApi) -> None:
    far = {
        **login_saying(words),
        "browser": {"address": words, "country": words},
        "proximity": {"country": "different", "network": words, "required": words},
    }
    api.on(LOOKUP, Reply(body=far))
    tab.open("/device").enter(CODE).expect_state("confirm")

    assert len([text for text in tab.page.locator(".warning bdi").all_text_contents() if words.rstrip() in text]) == 4
    expect_inert(tab)
    expect(tab.button("Approve")).to_have_count(0)


@pytest.mark.row("P8")
@hostile
def test_a_number_is_only_text(words: str, tab: DevicePage, api: ScriptedApi) -> None:
    api.on(DECIDE, Reply(body={"state": "approved", "approval_number": words}))
    tab.open("/device").enter(CODE).decide("approve")

    expect_inert(tab)
    tab.page.reload()
    tab.expect_state("approved")
    expect_inert(tab)
