"""A device login over HTTP, through CloudFront and API Gateway, into the functions as Lambda runs them."""

from __future__ import annotations

from collections import Counter
from itertools import cycle
from typing import TYPE_CHECKING

import jwt
import pytest
import requests

from functions.api import ROUTES, functions_of_paths, methods_of
from functions.routes import DECIDE, DEVICE_AUTHORIZATION, KEY_SET, PAGE, TOKEN
from tests.device import CLIENT_ID, Device, at_once, warm
from tests.sign_in import PlainBrowser
from tests.verifier import verify_access_token

if TYPE_CHECKING:
    from tests.stack import Stack

PARALLEL = 20


@pytest.mark.row("D01", "D50", "D62", "J07", "J08")
def test_a_login_ends_with_a_token_that_any_verifier_takes(stack: Stack) -> None:
    device = Device(stack)
    assert device.poll().json()["error"] == "authorization_pending"
    device.approve()
    tokens = device.poll().json()
    keys = jwt.PyJWKClient(stack.issuer + KEY_SET)
    claims = verify_access_token(tokens["access_token"], keys, stack.issuer, "https://api.example.com")
    assert claims["email"] == stack.user.email
    assert claims["client_id"] == CLIENT_ID
    assert claims["scope"] == tokens["scope"]


@pytest.mark.row("D70")
def test_of_twenty_polls_at_once_one_gets_the_token(stack: Stack) -> None:
    device = Device(stack)
    device.approve()
    warm(stack, TOKEN, PARALLEL)
    answers = at_once(PARALLEL, device.poll)
    outcomes = Counter(answer.json().get("error", "token") for answer in answers)
    assert outcomes == {"token": 1, "invalid_grant": PARALLEL - 1}


@pytest.mark.row("D33", "N05")
def test_of_twenty_approvals_at_once_from_two_browsers_one_browser_s_counts_as_one(stack: Stack) -> None:
    device = Device(stack)
    browsers = [PlainBrowser(stack.issuer).sign_in(stack.user) for _ in range(2)]
    assert device.open(browsers[0]).status_code == 200
    taking_turns = cycle(browsers)
    warm(stack, DECIDE, PARALLEL)
    answers = at_once(PARALLEL, lambda: device.decide(next(taking_turns), "approve"))
    assert Counter(answer.status_code for answer in answers) == {200: PARALLEL // 2, 409: PARALLEL // 2}
    assert device.poll().status_code == 200


@pytest.mark.row("D56")
def test_a_denied_login_says_so_to_the_tool(stack: Stack) -> None:
    device = Device(stack)
    browser = PlainBrowser(stack.issuer).sign_in(stack.user)
    device.open(browser)
    assert device.decide(browser, "deny").json() == {"state": "denied"}
    assert device.poll().json()["error"] == "access_denied"


@pytest.mark.row("D58")
def test_two_polls_in_a_row_get_slow_down(stack: Stack) -> None:
    device = Device(stack)
    device.poll()
    answer = device.poll()
    assert (answer.json()["error"], answer.json()["interval"]) == ("slow_down", 10)


@pytest.mark.row("D13")
@pytest.mark.parametrize(
    "body",
    [b"client_id=" + b"x" * 9000, b"\xff\xfe=1", b"client_id=%00", "&".join(f"p{n}=1" for n in range(1000)).encode(), b""],
    ids=["9 kB", "not UTF-8", "NUL", "1,000 parameters", "nothing"],
)
@pytest.mark.parametrize("path", [DEVICE_AUTHORIZATION, TOKEN])
def test_no_hostile_body_is_a_fault_of_ours(stack: Stack, path: str, body: bytes) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = requests.post(stack.issuer + path, data=body, headers=headers, timeout=30)
    assert answer.status_code in {400, 401}
    assert answer.json()["error"] in {"invalid_request", "invalid_client"}


@pytest.mark.row("D23", "D22", "O01")
def test_errors_are_not_kept_by_anything_between(stack: Stack) -> None:
    answer = requests.post(stack.issuer + TOKEN, data={"grant_type": "nonsense"}, timeout=30)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Type"] == "application/json"


@pytest.mark.row("D11", "O04")
@pytest.mark.parametrize("path", functions_of_paths())
def test_every_path_names_its_methods_to_who_uses_another(stack: Stack, path: str) -> None:
    answer = requests.request("PUT", stack.issuer + path, allow_redirects=False, timeout=30)
    assert (answer.status_code, answer.headers["Allow"]) == (405, ", ".join(methods_of(path)))


def test_the_way_around_cloudfront_is_shut(stack: Stack) -> None:
    for route in ROUTES:
        answer = requests.request(route.method, stack.api_url + route.path, allow_redirects=False, timeout=30)
        assert answer.status_code == 403, route
    forged = {"x-tallystick-edge": "guess", "cloudfront-viewer-address": "192.0.2.1:1"}
    answer = requests.post(stack.api_url + DEVICE_AUTHORIZATION, data={"client_id": CLIENT_ID}, headers=forged, timeout=30)
    assert answer.status_code == 403


def test_the_viewers_address_is_what_cloudfront_saw_whatever_the_client_says(stack: Stack) -> None:
    forged = {
        "X-Forwarded-For": "192.0.2.66",
        "CloudFront-Viewer-Address": "192.0.2.66:1",
        "CloudFront-Viewer-Country": "XX",
    }
    device = Device(stack)
    answer = requests.post(stack.issuer + DEVICE_AUTHORIZATION, data={"client_id": CLIENT_ID}, headers=forged, timeout=30)
    device.codes = answer.json()
    shown = device.open(PlainBrowser(stack.issuer).sign_in(stack.user)).json()
    assert "192.0.2.66" not in str(shown)
    assert shown["request"]["address"] == "127.0.0.1"


@pytest.mark.row("D33")
def test_no_reading_request_approves(stack: Stack) -> None:
    device = Device(stack)
    browser = PlainBrowser(stack.issuer).sign_in(stack.user)
    for path in (device.codes["verification_uri_complete"], PAGE, *(route.path for route in ROUTES)):
        for method in ("GET", "HEAD", "OPTIONS"):
            url = path if path.startswith("http") else f"{stack.issuer}{path}"
            browser.http.request(method, url, allow_redirects=False, timeout=30)
            browser.http.request(method, f"{url}?user_code={device.codes['user_code']}", allow_redirects=False, timeout=30)
    assert device.poll().json()["error"] == "authorization_pending"
