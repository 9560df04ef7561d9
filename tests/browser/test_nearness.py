"""What the page says of where a login was started, seen from this browser, and what of it can be approved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.browser.scripted_api import DECIDE, LOGIN, LOOKUP, Reply, refusal
from tests.browser.states import CODE, FAR

if TYPE_CHECKING:
    from tests.browser.page_object import DevicePage
    from tests.browser.scripted_api import ScriptedApi

CALM, MILD, PLAIN, UNTOLD = (
    "From the same network as this browser.",
    "another network than this browser’s (198.51.100.4)",
    "The login comes from Germany (203.0.113.7), but you are in France (198.51.100.4).",
    "We cannot tell whether that is near you.",
)
SAME, OTHER, UNKNOWN = "same", "different", "unknown"


def login(country: str, network: str, required: str = "") -> Reply:
    """Return a login from there, with its verdicts."""
    return Reply(body={**FAR, "proximity": {"country": country, "network": network, "required": required}})


def notes(tab: DevicePage) -> list[str]:
    """Return which of the sentences about the place are shown."""
    text = tab.main.inner_text()
    return [words for words in (CALM, MILD, PLAIN, UNTOLD) if words in text]


@pytest.mark.parametrize(
    ("country", "network", "said"),
    [
        (SAME, SAME, CALM),
        (UNKNOWN, SAME, CALM),
        (SAME, OTHER, MILD),
        (UNKNOWN, OTHER, MILD),
        (OTHER, OTHER, PLAIN),
        (OTHER, UNKNOWN, PLAIN),
        (SAME, UNKNOWN, UNTOLD),
        (UNKNOWN, UNKNOWN, UNTOLD),
    ],
)
def test_how_near_a_login_was_started_is_said_in_words_and_blocks_nobody(
    country: str, network: str, said: str, tab: DevicePage, api: ScriptedApi
) -> None:
    api.on(LOOKUP, login(country, network))
    tab.open("/device").enter(CODE).expect_state("confirm")

    assert notes(tab) == [said]
    expect(tab.button("Approve")).to_be_enabled()
    expect(tab.button("Deny")).to_be_enabled()


@pytest.mark.parametrize("proximity", [{"proximity": None}, {}])
def test_where_nobody_compares_nothing_is_said(proximity: dict[str, Any], tab: DevicePage, api: ScriptedApi) -> None:
    body = {name: value for name, value in LOGIN.items() if name != "proximity"}
    api.on(LOOKUP, Reply(body={**body, **proximity}))
    tab.open("/device").enter(CODE).expect_state("confirm")

    assert notes(tab) == []
    expect(tab.button("Approve")).to_be_enabled()


@pytest.mark.parametrize(
    ("country", "network", "required"),
    [
        (OTHER, OTHER, "country"),
        (UNKNOWN, SAME, "country"),
        (SAME, OTHER, "network"),
        (SAME, UNKNOWN, "network"),
    ],
)
def test_what_had_to_be_nearer_can_only_be_denied_and_says_why(
    country: str, network: str, required: str, tab: DevicePage, api: ScriptedApi
) -> None:
    api.on(LOOKUP, login(country, network, required))
    api.on(DECIDE, Reply(body={"state": "denied"}))
    tab.open("/device").enter(CODE).expect_state("confirm")

    expect(tab.heading).to_have_text("You cannot approve this from here")
    expect(tab.main).to_contain_text(f"only be approved {'in the country' if required == 'country' else 'from the network'}")
    expect(tab.button("Approve")).to_have_count(0)
    tab.decide("deny")


@pytest.mark.parametrize(("country", "network", "required"), [(SAME, OTHER, "country"), (OTHER, SAME, "network")])
def test_what_is_near_enough_can_be_approved(
    country: str, network: str, required: str, tab: DevicePage, api: ScriptedApi
) -> None:
    api.on(LOOKUP, login(country, network, required))
    tab.open("/device").enter(CODE).expect_state("confirm")

    expect(tab.main).not_to_contain_text("only be approved")
    expect(tab.button("Approve")).to_be_enabled()


def test_an_approval_that_the_server_finds_too_far_can_still_be_denied(tab: DevicePage, api: ScriptedApi) -> None:
    """Between the question and the answer the browser has moved, say into a VPN."""
    api.on(DECIDE, refusal(403, "too_far"), Reply(body={"state": "denied"}))
    tab.open("/device").enter(CODE).expect_state("confirm")
    tab.button("Approve").click()
    tab.expect_state("too-far")
    tab.button("Deny").click()

    tab.expect_state("denied")
    assert [call.body["decision"] for call in api.asked(DECIDE)] == ["approve", "deny"]


def test_a_sensitive_scope_is_marked(tab: DevicePage, api: ScriptedApi) -> None:
    api.on(
        LOOKUP,
        Reply(
            body={**LOGIN, "scopes": [{"scope": "a", "text": "Read"}, {"scope": "b", "text": "Delete", "sensitive": True}]}
        ),
    )
    tab.open("/device").enter(CODE).expect_state("confirm")

    assert tab.page.locator("#scopes li").all_inner_texts() == ["Read", "Delete sensitive"]
