"""What a person does with a login: see it, use it, renew it, change it, end it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tallystick.stores.private_file import PrivateFile

if TYPE_CHECKING:
    from cli.tests.command.conftest import Acme
    from cli.tests.conftest import MakeLogin
    from tallystick import Store
    from tallystick.testing import FakeIssuer, FakeMachine


@pytest.mark.row("C5", "DF16", "DF17", "AS09")
def test_whoami_names_the_person_without_a_request(acme: Acme, fake_issuer: FakeIssuer) -> None:
    acme("login")
    before = len(fake_issuer.requests)
    assert acme("whoami").out == "ada@example.com (Ada Lovelace)\n"
    assert acme("whoami", "--json").document == {
        "version": 1,
        "id": "usr_1",
        "email": "ada@example.com",
        "name": "Ada Lovelace",
        "issuer": "https://login.example.com",
        "client_id": "acme-cli",
        "profile": "default",
        "source": "memory",
    }
    assert len(fake_issuer.requests) == before


@pytest.mark.row("C4")
@pytest.mark.parametrize("command", ["whoami", "status", "token", "refresh", "switch", "devices list"])
def test_without_a_login_a_command_ends_with_4_and_says_how_to_log_in(acme: Acme, command: str) -> None:
    done = acme(*command.split())
    assert (done.status, done.out) == (4, "")
    assert done.err.startswith("not_logged_in: ")
    assert "acme auth login" in done.err or command == "switch"


@pytest.mark.row("C4", "DF14")
def test_a_session_that_the_server_has_ended_is_auth_expired_with_status_4(acme: Acme, fake_issuer: FakeIssuer) -> None:
    acme("login")
    fake_issuer.refreshes = ["dead"]
    done = acme("refresh", "--json")
    assert (done.status, done.out, done.error["code"]) == (4, "", "auth_expired")
    assert done.error["hint"]


@pytest.mark.row("C5")
def test_errors_under_json_stand_on_standard_error_and_say_all_there_is(acme: Acme) -> None:
    done = acme("whoami", "--json")
    assert json.loads(done.err) == {
        "version": 1,
        "error": {
            "code": "not_logged_in",
            "message": "You are not logged in.",
            "hint": "Run `acme auth login`, or set ACME_TOKEN.",
            "exit_code": 4,
        },
    }


@pytest.mark.row("C5")
def test_a_mistake_in_the_command_line_is_status_2(acme: Acme) -> None:
    assert [acme("login", "--nope").status, acme("nope").status] == [2, 2]


@pytest.mark.row("C5", "AS17")
def test_token_prints_a_token_that_lives_as_long_as_was_asked(
    acme: Acme, fake_issuer: FakeIssuer, fake_machine: FakeMachine
) -> None:
    acme("login")
    first = acme("token").out
    fake_machine.now += 800
    assert acme("token").out == first
    assert acme("token", "--min-ttl", "200").out != first
    assert fake_issuer.rotations == 1
    told = acme("token", "--json").document
    assert (told["token_type"], told["expires_at"]) == ("Bearer", fake_machine.now + 900)


@pytest.mark.row("C5")
def test_refresh_renews_at_once(acme: Acme, fake_issuer: FakeIssuer) -> None:
    acme("login")
    assert acme("refresh").err == "✓ Renewed, good for 15 minutes.\n"
    assert acme("refresh", "--json").document["status"] == "renewed"
    assert fake_issuer.rotations == 2


@pytest.mark.row("C5")
def test_refresh_says_why_it_cannot(acme: Acme, fake_issuer: FakeIssuer, fake_machine: FakeMachine) -> None:
    fake_issuer.refresh_tokens = False
    acme("login")
    assert "nothing to renew this login with" in acme("refresh").err
    fake_machine.environ["ACME_TOKEN"] = "from-elsewhere"
    assert "ACME_TOKEN is used as it is" in acme("refresh").err


@pytest.mark.row("C7")
def test_the_environments_token_comes_first_and_status_names_every_source(acme: Acme, fake_machine: FakeMachine) -> None:
    acme("login")
    fake_machine.environ["ACME_TOKEN"] = "from-elsewhere"
    assert acme("token").out == "from-elsewhere\n"
    assert acme("whoami", "--json").document["source"] == "ACME_TOKEN"
    assert acme("status").out == (
        "ACME_TOKEN is set: it is used before any login.\n"
        "* default: ada@example.com (Ada Lovelace)\n"
        "    https://login.example.com\n"
        "    client acme-cli, kept in memory\n"
        "    token good for 15 minutes, renewed when needed\n"
    )
    told = acme("status", "--json").document
    assert (told["environment"], told["logins"][0]["source"]) == ("ACME_TOKEN", "memory")


@pytest.mark.row("C5", "AS13")
def test_profiles_stand_side_by_side_and_switch_changes_the_current_one(acme: Acme, fake_issuer: FakeIssuer) -> None:
    acme("login")
    fake_issuer.user |= {"email": "bob@example.com", "name": "Bob"}
    acme("login", "--profile", "work")
    assert acme("whoami").out == "bob@example.com (Bob)\n"
    assert acme("whoami", "--profile", "default").out.startswith("ada@")
    assert acme("switch").err == "✓ Now ada@example.com (Ada Lovelace), profile default\n"
    assert acme("whoami").out.startswith("ada@")
    assert acme("switch", "work", "--json").document["email"] == "bob@example.com"
    assert acme("switch", "nobody").status == 4
    acme("login", "--profile", "third")
    assert "default, work" in acme("switch").err


@pytest.mark.row("C5")
def test_several_hosts_stand_side_by_side(acme: Acme, fake_issuer: FakeIssuer) -> None:
    acme("login")
    fake_issuer.url = "https://other.example.com"
    acme("login", "--host", "other.example.com", "--profile", "work")
    assert acme("whoami", "--json").document["issuer"] == "https://other.example.com"
    assert acme("whoami", "--json", "--host", "login.example.com").document["profile"] == "default"
    fake_issuer.url = "https://third.example.com"
    acme("login", "--host", "third.example.com", "--profile", "work")
    acme("switch", "default")
    done = acme("whoami", "--profile", "work")
    assert (done.status, "Several logins fit." in done.err) == (2, True)


@pytest.mark.row("C5", "C8", "DF18", "DF20", "AS07")
def test_logout_ends_the_current_login_and_no_other(acme: Acme, fake_issuer: FakeIssuer) -> None:
    acme("login")
    acme("login", "--profile", "work")
    done = acme("logout")
    assert (done.status, done.err) == (0, "✓ Logged out of login.example.com\n")
    assert [account.key.profile for account in acme.auth.accounts()] == ["default"]
    assert len(fake_issuer.revoked) == 1


@pytest.mark.row("C5", "AS08")
def test_logout_all_ends_every_login(acme: Acme, fake_issuer: FakeIssuer) -> None:
    acme("login")
    acme("login", "--profile", "work")
    done = acme("logout", "--all", "--json")
    assert [one["profile"] for one in done.document["logouts"]] == ["default", "work"]
    assert acme.auth.accounts() == []
    assert len(fake_issuer.revoked) == 2
    assert acme("logout", "--all").status == 0
    assert acme("logout").err == "You were not logged in at login.example.com.\n"


@pytest.mark.row("C8", "DF21")
def test_a_logout_that_the_server_does_not_hear_forgets_here_and_says_so(acme: Acme, fake_issuer: FakeIssuer) -> None:
    acme("login")
    fake_issuer.revocations = ["dns"]
    done = acme("logout")
    assert done.status == 9
    assert done.err.startswith("✓ Logged out of login.example.com\n! The server could not be told: ")
    assert acme.auth.accounts() == []


@pytest.mark.row("C8")
def test_a_logout_that_cannot_forget_here_revokes_and_says_so(
    acme: Acme, fake_issuer: FakeIssuer, make_login: MakeLogin, file_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tallystick import StorageError

    acme.auth = make_login(store=file_store)
    acme("login")

    def refuse(*_: object) -> None:
        raise StorageError("The disk is read-only.")

    monkeypatch.setattr(PrivateFile, "change", refuse)
    done = acme("logout", "--json")
    assert done.status == 10
    assert done.document["logouts"][0]["revoked"] is True
    assert done.document["logouts"][0]["deleted"] is False
    assert len(fake_issuer.revoked) == 1


@pytest.mark.row("C8")
def test_a_server_without_revocation_is_said_to_have_none(acme: Acme, fake_issuer: FakeIssuer) -> None:
    fake_issuer.metadata = {"revocation_endpoint": None}
    acme("login")
    done = acme("logout")
    assert (done.status, "no way to end a session early" in done.err) == (0, True)
