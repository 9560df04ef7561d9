"""The security headers on the wire: on every answer of the deployed stack, errors and redirects included."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import requests

from functions.api import ROUTES
from infra.constructs.front_headers import API_CSP, PAGE_CSP, headers_of

if TYPE_CHECKING:
    from tests.stack import Stack

PAGE = (
    ("GET", "/device", 200),
    ("GET", "/sessions", 200),
    ("GET", "/lang/ar.json", 200),
    ("GET", "/", 302),
    ("GET", "/nowhere", 404),
    ("GET", "/device.html.bak", 404),
    ("POST", "/device", 405),
)
API = (
    ("GET", "/.well-known/jwks.json", 200),
    ("GET", "/auth/session", 200),
    ("GET", "/auth/login", 303),
    ("GET", "/auth/callback", 400),
    ("GET", "/auth/sessions", 401),
    ("POST", "/auth/device/approve", 403),
    ("GET", "/auth/nowhere", 404),
    ("GET", "/oauth2/token", 405),
)


@pytest.mark.row("X01")
@pytest.mark.parametrize(
    ("method", "path", "status", "csp"),
    [*((*request, PAGE_CSP) for request in PAGE), *((*request, API_CSP) for request in API)],
)
def test_every_answer_has_all_security_headers(stack: Stack, method: str, path: str, status: int, csp: str) -> None:
    answer = requests.request(method, stack.issuer + path, allow_redirects=False, timeout=30)
    assert answer.status_code == status
    expected = headers_of(csp)
    assert {name: answer.headers.get(name) for name in expected} == expected


@pytest.mark.row("X01")
def test_no_route_is_without_them(stack: Stack) -> None:
    for route in ROUTES:
        answer = requests.request(route.method, stack.issuer + route.path, allow_redirects=False, timeout=30)
        missing = [name for name in headers_of(API_CSP) if name not in answer.headers]
        assert not missing, (route, answer.status_code)


@pytest.mark.row("X02")
def test_the_page_is_asked_for_again_each_time_and_sent_only_when_it_has_changed(stack: Stack) -> None:
    for path in ("/device", "/device.js", "/pages.css", "/lang/ja.json", "/favicon.svg"):
        first = requests.get(stack.issuer + path, headers={"Accept-Encoding": "br"}, timeout=30)
        assert first.headers["Cache-Control"] == "no-cache"
        again = requests.get(stack.issuer + path, headers={"If-None-Match": first.headers["ETag"]}, timeout=30)
        assert (again.status_code, again.content) == (304, b"")


@pytest.mark.row("X02")
@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/device", "text/html"),
        ("/sessions", "text/html"),
        ("/pages.css", "text/css"),
        ("/pages.js", "text/javascript"),
        ("/lang/ar.json", "application/json"),
        ("/favicon.svg", "image/svg+xml"),
    ],
)
def test_every_file_has_its_type_and_the_larger_ones_come_compressed(stack: Stack, path: str, kind: str) -> None:
    answer = requests.get(stack.issuer + path, headers={"Accept-Encoding": "br"}, stream=True, timeout=30)
    assert answer.headers["Content-Type"].partition(";")[0] == kind
    assert (answer.headers.get("Content-Encoding") == "br") == (path != "/favicon.svg")
