"""API Gateway's two kinds of event become one request; one response becomes either answer."""

from __future__ import annotations

import pytest

from functions.domain.errors import InvalidRequest
from functions.wire.http import Request, Response, read_event, write_event
from tests.events import VIEWER, http_event, rest_event

EVENTS = [http_event, rest_event]


@pytest.mark.parametrize("make", EVENTS)
def test_both_payloads_become_the_same_request(make: object) -> None:
    assert callable(make)
    request = read_event(make("POST", "/oauth2/token", "a=ü".encode(), VIEWER, "x=1&x=2"))
    assert (request.method, request.path, request.query, request.body) == (
        "POST",
        "/oauth2/token",
        "x=1&x=2",
        "a=ü".encode(),
    )
    assert (request.address, request.country, request.agent) == ("203.0.113.7", "DE", "acme/1.0")
    assert request.request_id == "r-1"


@pytest.mark.parametrize("make", EVENTS)
def test_cookies_are_found_in_both_payloads(make: object) -> None:
    assert callable(make)
    request = read_event(make("GET", "/auth/session", b"", {"Cookie": "a=1; __Host-b=2;\t__Host-c=3=4; d"}, ""))
    assert [request.cookie(name) for name in ("a", "__Host-b", "__Host-c")] == ["1", "2", "3=4"]
    assert [request.cookie(name) for name in ("b", "d", "")] == ["", "", ""]


# What some reader takes for space, and a browser for a letter: with it a neighbouring domain may set a name like ours.
SPACES = ["\u0085", "\u00a0", "\u1680", "\u2000", "\u2028", "\u3000", "\x0b", "\x0c", "\x1c", "\x1f", "\r", "\n", "\ufeff"]


@pytest.mark.row("W16")
@pytest.mark.parametrize("make", EVENTS)
@pytest.mark.parametrize("space", SPACES)
@pytest.mark.parametrize("planted", ["{space}__Host-b=theirs", "__Host-b{space}=theirs", "{space}__Host-b{space}=theirs"])
def test_a_cookie_whose_name_only_looks_like_ours_is_another(make: object, space: str, planted: str) -> None:
    assert callable(make)
    theirs = planted.format(space=space)
    for header in (f"{theirs}; __Host-b=ours", f"__Host-b=ours; {theirs}"):
        assert read_event(make("GET", "/", b"", {"Cookie": header}, "")).cookie("__Host-b") == "ours"
    assert read_event(make("GET", "/", b"", {"Cookie": theirs}, "")).cookie("__Host-b") == ""


@pytest.mark.row("W16")
@pytest.mark.parametrize("make", EVENTS)
def test_two_cookies_of_one_name_are_refused(make: object) -> None:
    assert callable(make)
    request = read_event(make("GET", "/", b"", {"Cookie": "__Host-b=theirs; __Host-b=ours"}, ""))
    with pytest.raises(InvalidRequest):
        request.cookie("__Host-b")


def test_half_a_surrogate_pair_becomes_a_character_that_can_be_encoded_again() -> None:
    half = "\ud800"
    event = http_event("GET", f"/{half}", b"", {"Cookie": half, "X": half}, half)
    request = read_event({**event, "body": half, "isBase64Encoded": False})
    assert [request.path, request.query, request.header("cookie"), request.header("x")] == ["/?", "?", "?", "?"]
    with pytest.raises(UnicodeDecodeError):
        request.body.decode()


def test_the_address_is_only_what_cloudfront_saw() -> None:
    forged = {"X-Forwarded-For": "198.51.100.1", "Forwarded": "for=198.51.100.1"}
    assert read_event(http_event("GET", "/", b"", forged, "")).address == ""


def test_an_ipv6_address_comes_without_brackets_or_port() -> None:
    viewer = {"CloudFront-Viewer-Address": "2001:db8::7:46532"}
    assert read_event(http_event("GET", "/", b"", viewer, "")).address == "2001:db8::7"
    bracketed = {"CloudFront-Viewer-Address": "[2001:db8::7]:46532"}
    assert read_event(http_event("GET", "/", b"", bracketed, "")).address == "2001:db8::7"


def test_a_request_that_did_not_come_through_the_edge_is_recognised() -> None:
    request = read_event(http_event("GET", "/", b"", VIEWER, ""))
    assert request.from_edge(VIEWER["x-tallystick-edge"])
    assert not request.from_edge("another")
    assert not read_event(http_event("GET", "/", b"", {}, "")).from_edge("another")


@pytest.mark.row("D35")
def test_what_prints_as_a_request_or_a_response_shows_no_credential() -> None:
    canary = "canary-7d1f"
    request = Request(
        method="POST", path="/", request_id="r", query=canary, headers={"cookie": canary}, body=canary.encode()
    )
    response = Response(status=200, body=canary, headers={"x": canary}, cookies=(canary,))
    assert canary not in repr(request) + repr(response)


@pytest.mark.row("D23", "O01")
def test_every_answer_says_no_store_unless_it_says_otherwise() -> None:
    event = http_event("GET", "/", b"", {}, "")
    assert write_event(Response(status=200), event)["headers"]["cache-control"] == "no-store"
    public = Response(status=200, headers={"cache-control": "public, max-age=300"})
    assert write_event(public, event)["headers"]["cache-control"] == "public, max-age=300"


def test_cookies_go_out_in_the_shape_of_the_kind_of_api() -> None:
    response = Response(status=204, cookies=("a=1", "b=2"))
    assert write_event(response, http_event("GET", "/", b"", {}, ""))["cookies"] == ["a=1", "b=2"]
    assert write_event(response, rest_event("GET", "/", b"", {}, ""))["multiValueHeaders"] == {"set-cookie": ["a=1", "b=2"]}


def test_a_body_that_only_claims_to_be_base64_is_no_text() -> None:
    for body in ("***", "é"):
        event = {**http_event("POST", "/", b"", {}, ""), "body": body, "isBase64Encoded": True}
        with pytest.raises(UnicodeDecodeError):
            read_event(event).body.decode()
