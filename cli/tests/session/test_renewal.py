"""When tokens are renewed, and that renewing never costs a login."""

from __future__ import annotations

import os
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tallystick import NetworkError, NotLoggedIn, RateLimited, ServerError, SessionExpired, StorageError, Store
from tallystick.credentials.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cli.tests.conftest import MakeLogin
    from tallystick import DeviceLogin
    from tallystick.oauth.http import Request, Response
    from tallystick.testing import FakeIssuer, FakeMachine

DAY = 86_400


@pytest.fixture
def auth(make_login: MakeLogin) -> DeviceLogin:
    """A tool that is logged in."""
    auth = make_login(scopes=["openid", "offline_access"])
    auth.login()
    return auth


@pytest.mark.row("L6", "AS17")
def test_a_fresh_token_costs_no_request(auth: DeviceLogin, fake_issuer: FakeIssuer) -> None:
    before = len(fake_issuer.requests)
    assert auth.session().token() == auth.session().token()
    assert len(fake_issuer.requests) == before


@pytest.mark.row("L6", "AS17")
def test_a_token_near_its_end_is_renewed_once_and_kept(
    auth: DeviceLogin, fake_issuer: FakeIssuer, fake_machine: FakeMachine
) -> None:
    old = auth.session().token()
    fake_machine.now += 850
    new = auth.session().token(min_ttl=60)
    assert new != old
    assert auth.session().token() == new
    assert fake_issuer.rotations == 1


@pytest.mark.row("L6")
def test_the_scopes_and_the_refresh_token_are_kept_where_the_answer_names_none(
    auth: DeviceLogin, fake_issuer: FakeIssuer, fake_machine: FakeMachine, store: Store
) -> None:
    kept = store.refresh_token(auth.settings.key)
    fake_issuer.refresh_tokens = False
    fake_machine.now += 1000
    assert auth.session().token()
    assert auth.session().scopes() == ("openid", "offline_access")
    assert store.refresh_token(auth.settings.key) == kept


@pytest.mark.row("L6")
def test_looking_at_a_session_renews_nothing_and_a_forced_renewal_is_one(
    auth: DeviceLogin, fake_issuer: FakeIssuer, fake_machine: FakeMachine
) -> None:
    fake_machine.now += 1000
    session = auth.session()
    assert session.expires_at() == fake_machine.now - 100
    assert session.scopes() == ("openid", "offline_access")
    assert fake_issuer.rotations == 0
    session.refresh()
    assert fake_issuer.rotations == 1


@pytest.mark.row("L6")
@pytest.mark.parametrize("jump", [DAY, -DAY, 365 * DAY, -365 * DAY])
def test_a_clock_that_jumps_costs_one_renewal_and_no_storm(
    auth: DeviceLogin, fake_issuer: FakeIssuer, fake_machine: FakeMachine, jump: int
) -> None:
    fake_machine.now += jump
    for _ in range(20):
        auth.session().token()
        fake_machine.now += 1
    fake_machine.now -= jump
    for _ in range(20):
        auth.session().token()
        fake_machine.now += 1
    assert fake_issuer.rotations == 2


@pytest.mark.row("L6")
@pytest.mark.parametrize("jump", [DAY, -DAY])
def test_no_expired_token_is_used_after_the_clock_was_put_right(
    auth: DeviceLogin, fake_machine: FakeMachine, jump: int
) -> None:
    fake_machine.now += jump
    during = auth.session().token()
    fake_machine.now += 901 - jump
    assert auth.session().token() != during


