"""Lambda's side of a function: the Runtime API that its runtime client asks for events, and the CPU time that it took."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_PATIENCE_SECONDS = 60
_DEADLINE_MS = 4_102_444_800_000  # in 2100: nothing here is about timeouts
_ARN = "arn:aws:lambda:eu-central-1:123456789012:function:measured"


class BrokenFunction(Exception):
    """The function did not start or did not answer; the message has what it said."""


class _Api(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.idle: queue.Queue[None] = queue.Queue()
        self.events: queue.Queue[bytes | None] = queue.Queue()
        self.answers: queue.Queue[bytes] = queue.Queue()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Api

    def do_GET(self) -> None:
        """Give out the next event; until there is one the function is frozen, as between invocations."""
        self.server.idle.put(None)
        event = self.server.events.get()
        if event is None:
            self.close_connection = True
            return
        said = {
            "Request-Id": "1",
            "Deadline-Ms": _DEADLINE_MS,
            "Invoked-Function-Arn": _ARN,
            "Trace-Id": "Root=1-1-1;Sampled=0",
        }
        self._answer(
            200,
            event,
            {f"Lambda-Runtime-{name if name != 'Request-Id' else 'Aws-' + name}": value for name, value in said.items()},
        )

    def do_POST(self) -> None:
        """Take an answer, or an error."""
        self.server.answers.put(self.rfile.read(int(self.headers.get("Content-Length", 0))))
        self._answer(202, b"{}", {})

    def _answer(self, status: int, body: bytes, headers: Mapping[str, object]) -> None:
        self.send_response_only(status)
        for name, value in {**headers, "Content-Type": "application/json", "Content-Length": len(body)}.items():
            self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@dataclass
class Function:
    """A running function."""

    api: _Api
    process: subprocess.Popen[bytes]

    def invoke(self, event: bytes) -> dict[str, Any]:
        """Send one event; return the answer when the function is idle again."""
        self.api.events.put(event)
        self.wait()
        answer: dict[str, Any] = json.loads(self.api.answers.get_nowait())
        return answer

    def wait(self) -> None:
        """Wait until the function asks for an event."""
        for _ in range(_PATIENCE_SECONDS * 5):
            try:
                self.api.idle.get(timeout=0.2)
            except queue.Empty:
                if self.process.poll() is not None:
                    break
            else:
                return
        said = [] if self.api.answers.empty() else [self.api.answers.get_nowait().decode()]
        raise BrokenFunction(f"no answer; status {self.process.poll()} {said}")

    def cpu_seconds(self) -> float:
        """Return what the process has had of a CPU so far, all its threads together, to the nanosecond."""
        tasks = Path(f"/proc/{self.process.pid}/task")
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks.iterdir()) / 1e9


@contextmanager
def running(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Iterator[Function]:
    """Start a function's runtime client in the folder of its bundle; end it with the block."""
    api = _Api()
    threading.Thread(target=api.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    bare = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{api.server_port}"}
    process = subprocess.Popen(command, cwd=folder, env={**bare, **environment}, stdout=subprocess.DEVNULL)
    try:
        yield Function(api, process)
    finally:
        process.kill()
        process.wait()
        api.events.put(None)
        api.shutdown()
        api.server_close()
