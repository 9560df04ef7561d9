"""Puts the scripted issuer on loopback, for tests that want real sockets, or several processes."""

from __future__ import annotations

import socket
import struct
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from tallystick.oauth.http import Request, TransportFailed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tallystick.oauth.http import Transport

_LINGER_NOT = struct.pack("ii", 1, 0)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # Twenty processes may knock at once.
    request_queue_size = 128

    def __init__(self, issuer: Transport) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.issuer = issuer


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = 30

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def do_PATCH(self) -> None:
        self._answer()

    def do_DELETE(self) -> None:
        self._answer()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class's name
        """Say nothing: a test's output is its own."""

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        host, port = self.server.server_address[:2]
        url = f"http://{host!s}:{port}{self.path}"
        try:
            answer = self.server.issuer.send(Request(self.command, url, dict(self.headers.items()), body))
        except TransportFailed:
            # Closing with pending data dropped sends RST, not FIN.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NOT)
            self.close_connection = True
            self.connection.close()
            return
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)


@contextmanager
def serving(issuer: Transport) -> Iterator[str]:
    """Answer on a free port until the block ends; gives the address."""
    with _Server(issuer) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
