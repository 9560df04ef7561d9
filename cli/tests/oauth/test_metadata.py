"""Finding the issuer's endpoints, and believing only what it may say."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tallystick import InvalidSettings, IssuerMismatch, NetworkError, Request, Response, ServerError, TransportFailed
from tallystick.oauth.addresses import issuer_of, origin
from tallystick.oauth.metadata import discover

if TYPE_CHECKING:
    from collections.abc import Callable

    from cli.tests.conftest import MakeLogin
    from tallystick.testing import FakeIssuer

ISSUER = "https://login.example.com"
GOOD = {
    "issuer": ISSUER,
    "device_authorization_endpoint": f"{ISSUER}/device_authorization",
    "token_endpoint": f"{ISSUER}/token",
}


class Pages:
    """A transport that serves documents by address, and 404 for the rest."""

    def __init__(self, pages: dict[str, Any], answer: Callable[[object], Response] | None = None) -> None:
        self.pages = pages
        self.answer = answer or (lambda document: Response(200, {}, json.dumps(document).encode()))
        self.asked: list[str] = []

    def send(self, request: Request) -> Response:
        """Serve one."""
        self.asked.append(request.url)
        return self.answer(self.pages[request.url]) if request.url in self.pages else Response(404, {}, b"")


RFC8414 = f"{ISSUER}/.well-known/oauth-authorization-server"
OPENID = f"{ISSUER}/.well-known/openid-configuration"


@pytest.mark.row("L3")
def test_rfc_8414s_address_is_asked_first_then_openids() -> None:
    pages = Pages({OPENID: GOOD})
    assert discover(ISSUER, pages).token_endpoint == f"{ISSUER}/token"
    assert pages.asked == [RFC8414, OPENID]
    assert discover(ISSUER, Pages({RFC8414: GOOD})).token_endpoint == f"{ISSUER}/token"


@pytest.mark.row("L3")
def test_metadata_without_device_login_gives_way_to_the_other_document() -> None:
    bare = {name: value for name, value in GOOD.items() if name != "device_authorization_endpoint"}
    assert discover(ISSUER, Pages({RFC8414: bare, OPENID: GOOD})).issuer == ISSUER
    with pytest.raises(ServerError, match="no device login"):
        discover(ISSUER, Pages({RFC8414: bare, OPENID: bare}))


@pytest.mark.row("L3")
def test_the_well_known_part_stands_before_an_issuers_path() -> None:
    tenant = f"{ISSUER}/tenant/a"
    pages = Pages({})
    with pytest.raises(ServerError):
        discover(tenant, pages)
    assert pages.asked == [f"{RFC8414}/tenant/a", f"{tenant}/.well-known/openid-configuration"]


@pytest.mark.row("L3")
@pytest.mark.parametrize(
    "says", [ISSUER + "/", "https://LOGIN.example.com", "http://login.example.com", "https://evil.example", None, 7]
)
def test_metadata_of_another_issuer_is_refused_byte_for_byte(says: object) -> None:
    with pytest.raises(IssuerMismatch) as caught:
        discover(ISSUER, Pages({RFC8414: {**GOOD, "issuer": says}}))
    assert caught.value.code == "issuer_mismatch"


@pytest.mark.row("L3")
@pytest.mark.parametrize(
    "url", ["http://login.example.com/token", "file:///etc/passwd", "//evil", "javascript:alert(1)", "https://u:p@x/", 7, ""]
)
@pytest.mark.parametrize("name", ["device_authorization_endpoint", "token_endpoint", "revocation_endpoint"])
def test_an_endpoint_that_is_not_https_is_refused(name: str, url: object) -> None:
    with pytest.raises(ServerError):
        discover(ISSUER, Pages({RFC8414: {**GOOD, name: url}}))


@pytest.mark.row("L3", "DF30")
@pytest.mark.parametrize(
    "issuer",
    [
        "http://login.example.com",
        "login.example.com",
        "ftp://x",
        "https://",
        "https://a?b",
        "https://a#b",
        "https://a b",
        "https://u@a",
    ],
)
def test_an_issuer_must_be_an_https_address(make_login: MakeLogin, issuer: str) -> None:
    for insecure in (False, True):
        with pytest.raises(InvalidSettings) as caught:
            make_login(issuer=issuer, insecure=insecure)
        assert caught.value.exit_code == 2


@pytest.mark.row("L3", "DF30")
@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.9.9.9:8080", "[::1]:99"])
def test_plain_http_is_for_this_machine_and_on_request(make_login: MakeLogin, host: str) -> None:
    assert make_login(issuer=f"http://{host}", insecure=True).settings.insecure
    with pytest.raises(InvalidSettings):
        make_login(issuer=f"http://{host}")


@pytest.mark.row("L3")
@pytest.mark.parametrize(
    "host", ["127.0.0.1.evil.example", "localhost.evil.example", "10.0.0.1", "127.0.0.256x", "192.168.0.1"]
)
def test_what_only_looks_like_this_machine_is_not(make_login: MakeLogin, host: str) -> None:
    with pytest.raises(InvalidSettings):
        make_login(issuer=f"http://{host}", insecure=True)


@pytest.mark.row("DF30")
@pytest.mark.parametrize(
    ("typed", "issuer"),
    [
        ("login.example.com", "https://login.example.com"),
        ("login.example.com/", "https://login.example.com"),
        ("https://login.example.com/t/", "https://login.example.com/t/"),
        (" http://localhost:8000 ", "http://localhost:8000"),
    ],
)
def test_a_host_without_a_scheme_means_https(typed: str, issuer: str) -> None:
    assert issuer_of(typed) == issuer


@pytest.mark.row("L3")
def test_origins_are_compared_without_the_usual_port_and_case() -> None:
    assert origin("https://A.example:443/x?y") == origin("https://a.example") == "https://a.example"
    assert origin("https://a.example:444") != origin("https://a.example")
    assert origin("https://a.example:99999") is None


@pytest.mark.row("L3")
@pytest.mark.parametrize(
    "answer",
    [
        lambda _: Response(302, {"location": "https://evil.example"}, b""),
        lambda _: Response(200, {}, b"<html>"),
        lambda _: Response(200, {}, b"[]"),
        lambda _: Response(500, {}, b""),
    ],
)
def test_what_is_no_metadata_is_said_to_be_none(answer: Callable[[object], Response]) -> None:
    with pytest.raises(ServerError, match="No metadata was found"):
        discover(ISSUER, Pages({RFC8414: GOOD, OPENID: GOOD}, answer))


@pytest.mark.row("L2", "L3")
def test_an_issuer_out_of_reach_is_a_network_error_with_exit_code_9(make_login: MakeLogin) -> None:
    class Down:
        def send(self, _request: Request) -> Response:
            raise TransportFailed("dns", "the host name could not be found")

    with pytest.raises(NetworkError, match="host name could not be found") as caught:
        make_login(transport=Down()).login()
    assert caught.value.exit_code == 9


@pytest.mark.row("L3")
def test_metadata_is_fetched_once_by_a_process(make_login: MakeLogin, fake_issuer: FakeIssuer) -> None:
    auth = make_login()
    auth.login()
    auth.session().refresh()
    auth.logout()
    assert sum("well-known" in request.url for request in fake_issuer.requests) == 1
