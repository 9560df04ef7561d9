"""Every way a network has of failing a request, on real sockets: what it is called, and what is never followed or read."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from tallystick import Request, TransportFailed
from tallystick.oauth.http import LARGEST_ANSWER
from tallystick.oauth.http_client import HttpClient

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@contextmanager
def listening(serve: Callable[[socket.socket], None]) -> Iterator[int]:
    """Let `serve` have each connection to a free port of loopback."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    serve(connection)

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)
        thread.join()


def answering(head: str, body: bytes = b"", times: int = 1) -> Callable[[socket.socket], None]:
    def serve(connection: socket.socket) -> None:
        connection.recv(65_536)
        try:
            connection.sendall(f"HTTP/1.1 {head}\r\nconnection: close\r\n\r\n".encode())
            for _ in range(times):
                connection.sendall(body)
        except OSError:
            return

    return serve


def failing(url: str) -> TransportFailed:
    client = HttpClient()
    with pytest.raises(TransportFailed) as caught:
        client.send(Request("GET", url))
    client.close()
    return caught.value


@pytest.mark.row("L2")
def test_a_name_that_is_not_found_is_named() -> None:
    assert failing("https://no-such-host.invalid/").kind == "dns"


@pytest.mark.row("L2")
def test_a_refused_connection_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert failing(f"http://127.0.0.1:{port}/").kind == "connect"


@pytest.mark.row("L2")
def test_a_connection_that_breaks_off_is_named() -> None:
    with listening(lambda connection: connection.close()) as port:
        assert failing(f"http://127.0.0.1:{port}/").kind == "reset"


@pytest.mark.row("L2")
def test_an_answer_that_stops_half_way_is_named() -> None:
    with listening(answering("200 OK\r\ncontent-length: 100", b"{")) as port:
        assert failing(f"http://127.0.0.1:{port}/").kind == "reset"


@pytest.mark.row("L2")
def test_a_server_that_says_nothing_is_left_after_its_time() -> None:
    woken = threading.Event()

    def wait(_connection: socket.socket) -> None:
        woken.wait(5)

    with listening(wait) as port:
        client = HttpClient(seconds=0.2)
        with pytest.raises(TransportFailed) as caught:
            client.send(Request("GET", f"http://127.0.0.1:{port}/"))
        woken.set()
        client.close()
    assert caught.value.kind == "timeout"


@pytest.mark.row("L2")
def test_a_server_that_speaks_no_tls_is_named() -> None:
    with listening(answering("400 No")) as port:
        assert failing(f"https://127.0.0.1:{port}/").kind == "tls"


@pytest.mark.row("L2", "L3")
@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificate")
def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    options = f"req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost -keyout {key} -out {certificate}"
    subprocess.run(["openssl", *options.split()], check=True, capture_output=True)  # noqa: S607  any openssl will do
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    def serve(connection: socket.socket) -> None:
        try:
            context.wrap_socket(connection, server_side=True).close()
        except OSError:
            return

    with listening(serve) as port:
        failure = failing(f"https://localhost:{port}/")
    assert failure.kind == "tls"
    assert "certificate" in failure.reason or "self" in failure.reason


@pytest.mark.row("L2", "C6")
def test_an_endless_answer_is_not_read_to_its_end() -> None:
    with listening(answering("200 OK", b"x" * 65_536, times=100)) as port:
        assert failing(f"http://127.0.0.1:{port}/").kind == "too_large"


@pytest.mark.row("L2")
def test_an_answer_as_large_as_may_be_is_read() -> None:
    with listening(answering("200 OK", b"x" * 10_000, times=LARGEST_ANSWER // 10_000)) as port:
        client = HttpClient()
        assert len(client.send(Request("GET", f"http://127.0.0.1:{port}/")).body) == LARGEST_ANSWER
        client.close()


@pytest.mark.row("L2", "C6")
def test_a_compressed_flood_is_not_unpacked() -> None:
    import gzip

    bomb = gzip.compress(b" " * 50_000_000)
    with listening(answering("200 OK\r\ncontent-encoding: gzip", bomb)) as port:
        client = HttpClient()
        answer = client.send(Request("GET", f"http://127.0.0.1:{port}/"))
        client.close()
    assert answer.body == bomb
    assert answer.document() is None


class Redirects(BaseHTTPRequestHandler):
    """Sends every request on to another path, and counts."""

    server: Any
    seen: list[str]

    def do_POST(self) -> None:
        """Send it on."""
        self.seen.append(self.path)
        self.rfile.read(int(self.headers["content-length"] or 0))
        self.send_response(307)
        self.send_header("location", "/elsewhere")
        self.send_header("content-length", "0")
        self.end_headers()

    def do_GET(self) -> None:
        """Count whoever followed."""
        self.do_POST()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.mark.row("L3")
def test_a_post_is_not_redirected() -> None:
    Redirects.seen = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Redirects) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        client = HttpClient()
        url = f"http://127.0.0.1:{server.server_address[1]}/token"
        assert client.send(Request("POST", url, {}, b"refresh_token=secret")).status == 307
        client.close()
        server.shutdown()
    assert Redirects.seen == ["/token"]
