"""Tokens on requests: only where they belong, renewed on a 401, once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx2
import pytest
import requests
from requests.adapters import BaseAdapter

from tallystick import AudienceMismatch, InvalidSettings, Request

if TYPE_CHECKING:
    from cli.tests.conftest import MakeLogin
    from tallystick import DeviceLogin
    from tallystick.testing import FakeIssuer

API = "https://login.example.com/api/me"


@pytest.fixture
def auth(make_login: MakeLogin) -> DeviceLogin:
    auth = make_login()
    auth.login()
    return auth


class IntoIssuer(BaseAdapter):
    """Lets requests talk to the scripted issuer without a socket; `moved` answers an address with a redirect."""

    def __init__(self, issuer: FakeIssuer, moved: dict[str, str] | None = None) -> None:
        super().__init__()
        self.issuer = issuer
        self.moved = moved or {}
        self.seen: list[tuple[str, str | None]] = []
        self.status = 0

    def send(self, request: requests.PreparedRequest, *_more: Any, **_options: Any) -> requests.Response:  # noqa: ANN401
        """Answer one."""
        self.seen.append((str(request.url), request.headers.get("Authorization")))
        response = requests.Response()
        response.request, response.url = request, str(request.url)
        response.connection = self  # type: ignore[assignment]  # what requests' own adapter does
        if request.url in self.moved:
            response.status_code = 307
            response.headers["location"] = self.moved[request.url]
        else:
            response.status_code = self.issuer.send(Request("GET", str(request.url), dict(request.headers))).status
        response._content = b""
        return response

    def close(self) -> None:
        """Nothing to close."""


def through_requests(
    auth: DeviceLogin, issuer: FakeIssuer, url: str = API, moved: dict[str, str] | None = None
) -> IntoIssuer:
    adapter = IntoIssuer(issuer, moved)
    with requests.Session() as session:
        session.mount("https://", adapter)
        adapter.status = session.get(url, auth=auth.session().requests_auth).status_code
    return adapter


def through_httpx(auth: DeviceLogin, issuer: FakeIssuer, url: str = API) -> tuple[int, list[str]]:
    seen: list[str] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        seen.append(request.headers["authorization"])
        return httpx2.Response(issuer.send(Request("GET", str(request.url), dict(request.headers))).status)

    with httpx2.Client(transport=httpx2.MockTransport(answer)) as client:
        return client.get(url, auth=auth.session().httpx_auth).status_code, seen


@pytest.mark.row("L3", "AS18")
def test_requests_carry_the_bearer_token(auth: DeviceLogin, fake_issuer: FakeIssuer) -> None:
    token = auth.session().token()
    assert through_httpx(auth, fake_issuer) == (200, [f"Bearer {token}"])
    assert through_requests(auth, fake_issuer).seen == [(API, f"Bearer {token}")]


@pytest.mark.row("L6")
def test_a_401_renews_once_and_the_request_is_sent_again(auth: DeviceLogin, fake_issuer: FakeIssuer) -> None:
    fake_issuer.expire_access_tokens()
    status, seen = through_httpx(auth, fake_issuer)
    assert (status, len(set(seen)), fake_issuer.rotations) == (200, 2, 1)
    fake_issuer.expire_access_tokens()
    adapter = through_requests(auth, fake_issuer)
    assert (adapter.status, len(adapter.seen), fake_issuer.rotations) == (200, 2, 2)


@pytest.mark.row("L6")
def test_a_server_that_always_says_401_gets_two_requests_and_no_more(auth: DeviceLogin, fake_issuer: FakeIssuer) -> None:
    never = f"{API}/never"
    fake_issuer.unauthorized.add("/api/me/never")
    status, seen = through_httpx(auth, fake_issuer, never)
    assert (status, len(seen), fake_issuer.rotations) == (401, 2, 1)
    adapter = through_requests(auth, fake_issuer, never)
    assert (adapter.status, len(adapter.seen), fake_issuer.rotations) == (401, 2, 2)


@pytest.mark.row("L6")
def test_a_dead_session_leaves_the_servers_own_401(auth: DeviceLogin, fake_issuer: FakeIssuer) -> None:
    fake_issuer.expire_access_tokens()
    fake_issuer.refreshes = ["dead"]
    assert through_httpx(auth, fake_issuer)[0] == 401
    assert through_requests(auth, fake_issuer).status == 401


@pytest.mark.row("L3")
@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/",
        "http://login.example.com/",
        "https://login.example.com.evil.example/",
        "https://login.example.com:444/",
    ],
)
def test_a_token_is_not_sent_where_it_does_not_belong(auth: DeviceLogin, fake_issuer: FakeIssuer, url: str) -> None:
    for through in (through_httpx, through_requests):
        with pytest.raises(AudienceMismatch):
            through(auth, fake_issuer, url)
    assert not any(request.url == url for request in fake_issuer.requests)


@pytest.mark.row("L3")
def test_a_redirect_to_another_site_takes_no_token_along_and_its_401_renews_nothing(
    auth: DeviceLogin, fake_issuer: FakeIssuer
) -> None:
    elsewhere = "https://evil.example/api/me"
    adapter = through_requests(auth, fake_issuer, moved={API: elsewhere})
    assert adapter.seen[-1] == (elsewhere, None)
    assert len(adapter.seen) == 2
    assert fake_issuer.rotations == 0


@pytest.mark.row("L3")
def test_a_token_goes_to_the_audiences_that_the_tool_or_the_token_names(
    make_login: MakeLogin, fake_issuer: FakeIssuer
) -> None:
    make_login().login()
    named = make_login(audiences=["https://api.example.com/v1"])
    assert through_httpx(named, fake_issuer, "https://api.example.com/api/me")[0] == 200
    fake_issuer.audience = ["https://other.example.com", "not-an-address"]
    own = make_login()
    own.login()
    assert through_httpx(own, fake_issuer, "https://other.example.com/api/me")[0] == 200
    with pytest.raises(AudienceMismatch):
        through_httpx(own, fake_issuer, "https://api.example.com/api/me")


@pytest.mark.row("L3")
def test_an_audience_over_plain_http_is_refused(make_login: MakeLogin) -> None:
    with pytest.raises(InvalidSettings):
        make_login(audiences=["http://api.example.com"])


@pytest.mark.row("L3")
def test_an_asynchronous_client_is_served_too(auth: DeviceLogin, fake_issuer: FakeIssuer) -> None:
    import anyio

    fake_issuer.expire_access_tokens()

    async def get() -> int:
        async def answer(request: httpx2.Request) -> httpx2.Response:
            return httpx2.Response(fake_issuer.send(Request("GET", str(request.url), dict(request.headers))).status)

        async with httpx2.AsyncClient(transport=httpx2.MockTransport(answer)) as client:
            return (await client.get(API, auth=auth.session().httpx_auth)).status_code

    assert anyio.run(get) == 200
    assert fake_issuer.rotations == 1
