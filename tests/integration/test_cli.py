"""The command `tallystick` in a terminal, at the deployed stack, from the login to the logout."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import jwt
import pytest

from cli.tests.typescript import Typescript, home
from functions.routes import DECIDE, KEY_SET, LOOKUP
from tests.device import CLIENT_ID
from tests.sign_in import PlainBrowser
from tests.verifier import verify_access_token

if TYPE_CHECKING:
    from pathlib import Path

    from tests.stack import Stack

COMMAND = ("-m", "tallystick.command")
SCOPES = "openid email deploy:read offline_access"


class Person:
    """Somebody with a terminal, a home without a keyring, and a browser elsewhere."""

    def __init__(self, stack: Stack, folder: Path) -> None:
        self.stack = stack
        self.environ = home(folder, TALLYSTICK_HOST=stack.issuer, TALLYSTICK_CLIENT_ID=CLIENT_ID, NO_COLOR="1")
        self.browser = PlainBrowser(stack.issuer).sign_in(stack.user)

    def log_in(self) -> str:
        """Log in, approving in the browser; return what stands on the screen in the end."""
        words = (*COMMAND, "login", "--insecure", "--no-browser", "--scope", SCOPES)
        with Typescript(*words, environ=self.environ) as screen:
            screen.until("The code is good for")
            code = screen.text.partition("and enter the code\n  ")[2].partition("\n")[0]
            assert self.browser.post(LOOKUP, {"user_code": code}).status_code == 200
            decided = self.browser.post(DECIDE, {"user_code": code, "decision": "approve"})
            assert decided.json() == {"state": "approved"}
            assert screen.end() == 0, screen.text
            return screen.text

    def run(self, *words: str, status: int = 0) -> str:
        """Run a command; return its standard output."""
        done = subprocess.run(
            [sys.executable, *COMMAND, *words], env=self.environ, capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout

    def ask(self, *words: str) -> dict[str, Any]:
        """Run a command with --json."""
        found: dict[str, Any] = json.loads(self.run(*words, "--json"))
        return found


@pytest.fixture
def person(stack: Stack, tmp_path: Path) -> Person:
    """Return somebody who can sign in, and has not."""
    return Person(stack, tmp_path)


def test_login_whoami_token_refresh_devices_and_logout(person: Person, tmp_path: Path) -> None:
    stack = person.stack
    shown = person.log_in()
    host = stack.issuer.partition("://")[2]
    assert f"✓ Logged in to {host} as" in shown
    assert stack.user.email in shown

    assert stack.user.email in person.run("whoami")
    keys = jwt.PyJWKClient(stack.issuer + KEY_SET)
    first = person.run("token").strip()
    assert verify_access_token(first, keys, stack.issuer, "https://api.example.com")["client_id"] == CLIENT_ID
    person.run("refresh")
    assert person.run("token").strip() != first

    (own,) = [one for one in person.ask("devices", "list")["sessions"] if one["current"]]
    assert own["client"] == "Demo CLI"
    kept = tmp_path / ".config" / "tallystick" / "tokens.json"
    refresh_token = next(iter(json.loads(kept.read_text())["tokens"].values()))["refresh_token"]
    assert refresh_token.encode() not in shown.encode()

    person.run("logout")
    assert refresh_token not in kept.read_text()
    person.run("whoami", status=4)


def test_a_session_ended_from_another_machine_is_over_here(person: Person, stack: Stack, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    other = Person(stack, elsewhere)
    other.log_in()
    (own,) = [one for one in other.ask("devices", "list")["sessions"] if one["current"]]
    person.log_in()
    assert person.ask("devices", "revoke", own["id"])["ended"] == [own["id"]]
    other.run("refresh", status=4)
    person.run("logout")
