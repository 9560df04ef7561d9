"""The end of a login, and tokens from the environment."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tallystick import InvalidSettings, NotLoggedIn, SessionExpired, StorageError, Store
from tallystick.testing.responses import jwt

if TYPE_CHECKING:
    from cli.tests.conftest import MakeLogin
    from tallystick.testing import FakeIssuer, FakeMachine


@pytest.mark.row("C8", "DF20")
def test_a_logout_revokes_and_forgets(make_login: MakeLogin, fake_issuer: FakeIssuer, store: Store) -> None:
    auth = make_login()
    auth.login()
    result = auth.logout()
    assert (result.was_logged_in, result.revoked, result.revoke_error, result.delete_error) == (True, True, None, None)
    assert fake_issuer.revoked[0].startswith("rt_")
    assert store.accounts() == []
    assert store.current() is None
    with pytest.raises(NotLoggedIn):
        auth.session()


@pytest.mark.row("C8", "DF21")
@pytest.mark.parametrize("trouble", ["reset", "503", "429", "invalid_client"])
def test_a_revocation_that_fails_is_told_and_the_login_is_forgotten_all_the_same(
    make_login: MakeLogin, fake_issuer: FakeIssuer, store: Store, trouble: str
) -> None:
    auth = make_login()
    auth.login()
    fake_issuer.revocations = [trouble]
    result = auth.logout()
    assert result.revoked is False
    assert result.revoke_error is not None
    assert store.accounts() == []


@pytest.mark.row("C8")
def test_an_issuer_without_revocation_is_no_failure(make_login: MakeLogin, fake_issuer: FakeIssuer) -> None:
    fake_issuer.metadata = {"revocation_endpoint": None}
    auth = make_login()
    auth.login()
    result = auth.logout()
    assert (result.revoked, result.revoke_error) == (None, None)


@pytest.mark.row("C8")
def test_a_store_that_cannot_be_written_is_told_and_the_session_is_revoked_all_the_same(
    make_login: MakeLogin, fake_issuer: FakeIssuer, file_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    auth = make_login(store=file_store)
    auth.login()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    result = auth.logout()
    assert result.revoked is True
    assert isinstance(result.delete_error, StorageError)
    assert fake_issuer.revoked


@pytest.mark.row("C8")
def test_a_logout_without_a_login_does_nothing(make_login: MakeLogin, fake_issuer: FakeIssuer) -> None:
    assert make_login().logout().was_logged_in is False
    assert fake_issuer.requests == []


@pytest.mark.row("C8", "DF15")
def test_logging_in_again_needs_no_logout_and_ends_the_old_session_only_then(
    make_login: MakeLogin, fake_issuer: FakeIssuer
) -> None:
    auth = make_login()
    auth.login()
    fake_issuer.polls = ["denied"]
    with pytest.raises(Exception, match="denied"):
        auth.login()
    assert fake_issuer.revoked == []
    assert auth.session().token()
    fake_issuer.polls = ["approved"]
    session = auth.login()
    assert [token[:3] for token in fake_issuer.revoked] == ["rt_"]
    assert session.refresh()


@pytest.mark.row("AS07", "AS08")
def test_a_logout_is_of_one_profile(make_login: MakeLogin) -> None:
    auth = make_login()
    auth.login()
    auth.at(profile="work").login()
    auth.logout()
    assert [account.key.profile for account in auth.accounts()] == ["work"]


@pytest.mark.row("C7")
def test_the_environments_token_beats_the_stored_one_and_names_itself(
    make_login: MakeLogin, fake_machine: FakeMachine, fake_issuer: FakeIssuer
) -> None:
    auth = make_login()
    auth.login()
    fake_machine.environ["ACME_TOKEN"] = f" {jwt({'sub': 'ci', 'email': 'ci@example.com', 'exp': fake_machine.now + 60})}\n"
    session = auth.session()
    assert (session.source, session.user.email) == ("ACME_TOKEN", "ci@example.com")
    assert session.token() == fake_machine.environ["ACME_TOKEN"].strip()
    before = len(fake_issuer.requests)
    with pytest.raises(SessionExpired) as caught:
        session.refresh()
    assert "ACME_TOKEN" in caught.value.hint
    assert len(fake_issuer.requests) == before


@pytest.mark.row("C7")
def test_a_login_works_though_the_environment_has_a_token(make_login: MakeLogin, fake_machine: FakeMachine) -> None:
    fake_machine.environ["ACME_TOKEN"] = "from-ci"
    auth = make_login()
    assert auth.login().source == "memory"
    assert auth.session().source == "ACME_TOKEN"


@pytest.mark.row("C7")
def test_an_empty_variable_is_none_and_an_unusable_one_is_named(make_login: MakeLogin, fake_machine: FakeMachine) -> None:
    fake_machine.environ["ACME_TOKEN"] = "  "
    with pytest.raises(NotLoggedIn) as caught:
        make_login().session()
    assert "ACME_TOKEN" in caught.value.hint
    assert "acme login" in caught.value.hint
    fake_machine.environ["ACME_TOKEN"] = "a\nb"
    with pytest.raises(InvalidSettings, match="ACME_TOKEN"):
        make_login().session()


@pytest.mark.row("C3")
def test_a_token_from_elsewhere_can_be_kept(make_login: MakeLogin, fake_machine: FakeMachine) -> None:
    auth = make_login()
    token = jwt({"sub": "usr_2", "email": "bob@example.com", "exp": fake_machine.now + 100})
    assert auth.login_with_token(f"{token}\n").user.email == "bob@example.com"
    assert auth.session().token() == token
    fake_machine.now += 100
    with pytest.raises(SessionExpired):
        auth.session().token()


@pytest.mark.row("DF28", "DF29")
@pytest.mark.parametrize(
    ("environ", "platform", "folder"),
    [
        ({"HOME": "/home/ada"}, "linux", "/home/ada/.config/acme"),
        ({"HOME": "/home/ada"}, "darwin", "/home/ada/.config/acme"),
        ({"HOME": "/home/ada", "XDG_CONFIG_HOME": "/xdg"}, "linux", "/xdg/acme"),
        ({"HOME": "/home/ada", "XDG_CONFIG_HOME": "relative"}, "linux", "/home/ada/.config/acme"),
        ({"HOME": "/u", "APPDATA": "/u/AppData/Roaming"}, "win32", "/u/AppData/Roaming/acme"),
        ({"HOME": "/u"}, "win32", "/u/AppData/Roaming/acme"),
        ({"HOME": "/home/ada", "ACME_CONFIG_DIR": "/elsewhere"}, "linux", "/elsewhere"),
    ],
)
def test_files_go_where_people_look_for_them(environ: dict[str, str], platform: str, folder: str) -> None:
    from tallystick.machine.folders import config_folder

    assert config_folder("acme", environ, platform).as_posix() == folder


@pytest.mark.row("L4", "DF27")
def test_the_accounts_file_holds_no_token(make_login: MakeLogin, file_store: Store, fake_issuer: FakeIssuer) -> None:
    session = make_login(store=file_store).login()
    accounts = file_store._accounts.read()
    assert session.token() not in json.dumps(accounts)
    assert not any(token in json.dumps(accounts) for family in fake_issuer._families.values() for token in family)
