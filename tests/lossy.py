"""A wire that loses answers: a proxy that passes a request on, waits for the server to have done it, and then hangs up."""

from __future__ import annotations

import http.client
import http.server
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

_OWN = frozenset({"host", "connection"})


@dataclass(slots=True)
class Wire:
    """A running proxy. `origin` is what a tool is told to be the server; `lose_next` drops one answer."""

    origin: str
    lose_next: bool = False
    lost: int = 0


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    target: str
    wire: Wire


class _Handler(http.server.BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self) -> None:
        """Have it done; tell, or do not."""
        address = urlsplit(self.server.target)
        connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=60)
        headers = {name: value for name, value in self.headers.items() if name.lower() not in _OWN}
        connection.request("POST", self.path, self.rfile.read(int(self.headers["Content-Length"])), headers)
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        wire = self.server.wire
        if wire.lose_next:
            wire.lose_next, wire.lost = False, wire.lost + 1
            self.close_connection = True
            return
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.getheader("Content-Type", ""))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing: a request line holds codes."""


@contextmanager
def lossy_wire(target: str) -> Iterator[Wire]:
    """Serve on loopback between a tool and the server at `target`."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.target, server.wire = target, Wire(f"http://127.0.0.1:{server.server_port}")
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()
    try:
        yield server.wire
    finally:
        server.shutdown()
        server.server_close()
