"""The keyring: what goes there, what stays in the file, and what happens when it hangs, fails or lies."""

from __future__ import annotations

import json
import threading
import time
from typing import TYPE_CHECKING, Any

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked

from tallystick import Store, SystemKeyring
from tallystick.stores.keyring import KeyringUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cli.tests.conftest import MakeLogin
    from tallystick.testing import FakeIssuer, FakeMachine


class DictKeyring(KeyringBackend):
    """A keyring as good as any, and some that are not: see `mood`."""

    priority = 5

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # keyring has no types here
        self.kept: dict[tuple[str, str], str] = {}
        self.mood = "well"
        self.woken = threading.Event()

    def get_password(self, service: str, username: str) -> str | None:
        """Return what is kept."""
        self._mood()
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep it, or pretend to."""
        self._mood()
        if self.mood != "forgetful":
            self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        """Forget it."""
        self._mood()
        del self.kept[service, username]

    def _mood(self) -> None:
        if self.mood == "hung":
            self.woken.wait()
        if self.mood == "locked":
            raise KeyringLocked
        if self.mood == "broken":
            raise RuntimeError("org.freedesktop.DBus.Error.ServiceUnknown")


@pytest.fixture
def backend() -> Iterator[DictKeyring]:
    before, backend = keyring.get_keyring(), DictKeyring()
    keyring.set_keyring(backend)
    yield backend
    backend.woken.set()
    keyring.set_keyring(before)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "acme"


@pytest.fixture
def store(folder: Path) -> Store:
    return Store.in_files(folder, keyring=SystemKeyring("acme", seconds=0.3))


def on_disk(folder: Path) -> str:
    return "".join(path.read_text() for path in folder.iterdir())


@pytest.mark.row("L4", "DF24", "AS10", "WB08")
def test_the_refresh_token_goes_to_the_keyring_and_the_rest_to_private_files(
    make_login: MakeLogin, backend: DictKeyring, folder: Path
) -> None:
    auth = make_login()
    session = auth.login()
    assert session.source == "keyring"
    assert [secret[:3] for secret in backend.kept.values()] == ["rt_"]
    assert "rt_" not in on_disk(folder)
    assert session.token() in (folder / "tokens.json").read_text()
    assert session.token() not in (folder / "accounts.json").read_text()


@pytest.mark.row("L4", "DF24")
def test_a_token_that_nothing_renews_goes_to_the_keyring_whole(
    make_login: MakeLogin, backend: DictKeyring, folder: Path, fake_issuer: FakeIssuer
) -> None:
    fake_issuer.refresh_tokens = False
    session = make_login().login()
    assert list(backend.kept.values()) == [session.token()]
    assert session.token() not in on_disk(folder)


@pytest.mark.row("L4")
def test_a_fresh_token_and_the_users_name_need_no_keyring(make_login: MakeLogin, backend: DictKeyring) -> None:
    auth = make_login()
    auth.login()
    backend.mood = "broken"
    assert auth.session().user.email == "ada@example.com"
    assert auth.session().token()


@pytest.mark.row("L4", "DF25", "AS11", "AS12")
@pytest.mark.parametrize("mood", ["hung", "locked", "broken", "forgetful"])
def test_a_keyring_that_does_not_keep_gives_way_to_the_file_with_a_visible_warning(
    make_login: MakeLogin, backend: DictKeyring, folder: Path, fake_machine: FakeMachine, mood: str
) -> None:
    backend.mood = mood
    started = time.monotonic()
    session = make_login().login()
    assert time.monotonic() - started < 3
    assert session.source == "file"
    assert session.token()
    assert f"! The login is kept in {folder / 'tokens.json'}, readable by you only: " in fake_machine.stderr.getvalue()
    assert "rt_" in (folder / "tokens.json").read_text()


@pytest.mark.row("L4")
def test_a_keyring_gets_three_seconds_unless_said_otherwise() -> None:
    assert SystemKeyring("acme")._seconds == 3


@pytest.mark.row("L4")
def test_a_keyring_that_hung_once_is_not_waited_for_again(backend: DictKeyring) -> None:
    backend.mood = "hung"
    ours = SystemKeyring("acme", seconds=0.3)
    with pytest.raises(KeyringUnavailable):
        ours.load("x")
    started = time.monotonic()
    with pytest.raises(KeyringUnavailable):
        ours.load("x")
    assert time.monotonic() - started < 0.2


@pytest.mark.row("L4")
@pytest.mark.parametrize("name", ["fail", "null"])
def test_a_backend_that_keeps_nothing_is_no_keyring(name: str, backend: DictKeyring) -> None:
    del backend
    module: Any = __import__(f"keyring.backends.{name}", fromlist=["Keyring"])
    keyring.set_keyring(module.Keyring())
    with pytest.raises(KeyringUnavailable, match="no keyring"):
        SystemKeyring("acme").save("x", pytest.importorskip("tallystick").Secret("y"))


@pytest.mark.row("L4", "DF26")
def test_a_login_stays_in_the_store_that_it_was_made_in(
    make_login: MakeLogin, backend: DictKeyring, fake_machine: FakeMachine, folder: Path
) -> None:
    backend.mood = "broken"
    auth = make_login()
    auth.login()
    backend.mood = "well"
    fake_machine.now += 1000
    auth.session().token()
    assert backend.kept == {}
    assert auth.session().source == "file"
    auth.login()
    assert auth.session().source == "keyring"
    fake_machine.now += 1000
    auth.session().token()
    assert "rt_" not in on_disk(folder)


@pytest.mark.row("L4", "L6")
def test_a_renewed_refresh_token_takes_the_old_ones_place_in_the_keyring(
    make_login: MakeLogin, backend: DictKeyring, fake_machine: FakeMachine
) -> None:
    auth = make_login()
    auth.login()
    (old,) = backend.kept.values()
    fake_machine.now += 1000
    auth.session().token()
    (new,) = backend.kept.values()
    assert new != old
    assert new.startswith("rt_")


@pytest.mark.row("L4")
def test_windows_takes_short_secrets_only_and_longer_ones_go_to_the_file(
    make_login: MakeLogin, backend: DictKeyring, folder: Path, fake_issuer: FakeIssuer
) -> None:
    fake_issuer.refresh_tokens = False
    fake_issuer.user["name"] = "A" * 2000
    session = make_login(store=Store.in_files(folder, keyring=SystemKeyring("acme", platform="win32"))).login()
    assert session.source == "file"
    assert backend.kept == {}


@pytest.mark.row("L4", "DF27", "AS12")
def test_the_files_can_have_the_names_that_a_tool_wants_or_be_one(make_login: MakeLogin, folder: Path) -> None:
    make_login(store=Store.in_files(folder, accounts="hosts.yml", tokens="tokens.yml")).login()
    hosts, tokens = (json.loads((folder / name).read_text()) for name in ("hosts.yml", "tokens.yml"))
    assert [account["user"]["email"] for account in hosts["accounts"].values()] == ["ada@example.com"]
    assert len(tokens["tokens"]) == 1
    one = Store.in_files(folder / "one", accounts="credentials.json", tokens="credentials.json")
    auth = make_login(store=one)
    auth.login()
    assert auth.session().token()
    content = json.loads((folder / "one" / "credentials.json").read_text())
    assert set(content) == {"accounts", "tokens", "current", "version"}
    assert auth.logout().delete_error is None
    assert one.accounts() == []


@pytest.mark.row("L4")
def test_what_was_stored_is_read_back_before_the_login_counts(
    make_login: MakeLogin, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tallystick import StorageError
    from tallystick.stores.private_file import PrivateFile

    monkeypatch.setattr(PrivateFile, "change", lambda *_: None)
    with pytest.raises(StorageError, match="did not keep"):
        make_login(store=Store.in_files(folder)).login()


@pytest.mark.row("L4")
@pytest.mark.parametrize("failing", ["tokens.json", "accounts.json"])
def test_a_login_that_cannot_be_stored_whole_leaves_the_one_of_before(
    make_login: MakeLogin,
    backend: DictKeyring,
    folder: Path,
    fake_issuer: FakeIssuer,
    failing: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from tallystick import StorageError
    from tallystick.stores.private_file import PrivateFile

    auth = make_login()
    token = auth.login().token()
    kept, disk = dict(backend.kept), on_disk(folder)
    change = PrivateFile.change
    failed: list[str] = []

    def fail_once(self: PrivateFile, alter: Any) -> None:  # noqa: ANN401  as PrivateFile's
        if self.name.endswith(failing) and not failed:
            failed.append(failing)
            raise StorageError("no space")
        change(self, alter)

    monkeypatch.setattr(PrivateFile, "change", fail_once)
    with pytest.raises(StorageError):
        auth.login()
    assert (backend.kept, on_disk(folder)) == (kept, disk)
    assert auth.session().token() == token
    # The session that came to nothing is closed; the one of before is not.
    assert len(fake_issuer.revoked) == 1
    assert fake_issuer.revoked[0] not in kept.values()
