"""The library and the command at an issuer that nobody here wrote: node-oidc-provider, unmodified, with its own pages."""

from __future__ import annotations

import re
import subprocess
import sys
from contextlib import closing, contextmanager
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urljoin

import pytest
import requests

from cli.tests.pseudo_terminal import PseudoTerminal, home
from infra.tools import find_node
from tallystick import DeviceLogin, NotLoggedIn, SessionExpired, Store
from tallystick.oauth.http_client import HttpClient

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tallystick import PendingLogin

SERVER = Path(__file__).parent / "provider" / "serve.mjs"
COMMAND = ("-m", "tallystick.command")
_SECONDS = 30
_PAGES = 8
_FORM = re.compile(r'<form[^>]*action="([^"]*)".*?</form>', re.DOTALL)
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)"')


@contextmanager
def provider() -> Iterator[str]:
    """Run the issuer for as long as the block runs; gives its address."""
    with subprocess.Popen([find_node(), str(SERVER)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            address = process.stdout.readline().strip()
            if not address:
                pytest.fail(process.communicate()[1])
            yield address
        finally:
            process.kill()


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """Return the address of one issuer for all tests."""
    with provider() as address:
        yield address


def approve(pending: PendingLogin) -> None:
    """Do what the person does who was shown a link and a code."""
    fill_in(pending.verification_uri, pending.user_code)


def fill_in(address: str, user_code: str) -> None:
    """Fill in each page's form, until there is none."""
    with requests.Session() as http:
        _fill_in(http, address, user_code)


def _fill_in(http: requests.Session, address: str, user_code: str) -> None:
    page = http.get(address, timeout=_SECONDS)
    for _ in range(_PAGES):
        form = _FORM.search(page.text)
        if form is None:
            break
        typed = {"user_code": user_code, "login": "ada", "password": "any"}
        asked = {name: text for name, text in typed.items() if f'name="{name}"' in form[0]}
        hidden = {name: unescape(value) for name, value in _HIDDEN.findall(form[0])}
        page = http.post(urljoin(page.url, unescape(form[1])), data=asked | hidden, timeout=_SECONDS)
    assert "Success" in page.text, page.text


def test_the_library_logs_in_renews_and_logs_out_at_node_oidc_provider(issuer: str) -> None:
    with closing(HttpClient()) as transport:
        store = Store.in_memory()
        auth = DeviceLogin(
            issuer,
            client_id="acme-cli",
            scopes=["openid", "email", "profile", "offline_access"],
            insecure=True,
            store=store,
            transport=transport,
        )
        session = auth.login(on_prompt=approve, open_browser=False)
        assert str(session.user) == "ada@example.com (Ada Lovelace)"

        first = session.token()
        assert session.refresh() != first
        userinfo = requests.get(f"{issuer}/me", auth=session.requests_auth, timeout=_SECONDS).json()
        assert userinfo["sub"] == session.user.id

        key = auth.settings.key
        stolen, tokens = store.refresh_token(key), store.tokens(key)
        assert stolen is not None
        assert tokens is not None
        assert auth.logout().revoked is True
        with pytest.raises(NotLoggedIn):
            auth.session()
        with pytest.raises(SessionExpired):
            auth.settings.connect().refresh(tokens, stolen, now=0.0)


def test_the_command_does_the_same(issuer: str, tmp_path: Path) -> None:
    environ = home(tmp_path, TALLYSTICK_HOST=issuer, TALLYSTICK_CLIENT_ID="acme-cli", NO_COLOR="1")

    def run(*words: str, status: int = 0) -> str:
        command = [sys.executable, *COMMAND, *words]
        done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=_SECONDS, check=False)
        assert done.returncode == status, done.stderr
        return done.stdout

    scopes = "openid email profile offline_access"
    with PseudoTerminal(*COMMAND, "login", "--insecure", "--no-browser", "--scope", scopes, environ=environ) as screen:
        screen.until("The code is good for")
        address, code = re.findall(r"^  (\S+)$", screen.text, re.MULTILINE)[:2]
        fill_in(address, code)
        assert screen.end() == 0, screen.text
        assert "ada@example.com (Ada Lovelace)\n" in screen.text

    assert run("whoami") == "ada@example.com (Ada Lovelace)\n"
    first = run("token").strip()
    run("refresh")
    second = run("token").strip()
    assert second != first
    assert requests.get(f"{issuer}/me", headers={"Authorization": f"Bearer {second}"}, timeout=_SECONDS).status_code == 200
    assert run("devices", "list", status=1) == "", "it keeps no such list"
    run("logout")
    run("whoami", status=4)
    assert requests.get(f"{issuer}/me", headers={"Authorization": f"Bearer {second}"}, timeout=_SECONDS).status_code == 401
