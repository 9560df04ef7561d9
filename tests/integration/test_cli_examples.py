"""The three example tools at the deployed stack, in a terminal: what they print is word for word what their guides show."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cli.tests.pseudo_terminal import PseudoTerminal, home
from functions.routes import DECIDE, LOOKUP
from infra.local.configuration import FOLD_CLIENT
from tests.device import CLIENT_ID
from tests.sign_in import PlainBrowser

if TYPE_CHECKING:
    from tests.stack import Stack

EXAMPLES = Path(__file__).parents[2] / "cli" / "examples"
THIRTY_DAYS = 30 * 86_400
# What depends on the machine that the tests run on: that it has no keyring, and perhaps nobody to open a browser for.
NOTES = re.compile(r"^(! |→ |  )The (login is kept in|browser was not opened).*\n", re.MULTILINE)


class Desk:
    """Somebody with the three tools in a terminal, and a browser elsewhere."""

    def __init__(self, stack: Stack, folder: Path) -> None:
        self.browser = PlainBrowser(stack.issuer).sign_in(stack.user)
        self.code = ""
        self.environ = home(
            folder,
            ACMECTL_CLIENT_ID=CLIENT_ID,
            COMET_CLIENT_ID=CLIENT_ID,
            COMET_ISSUER=stack.issuer,
            LEAF_CLIENT_ID=FOLD_CLIENT,
            LEAF_ISSUER=stack.issuer,
        )

    def run(self, tool: str, *words: str) -> str:
        """Run a tool that asks nobody; return what stands on the screen."""
        with PseudoTerminal(str(EXAMPLES / f"{tool}.py"), *words, environ=self.environ, columns=200) as screen:
            assert screen.end() == 0, screen.text
            return screen.text

    def log_in(self, tool: str, *words: str, before_code: str) -> str:
        """Run a login, and approve the code that stands on the screen behind `before_code`."""
        with PseudoTerminal(str(EXAMPLES / f"{tool}.py"), *words, environ=self.environ, columns=200) as screen:
            self.code = screen.find(re.escape(before_code) + r"(\S+)\n")
            assert self.browser.post(LOOKUP, {"user_code": self.code}).status_code == 200
            assert self.browser.post(DECIDE, {"user_code": self.code, "decision": "approve"}).json()["state"] == "approved"
            assert screen.end() == 0, screen.text
            return NOTES.sub("", screen.text)


@pytest.fixture
def desk(stack: Stack, tmp_path: Path) -> Desk:
    """Return somebody who has not logged in yet."""
    return Desk(stack, tmp_path)


def test_acmectl(desk: Desk, stack: Stack, tmp_path: Path) -> None:
    login = ("auth", "login", "--host", stack.issuer, "--insecure", "--no-browser")
    shown = desk.log_in("acmectl", *login, before_code="one-time code: ")
    host, who = stack.issuer.partition("://")[2], f"{stack.user.email} ({stack.user.given_name})"
    assert shown == (
        f"! Copy this one-time code: {desk.code}\n  Open: {stack.issuer}/device\n"
        f"✓ Logged in to {host} as {who}\n  Workspace: none\n"
    )
    assert re.fullmatch(r"[A-Z]{4}-[A-Z]{4}", desk.code)
    assert desk.run("acmectl", "auth", "whoami") == f"{who}\n"
    told = json.loads(desk.run("acmectl", "auth", "whoami", "--json"))
    assert (list(told), told["email"]) == (["id", "email", "name"], stack.user.email)
    assert json.loads(desk.run("acmectl", "me"))["sub"] == told["id"]
    assert desk.run("acmectl", "auth", "logout") == f"✓ Logged out of {host}\n"
    assert stack.user.email not in (tmp_path / ".config/acmectl/hosts.yml").read_text()


def test_comet(desk: Desk, stack: Stack, tmp_path: Path) -> None:
    shown = desk.log_in("comet", "login", "--no-browser", before_code="and enter        ")
    who = f"{stack.user.email} ({stack.user.given_name})"
    assert shown == (
        f"To log in, open  {stack.issuer}/device\nand enter        {desk.code}\n"
        f"or open          {stack.issuer}/device?user_code={desk.code}\n"
        f"The code is good for 10 minutes. Waiting for your approval ...\nLogged in as {who}\n"
    )
    assert desk.run("comet", "whoami") == f"User: {who}\nAccount: personal\nProfile: default\n"
    assert json.loads(desk.run("comet", "push"))["email"] == stack.user.email
    assert desk.run("comet", "logout", "--all") == "Logged out of profile default\n"
    assert json.loads((tmp_path / ".comet/credentials.json").read_text())["tokens"] == {}


def test_leaf(desk: Desk, stack: Stack, tmp_path: Path) -> None:
    shown = desk.log_in("leaf", "login", before_code="Enter code: ")
    assert shown == (
        f"→ Opening browser... Enter code: {desk.code}\n→ Waiting for approval...\n→ Logged in as {stack.user.email}\n"
    )
    (record,) = json.loads((tmp_path / ".config/leaf/tokens.json").read_text())["tokens"].values()
    assert (record["expires_in"], record["renewable"]) == (THIRTY_DAYS, False)
    desk.run("leaf", "logout")
