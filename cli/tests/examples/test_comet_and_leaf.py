"""Profiles in one credentials.json; and a login in three lines with one token for thirty days."""

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

THIRTY_DAYS = 30 * 86_400


@pytest.mark.row("AS02", "AS03", "AS04", "AS06", "AS07", "AS08", "AS09", "AS11", "AS12", "AS13", "AS19")
def test_comet_keeps_profiles_in_one_file(tool: Tool, served: FakeIssuer, tmp_path: Path) -> None:
    served.client_id = "comet"
    served.user |= {"account": "Analytical Engines"}
    there = {"COMET_ISSUER": served.url}
    status, shown = tool("comet", "login", "--no-browser", **there)
    assert status == 0
    assert f"To log in, open  {served.url}/device\nand enter        WDJB-MJHT\n" in shown
    assert shown.endswith("Logged in as ada@example.com (Ada Lovelace)\n")
    assert tool("comet", "login", "--profile", "work", **there)[0] == 0
    assert (tmp_path / "opened").exists() is not IN_CONTAINER
    assert tool("comet", "whoami", **there) == (
        0,
        "User: ada@example.com (Ada Lovelace)\nAccount: Analytical Engines\nProfile: default\n",
    )
    credentials = tmp_path / ".comet" / "credentials.json"
    assert stat.S_IMODE(credentials.stat().st_mode) == 0o600
    content = json.loads(credentials.read_text())
    assert len(content["accounts"]) == len(content["tokens"]) == 2

    assert tool("comet", "logout", **there) == (0, "Logged out of profile default\n")
    assert tool("comet", "whoami", **there)[0] == 4
    assert tool("comet", "whoami", "--profile", "work", **there)[0] == 0
    assert tool("comet", "logout", "--all", **there) == (0, "Logged out of profile work\n")
    assert json.loads(credentials.read_text())["tokens"] == {}
    assert len(served.revoked) == 2


@pytest.mark.row("AS14", "AS17", "AS18")
def test_comet_renews_near_the_end_and_sends_the_token_where_it_is_told(
    tool: Tool, served: FakeIssuer, tmp_path: Path
) -> None:
    served.client_id = "comet"
    served.expires_in = 900
    there = {"COMET_ISSUER": served.url}
    assert tool("comet", "login", "--no-browser", **there)[0] == 0
    age_by(tmp_path / ".comet" / "credentials.json", seconds=870)
    status, shown = tool("comet", "push", "--server", served.url, **there)
    assert (status, json.loads(shown)["email"]) == (0, "ada@example.com")
    assert served.rotations == 1
    called = [request for request in served.requests if request.url == f"{served.url}/oauth2/userinfo"]
    headers = {name.lower(): value for name, value in called[-1].headers.items()}
    assert headers["authorization"].startswith("Bearer ")


def age_by(file: Path, *, seconds: float) -> None:
    """Make every token in a store older, as time would."""
    content = json.loads(file.read_text(encoding="utf-8"))
    for record in content["tokens"].values():
        record["obtained_at"] -= seconds
    file.write_text(json.dumps(content), encoding="utf-8")


@pytest.mark.row("FO10", "FO11", "FO12")
def test_leaf_prints_its_three_lines(tool: Tool, served: FakeIssuer, tmp_path: Path) -> None:
    served.client_id = "leaf"
    served.refresh_tokens = False
    served.expires_in = THIRTY_DAYS
    there = {"LEAF_ISSUER": served.url}
    status, shown = tool("leaf", "login", **there)
    notes = ("→ The login is kept in", "→ The browser was not opened")
    assert status == 0
    assert "".join(line for line in shown.splitlines(keepends=True) if not line.startswith(notes)) == (
        "→ Opening browser... Enter code: WDJB-MJHT\n→ Waiting for approval...\n→ Logged in as ada@example.com\n"
    )
    (record,) = json.loads((tmp_path / ".config/leaf/tokens.json").read_text())["tokens"].values()
    assert (record["expires_in"], record["renewable"]) == (THIRTY_DAYS, False)
    assert tool("leaf", "whoami", **there) == (0, "ada@example.com (Ada Lovelace)\n")
    assert tool("leaf", "logout", **there)[0] == 0
