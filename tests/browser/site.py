"""Serves web/ on loopback as production does: the same paths, the same headers, the bytes that are in git, with brotli."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import brotli  # type: ignore[import-untyped]

from functions.routes import BROWSER_SESSION as SESSION

if TYPE_CHECKING:
    from collections.abc import Iterator

WEB = Path(__file__).resolve().parents[2] / "web"
SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
}


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path == SESSION:
            self._answer({"Content-Type": "application/json"}, b'{"signed_in": false}')
            return
        file = (WEB / (f"{path}.html" if path in {"/device", "/sessions"} else path).removeprefix("/")).resolve()
        if not file.is_relative_to(WEB) or not file.is_file():
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        headers = {**SECURITY_HEADERS, "Content-Type": _TYPES[file.suffix]}
        body = file.read_bytes()
        if "br" in self.headers.get("Accept-Encoding", ""):
            headers["Content-Encoding"], body = "br", brotli.compress(body)
        self._answer(headers, body)

    def _answer(self, headers: dict[str, str], body: bytes) -> None:
        self.send_response(HTTPStatus.OK)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class's name for it
        """Say nothing: the tests speak."""


@contextmanager
def serve() -> Iterator[str]:
    """Serve the page for as long as the block runs; gives its origin."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=server.serve_forever, name="site")
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
