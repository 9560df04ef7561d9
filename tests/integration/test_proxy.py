"""The loopback proxy of the local run, before an upstream that says what reached it."""

from __future__ import annotations

import http.client
import http.server
import json
import threading
from typing import TYPE_CHECKING

import pytest

from infra.local.proxy import Proxy, Viewer, running_proxy
from infra.local.tools import LocalRunError

if TYPE_CHECKING:
    from collections.abc import Iterator

COOKIES = ["a=1; Path=/", "b=2; Path=/; Secure"]


def test_the_distribution_is_asked_for_by_its_host(proxy: Proxy) -> None:
    assert seen(proxy)["host"] == proxy.distribution


def test_nobody_can_say_themselves_who_they_are(proxy: Proxy) -> None:
    claims = {"CloudFront-Viewer-Address": "6.6.6.6:1", "cloudfront-viewer-country": "XX", "X-Forwarded-Proto": "http"}
    headers = seen(proxy, headers=claims)
    assert headers["cloudfront-viewer-address"].startswith("127.0.0.1:")
    assert "cloudfront-viewer-country" not in headers
    assert headers["x-forwarded-proto"] == "https"


def test_a_test_can_choose_who_is_seen(proxy: Proxy) -> None:
    proxy.viewer = Viewer("2001:db8::7", "DE")
    headers = seen(proxy)
    assert headers["cloudfront-viewer-address"].rpartition(":")[0] == "2001:db8::7"
    assert headers["cloudfront-viewer-country"] == "DE"


def test_body_query_and_cookies_go_through_as_they_are(proxy: Proxy) -> None:
    answer = ask(proxy, "POST", "/a%2Fb?x=1&x=%20", body=b"caf\xc3\xa9=\x00", headers={"Cookie": "s=1; t=2"})
    assert answer.headers.get_all("Set-Cookie") == COOKIES
    told = json.loads(answer.read())
    assert told["path"] == "/a%2Fb?x=1&x=%20"
    assert told["body"] == b"caf\xc3\xa9=\x00".hex()
    assert told["headers"]["cookie"] == "s=1; t=2"


def test_head_has_the_length_and_no_body(proxy: Proxy) -> None:
    answer = ask(proxy, "HEAD", "/")
    assert int(answer.headers["Content-Length"]) > 0
    assert answer.read() == b""


def test_a_body_without_a_length_is_refused(proxy: Proxy) -> None:
    # Only the head: the proxy may answer and hang up while a body is still on its way.
    answer = ask(proxy, "POST", "/", headers={"Transfer-Encoding": "chunked"})
    assert answer.status == 411


def test_before_the_stack_is_there_it_says_so() -> None:
    with running_proxy() as proxy:
        assert ask(proxy, "GET", "/").status == 503


def test_an_emulator_that_is_gone_is_a_bad_gateway() -> None:
    with running_proxy() as gone:
        pass
    with running_proxy() as proxy:
        proxy.endpoint = gone.origin
        assert ask(proxy, "GET", "/").status == 502


def test_a_taken_port_is_named() -> None:
    with (
        running_proxy() as first,
        pytest.raises(LocalRunError, match=f"Port {first.port} is taken"),
        running_proxy(first.port),
    ):
        pass


def seen(proxy: Proxy, headers: dict[str, str] | None = None) -> dict[str, str]:
    """Return the headers that reached the upstream."""
    found: dict[str, str] = json.loads(ask(proxy, "GET", "/", headers=headers).read())["headers"]
    return found


def ask(
    proxy: Proxy, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
) -> http.client.HTTPResponse:
    """Send one request."""
    connection = http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=10)
    try:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        # Read while the connection is open; the answer keeps what was read.
        content = answer.read()
        answer.read = lambda *_: content  # type: ignore[method-assign]
        return answer
    finally:
        connection.close()


class Upstream(http.server.BaseHTTPRequestHandler):
    """Tells what it was sent."""

    def answer(self) -> None:
        """Say it as JSON."""
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        headers = {name.lower(): value for name, value in self.headers.items()}
        told = json.dumps({"path": self.path, "headers": headers, "body": body.hex()}).encode()
        self.send_response(200)
        for cookie in COOKIES:
            self.send_header("Set-Cookie", cookie)
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(told)

    do_GET = do_POST = do_HEAD = answer  # noqa: N815  the names that http.server looks for

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Upstream) as upstream, running_proxy() as running:
        threading.Thread(target=upstream.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        running.endpoint = f"http://127.0.0.1:{upstream.server_port}"
        running.distribution = "d123.cloudfront.localhost"
        yield running
        upstream.shutdown()
