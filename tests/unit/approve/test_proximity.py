"""How near the approving browser is to the tool: what the page is told, what is refused, what the log keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.server import Server

if TYPE_CHECKING:
    import io

    from tests.server import Browser

HERE = {"CloudFront_Viewer_Address": "203.0.113.7:1", "CloudFront_Viewer_Country": "DE"}
NEXT_DOOR = {"CloudFront_Viewer_Address": "203.0.113.8:1", "CloudFront_Viewer_Country": "DE"}
FAR_AWAY = {"CloudFront_Viewer_Address": "198.51.100.9:1", "CloudFront_Viewer_Country": "BR"}
UNKNOWN = {"CloudFront_Viewer_Address": "unknown:0", "CloudFront_Viewer_Country": "XX"}


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def browser(server: Server) -> Browser:
    return server.sign_in()


@pytest.mark.row("N01")
@pytest.mark.parametrize(
    ("place", "country", "network"),
    [
        (HERE, "same", "same"),
        (NEXT_DOOR, "same", "different"),
        (FAR_AWAY, "different", "different"),
        (UNKNOWN, "unknown", "unknown"),
    ],
    ids=["here", "next door", "far away", "unknown"],
)
def test_the_page_is_told_how_near_the_tool_is_and_by_default_blocks_nobody(
    server: Server, browser: Browser, place: dict[str, str], country: str, network: str
) -> None:
    codes = server.start()
    shown = browser.lookup(codes["user_code"], **place).json
    assert shown["proximity"] == {"country": country, "network": network, "required": ""}
    assert browser.decide(codes["user_code"], "approve", **place).json == {"state": "approved"}


@pytest.mark.row("N01")
def test_a_client_can_have_it_turned_off(server: Server, browser: Browser) -> None:
    codes = server.start("anywhere")
    assert browser.lookup(codes["user_code"], **FAR_AWAY).json["proximity"] is None
    assert browser.decide(codes["user_code"], "approve", **FAR_AWAY).status == 200


@pytest.mark.row("N02")
@pytest.mark.parametrize(
    ("client", "required", "near", "far"),
    [
        ("same-country", "country", [HERE, NEXT_DOOR], [FAR_AWAY, UNKNOWN]),
        ("same-network", "network", [HERE], [NEXT_DOOR, FAR_AWAY, UNKNOWN]),
    ],
)
def test_a_client_can_demand_the_same_country_or_network(
    server: Server, browser: Browser, client: str, required: str, near: list[dict[str, str]], far: list[dict[str, str]]
) -> None:
    for place in near:
        code = server.start(client)["user_code"]
        assert browser.lookup(code, **place).json["proximity"]["required"] == required
        assert browser.decide(code, "approve", **place).status == 200
    for place in far:
        codes = server.start(client)
        assert browser.lookup(codes["user_code"], **place).json["proximity"]["required"] == required
        refused = browser.decide(codes["user_code"], "approve", **place)
        assert (refused.status, refused.error) == (403, "too_far")
        assert server.ask(codes, client).error == "authorization_pending"
        assert browser.decide(codes["user_code"], "deny", **place).json == {"state": "denied"}


@pytest.mark.row("N02")
def test_too_far_is_said_before_a_new_sign_in_is_asked_for(server: Server) -> None:
    code, browser = server.start("same-country")["user_code"], server.sign_in(ago=3590)
    browser.lookup(code, **FAR_AWAY)
    server.clock.now += 10
    assert browser.decide(code, "approve", **FAR_AWAY).error == "too_far"


@pytest.mark.row("N02")
def test_who_has_not_opened_a_code_does_not_learn_that_it_is_far(server: Server, browser: Browser) -> None:
    code = server.start("same-country")["user_code"]
    assert browser.decide(code, "approve", **FAR_AWAY).error == "unknown_code"


@pytest.mark.row("N03")
def test_an_approval_from_elsewhere_leaves_a_line_with_both_places(
    server: Server, browser: Browser, log: io.StringIO
) -> None:
    code = server.start()["user_code"]
    browser.lookup(code, **FAR_AWAY)
    log.truncate(0)
    browser.decide(code, "approve", **FAR_AWAY)
    line = log.getvalue()
    for said in (
        '"outcome":"approved"',
        '"address":"198.51.100.9"',
        '"country":"BR"',
        '"device_address":"203.0.113.7"',
        '"device_country":"DE"',
        '"proximity":"country different, network different"',
    ):
        assert said in line


@pytest.mark.row("N03")
def test_an_approval_that_was_too_far_leaves_one_too(server: Server, browser: Browser, log: io.StringIO) -> None:
    code = server.start("same-network")["user_code"]
    browser.lookup(code, **NEXT_DOOR)
    log.truncate(0)
    browser.decide(code, "approve", **NEXT_DOOR)
    for said in ('"outcome":"too_far"', '"address":"203.0.113.8"', '"device_address":"203.0.113.7"', "network different"):
        assert said in log.getvalue()
