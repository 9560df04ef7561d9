"""`devices` and `doctor`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tallystick.stores import keyring

if TYPE_CHECKING:
    from cli.tests.command.conftest import Acme
    from tallystick.testing import FakeIssuer, FakeMachine

Sessions = list[dict[str, object]]


@pytest.fixture(autouse=True)
def _no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the keyring of whoever runs the tests alone."""

    def refuse() -> None:
        raise keyring.KeyringUnavailable("this machine has no keyring")

    monkeypatch.setattr(keyring, "_keyring", refuse)


@pytest.mark.row("C5")
def test_devices_list_shows_each_session_and_marks_this_one(
    acme: Acme, sessions: Sessions, fake_machine: FakeMachine
) -> None:
    acme("login")
    fake_machine.now = 1_800_000_000 + 60
    assert acme("devices", "list").out == (
        "* ada-laptop\n    Acme CLI, used 60 seconds ago\n    ses_0\n"
        "  build-box\n    Acme CLI, used 61 minutes ago\n    ses_1\n"
        "  old-laptop\n    Acme CLI, used 121 minutes ago\n    ses_2\n"
    )
    told = acme("devices", "list", "--json").document["sessions"]
    assert [one["id"] for one in told] == [session["id"] for session in sessions]


@pytest.mark.row("C5")
@pytest.mark.parametrize("which", ["ses_1", "build-box", "build"])
def test_devices_revoke_ends_a_session_by_id_name_or_part(acme: Acme, sessions: Sessions, which: str) -> None:
    acme("login")
    done = acme("devices", "revoke", which)
    assert (done.status, done.err) == (0, "✓ Ended build-box (ses_1)\n")
    assert [session["id"] for session in sessions] == ["ses_0", "ses_2"]


@pytest.mark.row("C5")
def test_devices_rename_gives_a_session_another_name(acme: Acme, sessions: Sessions, fake_issuer: FakeIssuer) -> None:
    acme("login")
    done = acme("devices", "rename", "build", "ci\x1b[2J-box")
    assert (done.status, done.err) == (0, "✓ Now ci-box (ses_1)\n")
    assert acme("devices", "rename", "ses_1", "ci", "--json").document["renamed"]["label"] == "ci"
    assert [session["label"] for session in sessions] == ["ada-laptop", "ci", "old-laptop"]
    assert acme("devices", "rename", "laptop", "x").status == 2
    fake_issuer.sessions = None
    assert acme("devices", "rename", "ses_1", "x").status == 1


@pytest.mark.row("C5")
def test_a_whole_name_wins_over_a_part_of_another(acme: Acme, sessions: Sessions) -> None:
    sessions[2]["label"] = "build-box-2"
    acme("login")
    assert acme("devices", "revoke", "build-box", "--json").document["ended"] == ["ses_1"]


@pytest.mark.row("C5")
def test_devices_revoke_can_end_all_others(acme: Acme, sessions: Sessions) -> None:
    acme("login")
    assert acme("devices", "revoke", "--others", "--json").document["ended"] == ["ses_1", "ses_2"]
    assert [session["id"] for session in sessions] == ["ses_0"]
    assert "no other session" in acme("devices", "revoke", "--others").err


@pytest.mark.row("C5", "C4")
@pytest.mark.parametrize(
    ("which", "why"),
    [
        (["laptop"], "Several sessions fit"),
        (["build-box", "nothing"], "No session fits"),
        (["ada-laptop"], "`acme auth logout` ends it"),
        ([], "Which session?"),
        (["build-box", "--others"], "Which session?"),
    ],
)
def test_devices_revoke_ends_nothing_when_it_is_not_sure(acme: Acme, sessions: Sessions, which: list[str], why: str) -> None:
    acme("login")
    done = acme("devices", "revoke", *which)
    assert (done.status, why in done.err, len(sessions)) == (2, True, 3)


@pytest.mark.row("C5", "AS18")
def test_devices_sends_the_token_to_the_issuer_and_renews_a_rejected_one(
    acme: Acme, sessions: Sessions, fake_issuer: FakeIssuer
) -> None:
    acme("login")
    fake_issuer.expire_access_tokens()
    assert acme("devices", "list").status == 0
    assert fake_issuer.rotations == 1
    asked = [request for request in fake_issuer.requests if request.url.endswith("/auth/sessions")]
    assert {request.url for request in asked} == {"https://login.example.com/auth/sessions"}
    assert asked[0].headers["authorization"].startswith("Bearer ")
    assert len(sessions) == 3


@pytest.mark.row("C6", "C5")
def test_a_hostile_list_of_sessions_is_inert(acme: Acme, sessions: Sessions) -> None:
    sessions[1] |= {"label": "\x1b[2Jbox\u202e", "client": None, "used_at": "then"}
    sessions[2]["id"] = "../../oauth2/revoke"
    acme("login")
    done = acme("devices", "list")
    assert not set(done.out) & set("\x1b\u202e")
    assert "box\n    unknown" in done.out
    assert "revoke" not in done.out


@pytest.mark.row("C5")
def test_a_server_that_lists_no_sessions_is_said_to(acme: Acme) -> None:
    acme("login")
    done = acme("devices", "list")
    assert (done.status, "does not list sessions" in done.err) == (1, True)


@pytest.mark.row("C5")
def test_doctor_finds_nothing_wrong_where_all_is_well(acme: Acme) -> None:
    done = acme("doctor")
    assert done.status == 0
    assert "✓ server: https://login.example.com offers device login\n" in done.out
    assert "✓ storage: works; 0 logins stored\n" in done.out
    assert "! keyring: this machine has no keyring; a private file takes its place\n" in done.out
    assert "✗" not in done.out
    assert {"server", "storage", "keyring", "terminal"} <= {
        one["what"] for one in acme("doctor", "--json").document["findings"]
    }


@pytest.mark.row("C5", "C4", "C7")
def test_doctor_names_what_stands_in_the_way(acme: Acme, fake_issuer: FakeIssuer, fake_machine: FakeMachine) -> None:
    acme.pipe()
    fake_machine.environ["ACME_TOKEN"] = "not-to-be-shown"
    fake_issuer.metadata = {"revocation_endpoint": None}
    fake_issuer.challenge = False
    done = acme("doctor")
    for words in ("! environment: ACME_TOKEN is used", "! terminal: no", "! revocation: no", "! proof (S256): no"):
        assert words in done.out
    assert "not-to-be-shown" not in done.out
    fake_issuer.metadata = {"issuer": "https://evil.example.com"}
    acme.auth = acme.auth.at(profile="fresh")
    done = acme("doctor")
    assert (done.status, "✗ server" in done.out) == (1, True)
