"""A DynamoDB that always says yes, over TLS on loopback, in a process of its own.

`python -m tests.performance.dynamodb <folder>` answers every call with the one item of `item.json`, prints its port, and
ends when its input does.
"""

from __future__ import annotations

import json
import ssl
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from zlib import crc32

CERTIFICATE, KEY, ITEM = "certificate.pem", "key.pem", "item.json"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # one packet for headers and body
    answers: dict[str, bytes]

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        body = self.answers[self.headers["X-Amz-Target"].rpartition(".")[2]]
        self.send_response_only(200)
        self.send_header("Content-Type", "application/x-amz-json-1.0")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("x-amz-crc32", str(crc32(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def main(folder: Path) -> None:
    """Serve until whoever started us is gone."""
    item = json.loads((folder / ITEM).read_text())
    _Handler.answers = {
        "GetItem": json.dumps({"Item": item}).encode(),
        "UpdateItem": json.dumps({"Attributes": item}).encode(),
    }
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        server.daemon_threads = True
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / CERTIFICATE, folder / KEY)
        # Shaken hands in the connection's own thread, not while the next one waits to be accepted.
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        print(server.server_port, flush=True)  # noqa: T201  how the port is told
        sys.stdin.read()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
