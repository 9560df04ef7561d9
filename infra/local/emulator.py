"""The embedded AWS emulator: a process group of its own on a free loopback port, for as long as a `with` block lasts."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from infra.bundle.cache import forget_older
from infra.local.tools import LocalRunError, free_port
from infra.tools import BUILD, find_uv

if TYPE_CHECKING:
    from collections.abc import Iterator

REGION = "us-east-1"
ACCOUNT = "000000000000"
PROJECT = Path(__file__).with_name("emulator")
_LAUNCHER = Path(__file__).with_name("emulator_launcher.py")
_ENVIRONMENT = BUILD / "emulator"
_LOGS = BUILD / "local"
_LOGS_KEPT = 9
_READY_SECONDS = 30
_GRACE_SECONDS = 3


@dataclass(frozen=True, slots=True)
class Emulator:
    """A running emulator. `endpoint` takes every AWS call; root's credentials are `test`/`test`."""

    endpoint: str
    log: Path
    process: subprocess.Popen[bytes]

    def alive(self) -> bool:
        """Whether it still runs."""
        return self.process.poll() is None


@contextmanager
def running_emulator(*, enforce_iam: bool = False) -> Iterator[Emulator]:
    """Start the emulator, wait until it answers, and end it with everything it started.

    With `enforce_iam` each call is held to the IAM policy of the role that makes it, as on AWS.
    """
    python = _prepare()
    port = free_port()
    log = _LOGS / f"emulator-{port}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    forget_older(_LOGS, "emulator-*.log", _LOGS_KEPT)
    with tempfile.TemporaryDirectory(prefix="tallystick-", ignore_cleanup_errors=True) as scratch, log.open("wb") as output:
        process = subprocess.Popen(
            [python, _LAUNCHER],
            env=_variables(port, scratch, enforce_iam=enforce_iam),
            cwd=scratch,
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            endpoint = f"http://127.0.0.1:{port}"
            _wait_until_ready(process, endpoint, log)
            yield Emulator(endpoint, log, process)
        finally:
            _end(process)


def _prepare() -> Path:
    """Install what the lock file names, if it is not there yet, and return the environment's interpreter.

    The emulator's Lambdas run on that interpreter, so it is the same version as ours.
    """
    command: list[str | Path] = [find_uv(), "sync", "--frozen", "--quiet", "--project", PROJECT, "--python", sys.executable]
    variables = {**os.environ, "UV_PROJECT_ENVIRONMENT": str(_ENVIRONMENT)}
    variables.pop("VIRTUAL_ENV", None)
    result = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
    if result.returncode:
        raise LocalRunError(
            f"The emulator could not be installed (the first time needs a network):\n{result.stderr.strip()}"
        )
    return _ENVIRONMENT / "bin" / "python"


def _variables(port: int, scratch: str, *, enforce_iam: bool) -> dict[str, str]:
    """Return the emulator's whole environment: it hands all of it on to the Lambdas, so nothing of ours may be in it."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "C.UTF-8",
        "TMPDIR": scratch,
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",  # its default is every interface
        "IOT_MTLS_ENABLED": "0",  # it would open port 8883
        "SFTP_ENABLED": "0",
        "DOCKER_HOST": f"unix://{scratch}/none",  # it would tidy up containers that are not ours
        "MINISTACK_REGION": REGION,
        "MINISTACK_ACCOUNT_ID": ACCOUNT,
        "AUTH": str(enforce_iam).lower(),
    }


def _wait_until_ready(process: subprocess.Popen[bytes], endpoint: str, log: Path) -> None:
    deadline = time.monotonic() + _READY_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{endpoint}/_ministack/ready", timeout=1):  # noqa: S310  our own loopback
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise LocalRunError(f"The emulator did not start. Its last words, from {log}:\n{_tail(log)}")


def _tail(log: Path, lines: int = 15) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask the emulator to stop, then end what is left of its group: its Lambda workers are in it."""
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(_GRACE_SECONDS)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stdin:
        process.stdin.close()
