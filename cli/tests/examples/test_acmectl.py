"""One login per host, hosts.yml and tokens.yml, exit status 4: word for word."""

from __future__ import annotations

import json
import stat
from typing import TYPE_CHECKING

import pytest

from cli.tests.examples.conftest import IN_CONTAINER

if TYPE_CHECKING:
    from pathlib import Path

    from cli.tests.examples.conftest import Tool
    from tallystick.testing import FakeIssuer

FOLDER = ".config/acmectl"


@pytest.fixture(autouse=True)
def _registered(served: FakeIssuer) -> None:
    served.client_id = "acmectl"
    served.user |= {"workspace": "Analytical Engines"}


def without_notes(shown: str) -> str:
    """Leave out that there is no keyring, and no browser in a container: what these tests run on, not what they test."""
    return "\n".join(line for line in shown.split("\n") if not line.startswith(("  The login is kept in", "  The browser")))


@pytest.mark.row("DF01", "DF02", "DF05", "DF11", "DF12", "DF16", "DF17", "DF18", "DF20")
def test_login_whoami_and_logout_read_as_documented(tool: Tool, served: FakeIssuer, tmp_path: Path) -> None:
    status, shown = tool("acmectl", "auth", "login", "--host", served.url, "--insecure")
    host = served.url.removeprefix("http://")
    assert status == 0
    assert without_notes(shown) == (
        "! Copy this one-time code: WDJB-MJHT\n"
        f"  Open: {served.url}/device\n"
        f"✓ Logged in to {host} as ada@example.com (Ada Lovelace)\n"
        "  Workspace: Analytical Engines\n"
    )
    opened = tmp_path / "opened"
    assert opened.exists() is not IN_CONTAINER
    assert tool("acmectl", "auth", "whoami") == (0, "ada@example.com (Ada Lovelace)\n")
    said = '{"id":"usr_1","email":"ada@example.com","name":"Ada Lovelace"}\n'
    assert tool("acmectl", "auth", "whoami", "--json") == (0, said)
    assert tool("acmectl", "auth", "logout") == (0, f"✓ Logged out of {host}\n")
    assert len(served.revoked) == 1
    assert served.revoked[0] not in (tmp_path / FOLDER / "tokens.yml").read_text()
    assert "ada" not in (tmp_path / FOLDER / "hosts.yml").read_text()
    assert tool("acmectl", "auth", "whoami")[0] == 4


@pytest.mark.row("DF06", "DF14", "DF15", "DF25", "DF27")
def test_files_and_an_expired_session(tool: Tool, served: FakeIssuer, tmp_path: Path) -> None:
    login = ("acmectl", "auth", "login", "--host", served.url, "--insecure", "--no-browser")
    assert tool(*login)[0] == 0
    assert not (tmp_path / "opened").exists()
    hosts, tokens = tmp_path / FOLDER / "hosts.yml", tmp_path / FOLDER / "tokens.yml"
    assert [stat.S_IMODE(path.stat().st_mode) for path in (hosts, tokens)] == [0o600, 0o600]
    (record,) = json.loads(hosts.read_text())["accounts"].values()
    assert (record["issuer"], record["user"]["claims"]["workspace"]) == (served.url, "Analytical Engines")
    assert "rt_" in tokens.read_text()
    assert "rt_" not in hosts.read_text()

    served.expire_access_tokens()
    served.refreshes = ["dead"]
    status, shown = tool("acmectl", "me")
    assert (status, shown.partition(":")[0]) == (4, "auth_expired")
    assert tool(*login)[0] == 0
    served.refreshes = ["ok"]
    assert tool("acmectl", "me")[0] == 0


@pytest.mark.row("DF21", "DF28", "DF29")
@pytest.mark.parametrize(
    ("variable", "folder"), [("XDG_CONFIG_HOME", "elsewhere/acmectl"), ("ACMECTL_CONFIG_DIR", "elsewhere")]
)
def test_the_folder_can_be_moved_and_logout_works_without_the_server(
    tool: Tool, served: FakeIssuer, tmp_path: Path, variable: str, folder: str
) -> None:
    served.revocations = ["503"]
    where = {variable: str(tmp_path / "elsewhere")}
    assert tool("acmectl", "auth", "login", "--host", served.url, "--insecure", "--no-browser", **where)[0] == 0
    assert (tmp_path / folder / "hosts.yml").exists()
    assert tool("acmectl", "auth", "logout", **where)[0] == 0
    assert "rt_" not in (tmp_path / folder / "tokens.yml").read_text()


@pytest.mark.row("DF30")
def test_plain_http_is_refused_without_insecure(tool: Tool, served: FakeIssuer) -> None:
    status, shown = tool("acmectl", "auth", "login", "--host", served.url)
    assert (status, "https" in shown) == (2, True)
    assert served.requests == []
