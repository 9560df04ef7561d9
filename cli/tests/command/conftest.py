"""A tool `acme` that has embedded the commands, at the scripted issuer, with a terminal to show the code on."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

if TYPE_CHECKING:
    from cli.tests.conftest import MakeLogin
    from tallystick import DeviceLogin
    from tallystick.testing import FakeIssuer, FakeMachine


class Terminal(io.StringIO):
    """A standard error that a person reads."""

    def isatty(self) -> bool:
        """Say yes."""
        return True


@dataclass(frozen=True, kw_only=True)
class Run:
    """How a command ended."""

    status: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        """Standard output as the one JSON object that it must be."""
        found = json.loads(self.out)
        assert isinstance(found, dict)
        assert found["version"] == 1
        return found

    @property
    def error(self) -> dict[str, Any]:
        """The error as --json tells it."""
        found: dict[str, Any] = json.loads(self.err)["error"]
        return found


class Acme:
    """Runs commands of the tool. `auth` is its DeviceLogin."""

    def __init__(self, auth: DeviceLogin, machine: FakeMachine) -> None:
        self.auth = auth
        self.machine = machine
        machine.stderr = Terminal()

    def pipe(self) -> None:
        """Take the terminal away."""
        self.machine.stderr = io.StringIO()

    def __call__(self, *arguments: str, stdin: str = "") -> Run:
        """Run `acme auth …`."""
        before = len(self.machine.stderr.getvalue())
        done = CliRunner().invoke(self.auth.click_group("auth"), arguments, input=stdin, prog_name="acme auth")
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        err = self.machine.stderr.getvalue()[before:] + done.stderr
        return Run(status=done.exit_code, out=done.stdout, err=err)


@pytest.fixture
def acme(make_login: MakeLogin, fake_machine: FakeMachine) -> Acme:
    """The tool, with nobody logged in."""
    return Acme(make_login(), fake_machine)


@pytest.fixture
def sessions(fake_issuer: FakeIssuer) -> list[dict[str, object]]:
    """Three sessions at the issuer; the first is the one that asks."""
    fake_issuer.sessions = [
        {
            "id": f"ses_{number}",
            "client": {"id": "acme-cli", "name": "Acme CLI"},
            "label": label,
            "used_at": 1_800_000_000 - 3600 * number,
            "current": number == 0,
        }
        for number, label in enumerate(["ada-laptop", "build-box", "old-laptop"])
    ]
    return fake_issuer.sessions
