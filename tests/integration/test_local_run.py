"""`python3 dev.py local`, started as a person or a program starts it, and what it leaves behind: nothing."""

from __future__ import annotations

import json
import os
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import psutil
import pytest
import requests

from infra.tools import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

_END_SECONDS = 20
_COMMAND = (getattr(sys, "_base_executable", sys.executable), "dev.py", "local", "--json")


@dataclass
class LocalRun:
    """A started `dev.py local --json`, ready for use."""

    process: subprocess.Popen[str]
    said: dict[str, Any]
    seconds: float
    progress: str

    @property
    def issuer(self) -> str:
        """The origin of everything."""
        issuer: str = self.said["issuer"]
        return issuer

    def ports(self) -> list[int]:
        """Return the ports that it listens on: the issuer's and the emulator's."""
        return [int(urlsplit(url).port or 0) for url in (self.issuer, self.said["endpoint"])]

    def children(self) -> list[psutil.Process]:
        """Return all processes that it has started, and they, and so on."""
        return psutil.Process(self.process.pid).children(recursive=True)


def test_the_json_says_all_that_a_program_needs(local_run: LocalRun) -> None:
    assert {"issuer", "login", "user", "clients", "endpoint", "region", "outputs"} <= local_run.said.keys()
    assert {"email", "password"} == local_run.said["user"].keys()
    assert {"TableName", "ApiId", "UserPoolId"} <= local_run.said["outputs"].keys()


def test_the_issuer_answers_with_its_own_name(local_run: LocalRun) -> None:
    metadata = _get(f"{local_run.issuer}/.well-known/oauth-authorization-server").json()
    assert metadata["issuer"] == local_run.issuer


def test_the_login_line_that_it_prints_starts_a_login(local_run: LocalRun, tmp_path: Path) -> None:
    command = [*shlex.split(local_run.said["login"]), "--no-wait"]
    ended = subprocess.run(
        command,
        cwd=ROOT,
        env=os.environ | {"TALLYSTICK_CONFIG_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 8, ended.stderr
    assert json.loads(ended.stdout)["verification_uri"] == f"{local_run.issuer}/device"


def test_the_page_is_served_with_its_security_headers(local_run: LocalRun) -> None:
    page = _get(f"{local_run.issuer}/device")
    assert page.status_code == 200
    assert page.headers["Content-Type"].startswith("text/html")
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["X-Content-Type-Options"] == "nosniff"


def test_every_port_is_on_loopback_only(local_run: LocalRun) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        # Sends nothing; tells which address this machine has towards the others.
        probe.connect(("192.0.2.1", 9))
        address: str = probe.getsockname()[0]
    if address.startswith("127."):
        pytest.fail("this machine has no address but loopback, so that nothing is proven here")
    assert not any(_listens(port, address) for port in local_run.ports())


def test_the_emulators_own_pages_are_not_on_our_origin(local_run: LocalRun) -> None:
    assert _get(f"{local_run.issuer}/_ministack/health").status_code == 404


def test_a_taken_port_is_named_before_anything_is_started(local_run: LocalRun) -> None:
    port = str(local_run.ports()[0])
    second = subprocess.run([*_COMMAND, "--port", port], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert second.returncode == 1
    assert second.stderr.startswith(f"dev.py local: Port {port} is taken by another program. Choose one with --port")
    assert "Traceback" not in second.stderr


@pytest.mark.usefixtures("local_run")  # so that what takes long has been done
def test_a_second_start_is_quick() -> None:
    with _started() as second:
        assert "synthesize the stack  (unchanged)" in second.progress
        assert second.seconds < 30


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_it_leaves_no_process_no_port_and_no_file_behind(how: signal.Signals) -> None:
    with _started() as run:
        _get(f"{run.issuer}/auth/session")  # starts a function, which is a process too
        children = run.children()
        assert len(children) > 1
        scratch = Path(children[0].cwd())
        assert scratch.name.startswith("tallystick-")
        run.process.send_signal(how)
        assert run.process.wait(_END_SECONDS) == (-signal.SIGKILL if how is signal.SIGKILL else 0)
        _, left = psutil.wait_procs(children, _END_SECONDS)
        assert not left
        assert not any(_listens(port) for port in run.ports())
        assert not scratch.exists()


@pytest.fixture(scope="module")
def local_run() -> Iterator[LocalRun]:
    with _started() as run:
        yield run


@contextmanager
def _started() -> Iterator[LocalRun]:
    began = time.monotonic()
    with tempfile.TemporaryFile("w+") as progress:
        process = subprocess.Popen([*_COMMAND, "--port", "0"], cwd=ROOT, stdout=subprocess.PIPE, stderr=progress, text=True)
        with process:
            try:
                line = process.stdout.readline() if process.stdout else ""
                seconds = time.monotonic() - began
                progress.seek(0)
                told = progress.read()
                assert line, f"dev.py local did not start:\n{told}"
                yield LocalRun(process, json.loads(line), seconds, told)
            finally:
                process.terminate()
                process.wait(_END_SECONDS)


def _listens(port: int, address: str = "127.0.0.1") -> bool:
    with socket.socket() as probe:
        probe.settimeout(2)
        return probe.connect_ex((address, port)) == 0


def _get(url: str) -> requests.Response:
    return requests.get(url, timeout=30, allow_redirects=False)
