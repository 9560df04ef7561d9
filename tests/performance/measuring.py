"""Measures ours and the yardstick in turns, and sets one against the other."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from functions import settings
from functions.domain.device_grant.codes import DeviceCode, UserCode
from functions.domain.device_grant.states import Pending
from functions.routes import TOKEN
from functions.store.grant_items import new_item
from infra.tools import ROOT
from tests.contracts.grants import request_for
from tests.events import EDGE_SECRET, FORM, VIEWER, http_event
from tests.performance import staging
from tests.performance.certificates import write_certificate
from tests.performance.dynamodb import ITEM
from tests.performance.runtime import BrokenFunction, running

if TYPE_CHECKING:
    from collections.abc import Iterator

CLIENT = "demo-cli"
FAR_AWAY = 4_102_444_800  # in 2100
_WARMING_UP = 20
_USER_CODE = UserCode("WDJBMJHT")
_DEVICE_CODE = DeviceCode.generate(_USER_CODE, lambda count: b"s" * count)


@dataclass(frozen=True, slots=True)
class Subject:
    """A function to be measured: its folder and handler, what it is sent, and what has to come back."""

    folder: Path
    handler: str
    event: bytes
    expected: str


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU seconds from exec to the first answer, and of one of many later calls."""

    cold: float
    warm: float


@dataclass(frozen=True, slots=True)
class Ratios:
    """Ours divided by the yardstick's."""

    cold: float
    warm: float


@dataclass(frozen=True, slots=True)
class Bench:
    """Everything in place: both functions, and what surrounds them."""

    ours: Subject
    yardstick: Subject
    endpoint: str

    def cost(self, subject: Subject, calls: int) -> Cost:
        """Start the function, and measure its first answer and then `calls` more."""
        with running(self.command(subject), subject.folder, self.environment(subject)) as function:
            function.wait()
            self._check(subject, function.invoke(subject.event))
            cold = function.cpu_seconds()
            for _ in range(_WARMING_UP):
                function.invoke(subject.event)
            before = function.cpu_seconds()
            for _ in range(calls):
                function.invoke(subject.event)
            warm = (function.cpu_seconds() - before) / calls
            self._check(subject, function.invoke(subject.event))
        return Cost(cold, warm)

    def command(self, subject: Subject, *options: str) -> list[str]:
        """Return how Lambda starts a function, on the runtime client; none of this machine's packages is in reach (-S)."""
        python = getattr(sys, "_base_executable", sys.executable)
        return [python, "-S", *options, "-m", "awslambdaric", subject.handler]

    def environment(self, subject: Subject) -> dict[str, str]:
        """Return the environment that Lambda and the stack give to a function."""
        return {
            # As on Lambda, the function's own libraries come before those of the runtime.
            "PYTHONPATH": f"{subject.folder}:{staging.runtime_client()}",
            "LAMBDA_TASK_ROOT": str(subject.folder),
            "AWS_LAMBDA_FUNCTION_NAME": "measured",
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1024",
            "AWS_LAMBDA_LOG_FORMAT": "JSON",
            "AWS_LAMBDA_LOG_LEVEL": "INFO",
            "AWS_REGION": "eu-central-1",
            "AWS_DEFAULT_REGION": "eu-central-1",
            "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
            "AWS_SECRET_ACCESS_KEY": "not a secret",
            "AWS_SESSION_TOKEN": "t" * 800,
            "AWS_ENDPOINT_URL_DYNAMODB": self.endpoint,
            settings.ISSUER: "https://login.example.com",
            settings.TABLE: "table",
            settings.EDGE_SECRET: EDGE_SECRET,
            settings.SIGNING_KEYS: '{"arn:aws:kms:eu-central-1:123456789012:key/k1": 0}',
        }

    def _check(self, subject: Subject, answer: dict[str, object]) -> None:
        if answer.get("statusCode") != 400 or subject.expected not in str(answer.get("body")):
            raise BrokenFunction(f"{subject.handler} answered {answer}")


@contextmanager
def bench() -> Iterator[Bench]:
    """Stage both functions and start the DynamoDB that they ask."""
    with tempfile.TemporaryDirectory(prefix="tallystick-performance-") as scratch:
        place = Path(scratch)
        authority = write_certificate(place)
        (place / ITEM).write_text(json.dumps(_pending_item()))
        ours, other = staging.poll_function(place / "poll"), staging.yardstick(place / "yardstick")
        for folder in (ours, other):
            # Beside the authorities that it has: reading them is a part of what a client costs.
            with (folder / staging.AUTHORITIES).open("a", encoding="utf-8") as bundle:
                bundle.write(authority)
        command = [sys.executable, "-m", "tests.performance.dynamodb", str(place)]
        with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
            try:
                port = server.stdout.readline().strip() if server.stdout else ""
                yield Bench(
                    Subject(ours, "functions.poll.handler.handler", _poll_event(), "authorization_pending"),
                    Subject(other, "yardstick.handler", b"{}", "pending"),
                    f"https://127.0.0.1:{port}",
                )
            finally:
                server.terminate()


def compare(place: Bench, runs: int, calls: int) -> Iterator[tuple[Cost, Cost]]:
    """Yield the costs of ours and of the yardstick, run by run: what slows the machine down hits both."""
    for _ in range(runs):
        yield place.cost(place.ours, calls), place.cost(place.yardstick, calls)


def ratios(pairs: list[tuple[Cost, Cost]]) -> Ratios:
    """Return the least of ours divided by the least of the yardstick's: other programs and a busy cache only ever add."""
    ours, other = zip(*pairs, strict=True)
    return Ratios(
        cold=min(cost.cold for cost in ours) / min(cost.cold for cost in other),
        warm=min(cost.warm for cost in ours) / min(cost.warm for cost in other),
    )


def _pending_item() -> dict[str, object]:
    request = request_for(_DEVICE_CODE.locator, expires_at=FAR_AWAY, secret_digest=_DEVICE_CODE.secret.digest())
    return dict(new_item(Pending(request=replace(request, client_id=CLIENT), next_poll_at=0.5)).serialize())


def _poll_event() -> bytes:
    form = {
        "grant_type": "urn:ietf:params:oauth:grant-type:device_code",
        "device_code": _DEVICE_CODE.reveal(),
        "client_id": CLIENT,
    }
    event = http_event("POST", TOKEN, urlencode(form).encode(), {**VIEWER, "Content-Type": FORM}, "")
    return json.dumps(event).encode()
