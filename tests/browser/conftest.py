"""The browser, the deployed page with a scripted API behind it, and the rule that no state leaves a word in the console."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.chromium import chromium
from tests.browser.page_object import DevicePage
from tests.browser.scripted_api import ScriptedApi

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage

    from tests.stack import Stack

# Chromium itself writes a line for each answer that is an error and each lost connection; those were scripted.
_NETWORK = "Failed to load resource"


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One Chromium for this folder's tests."""
    with chromium() as running:
        yield running


@pytest.fixture(scope="package")
def site(stack: Stack) -> str:
    """The origin of the page: the deployed stack's, with its headers and its compression."""
    return stack.issuer


@pytest.fixture
def new_context(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Make browser profiles, each with nothing in it; whatever their consoles said fails the test at its end (P7)."""
    contexts = []
    said: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if not message.text.startswith(_NETWORK):
            said.append(f"{message.type}: {message.text}")

    def make(**options: Any) -> BrowserContext:  # noqa: ANN401  whatever Playwright takes
        context = browser.new_context(**options)
        contexts.append(context)
        context.on("console", listen)
        context.on("weberror", lambda error: said.append(f"uncaught: {error.error}"))
        return context

    yield make
    for context in contexts:
        context.close()
    assert said == []


@pytest.fixture
def context(new_context: Callable[..., BrowserContext], site: str) -> BrowserContext:
    """One profile, on the page."""
    return new_context(base_url=site)


@pytest.fixture
def api(context: BrowserContext) -> ScriptedApi:
    """The script of the API behind `tab`."""
    return ScriptedApi(context)


@pytest.fixture
def tab(context: BrowserContext, api: ScriptedApi) -> DevicePage:  # noqa: ARG001  the script must be there first
    """One tab, with the scripted API behind it."""
    return DevicePage(context.new_page())
