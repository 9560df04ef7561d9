"""The command `tallystick` in a terminal, at the deployed stack, from the login to the logout."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import jwt
import pytest

from cli.tests.pseudo_terminal import PseudoTerminal, home
from functions.routes import DECIDE, KEY_SET, LOOKUP
from infra.local.configuration import CAREFUL_CLIENT
from tests.browser.chromium import chromium
from tests.browser.page_object import approve_in_browser, read_number_in_browser
from tests.device import CLIENT_ID
from tests.sign_in import PlainBrowser
from tests.verifier import verify_access_token

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.stack import Stack

    Approve = Callable[[str, str], None]

COMMAND = ("-m", "tallystick.command")
SCOPES = "openid email deploy:read offline_access"


class Person:
    """Somebody with a terminal, a home, and a browser elsewhere. Without a `bus` there is no keyring."""

    def __init__(self, stack: Stack, folder: Path, *, bus: str = "", client_id: str = CLIENT_ID) -> None:
        self.stack = stack
        self.environ = home(folder, TALLYSTICK_HOST=stack.issuer, TALLYSTICK_CLIENT_ID=client_id, NO_COLOR="1")
        if bus:
            del self.environ["PYTHON_KEYRING_BACKEND"]
            self.environ["DBUS_SESSION_BUS_ADDRESS"] = bus

    def log_in(self, approve: Approve | None = None) -> str:
        """Log in, approving in the browser; return what stands on the screen in the end."""
        words = (*COMMAND, "login", "--insecure", "--no-browser", "--scope", SCOPES)
        with PseudoTerminal(*words, environ=self.environ) as screen:
            screen.until("The code is good for")
            code, _, rest = screen.text.partition("and enter the code\n  ")[2].partition("\nor open\n  ")
            (approve or self.approve)(rest.partition("\n")[0], code)
            assert screen.end() == 0, screen.text
            return screen.text

    def approve(self, _: str, code: str) -> None:
        """Approve as the page does it, without the page."""
        browser = PlainBrowser(self.stack.issuer).sign_in(self.stack.user)
        assert browser.post(LOOKUP, {"user_code": code}).status_code == 200
        assert browser.post(DECIDE, {"user_code": code, "decision": "approve"}).json() == {"state": "approved"}

    def run(self, *words: str, status: int = 0) -> str:
        """Run a command; return its standard output."""
        done = self._run(*words)
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout

    def status(self, *words: str) -> int:
        """Run a command; return how it ended."""
        return self._run(*words).returncode

    def _run(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, *COMMAND, *words]
        return subprocess.run(command, env=self.environ, capture_output=True, text=True, timeout=60, check=False)

    def ask(self, *words: str) -> dict[str, Any]:
        """Run a command with --json."""
        found: dict[str, Any] = json.loads(self.run(*words, "--json"))
        return found


@pytest.fixture
def person(stack: Stack, tmp_path: Path) -> Person:
    """Return somebody who can sign in, and has not."""
    return Person(stack, tmp_path)


@pytest.fixture(scope="module")
def browser() -> Iterator[None]:
    """Let one Chromium be enough for all tests of this file."""
    with chromium():
        yield


@pytest.mark.usefixtures("browser")
@pytest.mark.parametrize("kept_in", ["keyring", "file"])
def test_login_in_a_browser_whoami_token_refresh_devices_and_logout(stack: Stack, tmp_path: Path, kept_in: str) -> None:
    with ExitStack() as services:
        if kept_in == "keyring":
            pytest.importorskip("secretstorage", reason="`keyring` brings it on Linux, whose keyring this is")
            from cli.tests.secret_service import SecretService

            service = services.enter_context(SecretService())
            person = Person(stack, tmp_path, bus=service.address)
        else:
            service, person = None, Person(stack, tmp_path)

        def approve(link: str, code: str) -> None:
            assert approve_in_browser(stack.user, link, code)

        shown = person.log_in(approve)
        if service and "did not answer within 3 s" in shown:
            # This machine is so busy that even a keyring that is well took too long. Logging in again chooses again.
            shown = person.log_in(approve)
        assert f"✓ Logged in to {stack.issuer.partition('://')[2]} as" in shown
        assert stack.user.email in shown
        assert ("! The login is kept in" in shown) is (service is None)

        told = person.ask("whoami")
        assert (told["email"], told["source"]) == (stack.user.email, kept_in)
        keys = jwt.PyJWKClient(stack.issuer + KEY_SET)
        first = person.run("token").strip()
        assert verify_access_token(first, keys, stack.issuer, "https://api.example.com")["client_id"] == CLIENT_ID
        person.run("refresh")
        assert person.run("token").strip() != first

        (own,) = [one for one in person.ask("devices", "list")["sessions"] if one["current"]]
        assert own["client"] == "Demo CLI"
        assert person.ask("devices", "rename", own["id"], "my laptop")["renamed"]["label"] == "my laptop"
        kept = tmp_path / ".config" / "tallystick" / "tokens.json"
        (record,) = json.loads(kept.read_text())["tokens"].values()
        (refresh_token,) = service.kept.values() if service else [record["refresh_token"]]
        assert (refresh_token in kept.read_text()) is (service is None)
        assert refresh_token not in shown

        person.run("logout")
        assert refresh_token not in kept.read_text()
        assert not (service and service.kept)
        person.run("whoami", status=4)


@pytest.mark.usefixtures("browser")
def test_the_number_in_the_browser_is_typed_at_the_terminal(stack: Stack, tmp_path: Path) -> None:
    person = Person(stack, tmp_path, client_id=CAREFUL_CLIENT)
    words = (*COMMAND, "login", "--insecure", "--no-browser", "--scope", SCOPES)
    with PseudoTerminal(*words, environ=person.environ) as screen:
        code = screen.find(r"and enter the code\n  (\S+)\n")
        number = read_number_in_browser(stack.user, screen.find(r"or open\n  (\S+)\n"), code)
        assert re.fullmatch(r"[0-9]{6}", number)
        screen.until("Type it here: ")
        screen.type(f"{number[:3]} {number[3:]}")
        assert screen.end() == 0, screen.text
    assert person.ask("whoami")["email"] == stack.user.email
    person.run("logout")


def test_a_program_hands_the_number_in_and_three_wrong_ones_end_the_login(stack: Stack, tmp_path: Path) -> None:
    person = Person(stack, tmp_path, client_id=CAREFUL_CLIENT)
    number = ""

    def begin() -> None:
        begun = json.loads(person.run("login", "--insecure", "--no-wait", "--scope", SCOPES, status=8))
        assert begun["approval_number_required"] is True
        browser = PlainBrowser(stack.issuer).sign_in(stack.user)
        assert browser.post(LOOKUP, {"user_code": begun["user_code"]}).status_code == 200
        decided = browser.post(DECIDE, {"user_code": begun["user_code"], "decision": "approve"}).json()
        nonlocal number
        number = decided["approval_number"]

    begin()
    person.run("login", "--insecure", "--resume", status=8)
    person.run("login", "--insecure", "--resume", "--approval-number", number)
    assert person.ask("whoami")["email"] == stack.user.email
    begin()
    wrong = f"{(int(number) + 1) % 1_000_000:06}"
    statuses = [person.status("login", "--insecure", "--resume", "--approval-number", wrong) for _ in range(3)]
    assert statuses == [8, 8, 5]
    assert person.ask("whoami")["email"] == stack.user.email, "the login of before is still there"
    person.run("logout")


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
