"""openid-client for node: it does the whole flow by itself, pace and all."""

from __future__ import annotations

import json
import subprocess
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from infra.tools import find_node

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conformance.conftest import Approve, Check, Registration

SCRIPT = Path(__file__).with_name("login.mjs")


@pytest.mark.row("D01", "D55", "D62", "J01", "J02", "J03")
@pytest.mark.parametrize(("entry", "document"), [("public", "oidc"), ("confidential", "oauth2")], indirect=["entry"])
def test_openid_client_logs_in(document: str, registration: Registration, approve: Approve, check: Check) -> None:
    with openid_client(registration, document) as process:
        approve(_read(process))
        check(_read(process))
        assert process.wait(10) == 0


@contextmanager
def openid_client(registration: Registration, document: str) -> Iterator[subprocess.Popen[str]]:
    """Run the script for as long as the block runs."""
    told = {
        "issuer": registration.issuer,
        "algorithm": document,
        "clientId": registration.client_id,
        "clientSecret": registration.client_secret,
        "scope": registration.scope,
    }
    command = [find_node(), str(SCRIPT), json.dumps(told)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def _read(process: subprocess.Popen[str]) -> dict[str, Any]:
    """Return what the script prints next, or fail with its complaint."""
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        pytest.fail(process.communicate()[1])
    answer: dict[str, Any] = json.loads(line)
    return answer
