"""A browser without a window: follows the sign-in as a browser does, keeps the cookies, and calls the page's API."""

from __future__ import annotations

import re
from html import unescape
from http.cookiejar import DefaultCookiePolicy
from typing import TYPE_CHECKING
from urllib.parse import urljoin

import requests
from requests.cookies import get_cookie_header

if TYPE_CHECKING:
    from infra.local.credentials import Person

_SECONDS = 90
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)"')
_ACTION = re.compile(r'<form[^>]*action="([^"]*)"')


class PlainBrowser:
    """One browser profile at one issuer. It follows no redirect by itself, so that each can be looked at."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer
        self.http = requests.Session()
        # Browsers send Secure cookies to http://localhost, which they trust; Python's jar must be told to, and requests
        # forgets it in the copy that it makes for each request.
        self.http.cookies.set_policy(DefaultCookiePolicy(secure_protocols=("https", "http")))
        self.http.auth = self._with_cookies

    def get(self, address: str) -> requests.Response:
        """GET a path of the issuer, or a whole URL."""
        return self.http.get(urljoin(self.issuer, address), allow_redirects=False, timeout=_SECONDS)

    def post(self, path: str, body: object = None) -> requests.Response:
        """POST JSON to the page's API as the page does it."""
        headers = {"Origin": self.issuer, "X-Tallystick": "1"}
        return self.http.post(self.issuer + path, json=body or {}, headers=headers, allow_redirects=False, timeout=_SECONDS)

    def patch(self, path: str, body: object) -> requests.Response:
        """PATCH JSON at the page's API as the page does it."""
        headers = {"Origin": self.issuer, "X-Tallystick": "1"}
        return self.http.patch(self.issuer + path, json=body, headers=headers, allow_redirects=False, timeout=_SECONDS)

    def delete(self, path: str) -> requests.Response:
        """DELETE at the page's API as the page does it."""
        headers = {"Origin": self.issuer, "X-Tallystick": "1"}
        return self.http.delete(self.issuer + path, headers=headers, allow_redirects=False, timeout=_SECONDS)

    def start_sign_in(self, *, fresh: bool = False) -> str:
        """Begin a sign-in; return the identity provider's address."""
        return _redirect(self.get("/auth/login?fresh=1" if fresh else "/auth/login"))

    def at_the_provider(self, address: str, person: Person) -> str:
        """Fill in the identity provider's form; return the address that it sends the browser back to."""
        page = self.get(address)
        form = {name: unescape(value) for name, value in _HIDDEN.findall(page.text)}
        (action,) = _ACTION.findall(page.text)
        answer = self.http.post(
            urljoin(address, unescape(action)),
            data=form | {"username": person.email, "password": person.password},
            allow_redirects=False,
            timeout=_SECONDS,
        )
        return _redirect(answer)

    def sign_in(self, person: Person, *, fresh: bool = False) -> PlainBrowser:
        """Do the whole of it; afterwards the session cookie is in `http.cookies`."""
        back = self.at_the_provider(self.start_sign_in(fresh=fresh), person)
        landed = _redirect(self.get(back))
        assert landed in {"/device", f"{self.issuer}/device"}, landed
        return self

    def _with_cookies(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if header := get_cookie_header(self.http.cookies, request):  # type: ignore[no-untyped-call]
            request.headers["Cookie"] = header
        return request


def _redirect(answer: requests.Response) -> str:
    assert answer.status_code in {302, 303}, f"no redirect: {answer.status_code} {answer.text[:300]}"
    return answer.headers["Location"]
