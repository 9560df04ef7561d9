"""The one origin of the local run: `http://localhost:<port>`, in front of the emulator's CloudFront.

It stands for what CloudFront does at its edge and the emulator does not: it takes the viewer's connection (as https, which
is what the emulated distribution is told), says who the viewer is, and compresses the page. All else goes through byte for
byte.
"""

from __future__ import annotations

import errno
import http.client
import http.server
import socket
import sys
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from infra.local.compression import compressed, strong
from infra.local.tools import LocalRunError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_VIEWER_PREFIX = "cloudfront-"
# This connection's own business (RFC 9110 §7.6.1), or set anew below.
_NOT_FORWARDED = frozenset({"host", "connection", "keep-alive", "te", "upgrade", "x-forwarded-proto"})
_NOT_RETURNED = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length"})
_BODILESS = frozenset({204, 304})
_NO_IPV6 = frozenset({errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT})


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who CloudFront sees. Without an address it is the connection's own; without a country there is no such header."""

    address: str = ""
    country: str = ""


@dataclass(slots=True)
class Proxy:
    """A running proxy. Point it at an emulator and a distribution there; set `viewer` to be seen as somebody else."""

    origin: str
    port: int
    endpoint: str = ""
    distribution: str = ""
    viewer: Viewer = field(default_factory=Viewer)


@contextmanager
def running_proxy(port: int = 0) -> Iterator[Proxy]:
    """Serve on loopback, IPv4 and where there is one IPv6: browsers try either for `localhost`. Port 0 takes a free one."""
    servers = _bind(port)
    port = servers[0].server_address[1]
    proxy = Proxy(f"http://localhost:{port}", port)
    for server in servers:
        server.proxy = proxy
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()
    try:
        yield proxy
    finally:
        for server in servers:
            server.shutdown()
            server.server_close()


def _bind(port: int) -> list[_Server]:
    servers: list[_Server] = []
    try:
        servers.append(_Server(socket.AF_INET, ("127.0.0.1", port)))
        return [*servers, *_on_ipv6(servers[0].server_address[1])]
    except OSError as error:
        for server in servers:
            server.server_close()
        if error.errno != errno.EADDRINUSE:
            raise
        message = f"Port {port} is taken by another program. Choose one with --port, or --port 0 for any free one."
        raise LocalRunError(message) from error


def _on_ipv6(port: int) -> Sequence[_Server]:
    try:
        return [_Server(socket.AF_INET6, ("::1", port))]
    except OSError as error:
        # A machine without IPv6 is fine. A port taken on ::1 is not: the browser would meet somebody else there.
        if error.errno in _NO_IPV6:
            return []
        raise


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    proxy: Proxy

    def __init__(self, family: socket.AddressFamily, address: tuple[str, int]) -> None:
        self.address_family = family
        super().__init__(address, _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """Let a viewer go away in the middle of an answer; anything else is ours to see."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # one packet for headers and body; two would wait for each other
    server: _Server

    def _forward(self) -> None:
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers or not length.isdecimal():
            self.close_connection = True
            self._answer(411, [], b"Send a Content-Length.\n")
            return
        body = self.rfile.read(int(length))
        if not self.server.proxy.endpoint:
            self._answer(503, [], b"Still starting.\n")
            return
        address = urlsplit(self.server.proxy.endpoint)
        connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=60)
        try:
            connection.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self._request_headers():
                connection.putheader(name, value)
            connection.endheaders(body)
            response = connection.getresponse()
            accepted = self.headers.get("Accept-Encoding", "")
            answer = compressed(self.path, accepted, response.status, response.getheaders(), response.read())
            self._answer(response.status, *answer)
        except (ValueError, http.client.InvalidURL):
            self._answer(400, [], b"This request line or header cannot be sent on.\n")
        except (OSError, http.client.HTTPException):
            self._answer(502, [], b"The emulator does not answer.\n")
        finally:
            connection.close()

    def _request_headers(self) -> Iterator[tuple[str, str]]:
        """Yield what the viewer sent, without claims about itself that only CloudFront may make, and then those."""
        proxy = self.server.proxy
        for name, value in self.headers.items():
            if name.lower() not in _NOT_FORWARDED and not name.lower().startswith(_VIEWER_PREFIX):
                yield name, strong(value) if name.lower() == "if-none-match" else value
        yield "Host", proxy.distribution
        yield "X-Forwarded-Proto", "https"
        peer, port = self.client_address[:2]
        yield "CloudFront-Viewer-Address", f"{proxy.viewer.address or peer}:{port}"
        if proxy.viewer.country:
            yield "CloudFront-Viewer-Country", proxy.viewer.country

    def _answer(self, status: int, headers: Sequence[tuple[str, str]], body: bytes) -> None:
        self.send_response_only(status)
        head = self.command == "HEAD"
        for name, value in headers:
            if name.lower() not in _NOT_RETURNED or (head and name.lower() == "content-length"):
                self.send_header(name, value)
        if not head and status not in _BODILESS:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if not head:
            self.wfile.write(body)

    def __getattr__(self, name: str) -> Callable[[], None]:
        """Answer `do_GET`, `do_POST` and every other method the same way."""
        if name.startswith("do_"):
            return self._forward
        raise AttributeError(name)

    def log_message(self, *_: object) -> None:
        """Say nothing: a request line holds codes."""
