"""The real fetcher keeps the contract of the one in the tests, against a server on loopback."""

from __future__ import annotations

import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from functions.domain.errors import ProviderUnavailable
from functions.identity.fetching import MAX_BYTES, HttpsFetch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from functions.identity.fetching import Fetched


class Server(ThreadingHTTPServer):
    """Answers by path and remembers what it was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.seen: list[tuple[str, dict[str, str], bytes]] = []
        self.closing = threading.Event()


class Answers(BaseHTTPRequestHandler):
    """The answers."""

    server: Server

    def do_GET(self) -> None:
        """Answer."""
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.seen.append((f"{self.command} {self.path}", headers, body))
        if self.path == "/silent":
            self.server.closing.wait(10)
            return
        if self.path == "/cut":
            self.wfile.write(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf")
            return
        if self.path == "/garbage":
            self.wfile.write(b"what?\r\n\r\n")
            return
        content = {"/large": b"x" * MAX_BYTES, "/too-large": b"x" * (MAX_BYTES + 1)}.get(self.path, b'{"a": 1}')
        self.send_response({"/away": 302, "/teapot": 418}.get(self.path, 200))
        self.send_header("location", "/elsewhere")
        self.end_headers()
        self.wfile.write(content)

    do_POST = do_GET  # noqa: N815  http.server's name

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[Server]:
    """Return a server on a free port."""
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield running
        running.closing.set()
        running.shutdown()
        thread.join()


def fetch(server: Server, path: str, form: dict[str, str] | None = None) -> Fetched:
    url = f"http://127.0.0.1:{server.server_port}{path}"
    return HttpsFetch(connect_timeout=1, read_timeout=0.2)(url, form=form, headers={"authorization": "Basic eDp5"})


def test_without_a_form_it_gets(server: Server) -> None:
    answer = fetch(server, "/")
    assert (answer.status, answer.document("it")) == (200, {"a": 1})
    ((line, headers, body),) = server.seen
    assert (line, headers["authorization"], headers["connection"], body) == ("GET /", "Basic eDp5", "close", b"")


def test_with_a_form_it_posts(server: Server) -> None:
    fetch(server, "/", {"code": "a+b c"})
    ((line, headers, body),) = server.seen
    assert (line, headers["content-type"], body) == ("POST /", "application/x-www-form-urlencoded", b"code=a%2Bb+c")


def test_a_status_is_an_answer(server: Server) -> None:
    assert fetch(server, "/teapot").status == 418


@pytest.mark.parametrize("form", [None, {"code": "c"}])
def test_a_redirect_is_not_followed(server: Server, form: dict[str, str] | None) -> None:
    assert fetch(server, "/away", form).status == 302
    assert len(server.seen) == 1


def test_a_large_answer_is_read_and_a_larger_one_is_not(server: Server) -> None:
    assert len(fetch(server, "/large").body) == MAX_BYTES
    with pytest.raises(ProviderUnavailable, match="not available"):
        fetch(server, "/too-large")


@pytest.mark.row("F4")
@pytest.mark.parametrize("path", ["/silent", "/cut", "/garbage"])
def test_a_server_that_breaks_off_is_unavailable_and_is_asked_once(server: Server, path: str) -> None:
    with pytest.raises(ProviderUnavailable) as refusal:
        fetch(server, path)
    assert refusal.value.detail.startswith("127.0.0.1: ")
    assert len(server.seen) == 1


@pytest.mark.row("F4")
def test_a_server_that_is_not_there_is_unavailable() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(ProviderUnavailable):
        HttpsFetch(connect_timeout=0.2)(f"http://127.0.0.1:{port}/")


def test_plain_http_to_another_machine_is_not_even_tried() -> None:
    with pytest.raises(ProviderUnavailable) as refusal:
        HttpsFetch()("http://id.example/")
    assert refusal.value.detail == "an endpoint of the provider is not https"
