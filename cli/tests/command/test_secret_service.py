"""`tallystick` with the keyring of the operating system: a Secret Service that it reaches over D-Bus, as on any desktop."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from cli.tests.pseudo_terminal import PseudoTerminal, home
from tallystick.testing import FakeIssuer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytest.importorskip("secretstorage", reason="`keyring` brings it on Linux, whose keyring this is")
from cli.tests.secret_service import SecretService

COMMAND = ("-m", "tallystick.command")


@pytest.fixture
def served() -> Iterator[FakeIssuer]:
    issuer = FakeIssuer()
    issuer.interval = 1
    with issuer.serve():
        yield issuer


class Desktop:
    """A home with a session bus. Nobody says which keyring to use: the package `keyring` finds it."""

    def __init__(self, folder: Path, issuer: FakeIssuer, service: SecretService) -> None:
        self.environ = home(
            folder,
            DBUS_SESSION_BUS_ADDRESS=service.address,
            TALLYSTICK_HOST=issuer.url,
            TALLYSTICK_CLIENT_ID="acme-cli",
            NO_COLOR="1",
        )
        del self.environ["PYTHON_KEYRING_BACKEND"]

    def log_in(self) -> str:
        """Log in; return what stands on the screen in the end."""
        with PseudoTerminal(*COMMAND, "login", "--insecure", environ=self.environ) as screen:
            assert screen.end() == 0, screen.text
            return screen.text

    def run(self, *words: str) -> str:
        """Run a command; return its standard output."""
        command = [sys.executable, *COMMAND, *words]
        done = subprocess.run(command, env=self.environ, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout


def on_disk(folder: Path) -> str:
    return "".join(path.read_text() for path in (folder / ".config" / "tallystick").glob("*.json"))


@pytest.mark.row("L4", "WB08", "DF24", "AS10")
def test_a_login_lives_in_the_secret_service_until_the_logout(served: FakeIssuer, tmp_path: Path) -> None:
    with SecretService() as service:
        desktop = Desktop(tmp_path, served, service)
        shown = desktop.log_in()
        if "did not answer within 3 s" in shown:
            # This machine is so busy that even a keyring that is well took too long. Logging in again chooses again.
            shown = desktop.log_in()
            served.revoked.clear()
        assert "kept in" not in shown
        (first,) = service.kept.values()
        assert first.startswith("rt_")
        assert first not in on_disk(tmp_path)
        assert json.loads(desktop.run("whoami", "--json"))["source"] == "keyring"
        desktop.run("refresh")
        (second,) = service.kept.values()
        assert second.startswith("rt_")
        assert second != first
        desktop.run("logout")
        assert service.kept == {}
        assert served.revoked == [second]


@pytest.mark.row("L4", "DF25", "AS11")
@pytest.mark.parametrize(
    ("mood", "least", "why"),
    [("hung", 3, "the keyring did not answer within 3 s"), ("locked", 0, "the keyring failed (KeyringLocked)")],
)
def test_a_secret_service_that_hangs_or_stays_locked_gives_way_to_the_file(
    served: FakeIssuer, tmp_path: Path, mood: str, least: float, why: str
) -> None:
    with SecretService(mood) as service:
        desktop = Desktop(tmp_path, served, service)
        started = time.monotonic()
        shown = " ".join(desktop.log_in().split())
        # The poll's interval and the start of Python are in it; what is not is a second wait for the keyring.
        assert least <= time.monotonic() - started < least + 10
    assert f"! The login is kept in {tmp_path}/.config/tallystick/tokens.json, readable by you only: {why}." in shown
    assert "rt_" in on_disk(tmp_path)
    assert json.loads(desktop.run("whoami", "--json"))["source"] == "file"


@pytest.mark.row("C4", "L4")
def test_ctrl_c_ends_a_login_that_waits_for_a_hung_keyring(served: FakeIssuer, tmp_path: Path) -> None:
    with SecretService("hung") as service:
        environ = Desktop(tmp_path, served, service).environ
        with PseudoTerminal(*COMMAND, "login", "--insecure", environ=environ) as screen:
            screen.until("left")
            assert service.asked.wait(30)
            assert screen.interrupt() <= 1
            assert screen.end() == 130
    assert "rt_" not in on_disk(tmp_path)
    assert len(served.revoked) == 1