@pytest.mark.row("L6")
@pytest.mark.parametrize("life", [30, 60, 61])
def test_tokens_that_live_shorter_than_was_asked_do_not_make_each_call_a_renewal(
    make_login: MakeLogin, fake_issuer: FakeIssuer, fake_machine: FakeMachine, life: int
) -> None:
    fake_issuer.expires_in = life
    session = make_login().login()
    for _ in range(life // 2 - 1):
        session.token(min_ttl=60)
        fake_machine.now += 1
    assert fake_issuer.rotations == 0


@pytest.mark.row("L6")
def test_a_token_of_unknown_life_is_used_until_a_server_rejects_it(
    make_login: MakeLogin, fake_issuer: FakeIssuer, fake_machine: FakeMachine
) -> None:
    fake_issuer.expires_in = None
    session = make_login().login()
    fake_machine.now += 10 * DAY
    session.token()
    assert fake_issuer.rotations == 0
    session.refresh()
    assert fake_issuer.rotations == 1


@pytest.mark.row("L6")
@pytest.mark.parametrize(
    ("trouble", "error"),
    [
        ("reset", NetworkError),
        ("dns", NetworkError),
        ("timeout", NetworkError),
        ("503", ServerError),
        ("html", ServerError),
        ("429", RateLimited),
        ("server_error", ServerError),
        ("invalid_client", ServerError),
    ],
)
def test_no_trouble_but_a_dead_token_ends_a_login(
    auth: DeviceLogin, fake_issuer: FakeIssuer, fake_machine: FakeMachine, trouble: str, error: type[NetworkError]
) -> None:
    fake_machine.now += 1000
    fake_issuer.refreshes = [trouble, "ok"]
    with pytest.raises(error):
        auth.session().token()
    assert auth.session().token()


@pytest.mark.row("L6")
def test_a_token_that_still_lives_is_used_while_the_issuer_is_out_of_reach(
    auth: DeviceLogin, fake_issuer: FakeIssuer, fake_machine: FakeMachine
) -> None:
    old = auth.session().token()
    fake_machine.now += 880
    fake_issuer.refreshes = ["reset"]
    assert auth.session().token(min_ttl=60) == old
    fake_machine.now += 20
    with pytest.raises(NetworkError):
        auth.session().token(min_ttl=60)


@pytest.mark.row("L6", "DF14")
def test_a_dead_refresh_token_says_expired_with_exit_code_4(
    auth: DeviceLogin, fake_issuer: FakeIssuer, fake_machine: FakeMachine
) -> None:
    fake_machine.now += 1000
    fake_issuer.refreshes = ["dead"]
    with pytest.raises(SessionExpired) as caught:
        auth.session().token()
    assert (caught.value.code, caught.value.exit_code) == ("auth_expired", 4)
    assert "acme login" in caught.value.hint


class Meddling:
    """A transport that lets something happen just before a refresh is sent."""

    def __init__(self, issuer: FakeIssuer) -> None:
        self.issuer = issuer
        self.meddle: Callable[[], None] | None = None

    def send(self, request: Request) -> Response:
        """Send it on."""
        if b"grant_type=refresh_token" in request.body and self.meddle is not None:
            meddle, self.meddle = self.meddle, None
            meddle()
        return self.issuer.send(request)


@pytest.mark.row("L6")
def test_after_invalid_grant_the_store_is_read_once_more(
    make_login: MakeLogin, fake_issuer: FakeIssuer, fake_machine: FakeMachine, store: Store
) -> None:
    transport = Meddling(fake_issuer)
    auth = make_login(transport=transport)
    auth.login()
    fake_machine.now += 1000
    tokens = store.tokens(auth.settings.key)
    assert tokens is not None
    newer = replace(tokens, access_token=Secret("at_newer"), refresh_token=Secret("rt_newer"), obtained_at=fake_machine.now)

    def another_writer() -> None:
        store.update(auth.settings.key, newer)
        fake_issuer.refreshes = ["dead"]

    transport.meddle = another_writer
    assert auth.session().token() == "at_newer"


@pytest.mark.row("L6", "C8")
def test_a_logout_during_a_renewal_wins_and_the_late_token_is_revoked(
    make_login: MakeLogin, fake_issuer: FakeIssuer, fake_machine: FakeMachine, store: Store
) -> None:
    transport = Meddling(fake_issuer)
    auth = make_login(transport=transport)
    auth.login()
    fake_machine.now += 1000
    transport.meddle = lambda: store.delete(auth.settings.key)
    with pytest.raises(NotLoggedIn):
        auth.session().token()
    assert fake_issuer.revoked
    assert store.accounts() == []


@pytest.mark.row("L6")
def test_no_refresh_token_is_used_up_when_the_disk_is_full(
    make_login: MakeLogin,
    fake_issuer: FakeIssuer,
    fake_machine: FakeMachine,
    file_store: Store,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    auth = make_login(store=file_store)
    auth.login()
    fake_machine.now += 1000

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(StorageError, match="No space left") as caught:
        auth.session().token()
    assert caught.value.exit_code == 10
    monkeypatch.undo()
    assert fake_issuer.rotations == 0
    assert auth.session().token()


@pytest.mark.row("L6", "L5")
def test_a_disk_that_fills_up_while_the_issuer_answers_costs_no_login(
    make_login: MakeLogin,
    fake_issuer: FakeIssuer,
    fake_machine: FakeMachine,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = tmp_path / "acme"
    transport = Meddling(fake_issuer)
    auth = make_login(store=Store.in_files(folder), transport=transport)
    auth.login()
    fake_machine.now += 1000
    sync = os.fsync

    def used() -> int:
        return sum(path.stat().st_size for path in folder.iterdir())

    def fill_up() -> None:
        room = used()

        def on_a_full_disk(descriptor: int) -> None:
            if used() > room:
                raise OSError(28, "No space left on device")
            sync(descriptor)

        monkeypatch.setattr("os.fsync", on_a_full_disk)

    transport.meddle = fill_up
    token = auth.session().token()
    assert auth.session().token() == token
    assert fake_issuer.rotations == 1
    monkeypatch.undo()
    assert sorted(path.suffix for path in folder.iterdir() if path.suffix in {".room", ".new"}) == []
    auth.session().refresh()
    assert fake_issuer.rotations == 2


@pytest.mark.row("L6")
def test_threads_that_need_a_token_at_once_make_one_renewal(
    make_login: MakeLogin, fake_issuer: FakeIssuer, fake_machine: FakeMachine, file_store: Store
) -> None:
    auth = make_login(store=file_store)
    session = auth.login()
    fake_machine.now += 1000
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(session.token())) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 16
    assert len(set(found)) == 1
    assert fake_issuer.rotations == 1


@pytest.mark.row("L6")
def test_a_login_without_refresh_token_ends_with_its_token(
    make_login: MakeLogin, fake_issuer: FakeIssuer, fake_machine: FakeMachine
) -> None:
    fake_issuer.refresh_tokens = False
    session = make_login().login()
    fake_machine.now += 880
    assert session.token(min_ttl=60)
    fake_machine.now += 20
    with pytest.raises(SessionExpired):
        session.token()


@pytest.mark.row("L6")
def test_the_lock_of_a_login_is_shared_by_processes_and_waits_no_longer_than_it_must(tmp_path: Path) -> None:
    from tallystick.stores.locking import locked

    path = tmp_path / "lock"
    with locked(path):
        failures: list[StorageError] = []

        def wait() -> None:
            try:
                with locked(path, patience=0.1):
                    pass
            except StorageError as error:
                failures.append(error)

        thread = threading.Thread(target=wait)
        thread.start()
        thread.join()
    assert "too long" in failures[0].message
    with locked(path, patience=0.1):
        pass
