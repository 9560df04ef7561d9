"""Every way a network and a machine have of failing a login: what is said, and what is left."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tallystick import DeviceLogin, NetworkError, StorageError, Store
from tallystick.oauth.http_client import HttpClient

if TYPE_CHECKING:
    from cli.tests.conftest import MakeLogin
    from tallystick.testing import FakeIssuer, FakeMachine


@pytest.mark.row("L7", "L9")
def test_a_whole_login_over_sockets_that_break(
    fake_issuer: FakeIssuer, fake_machine: FakeMachine, file_store: Store
) -> None:
    with fake_issuer.serve() as url:
        fake_issuer.polls = ["pending", "reset", "503", "slow_down", "html", "approved"]
        transport = HttpClient()
        auth = DeviceLogin(
            url, client_id="acme-cli", insecure=True, store=file_store, transport=transport, system=fake_machine.system
        )
        session = auth.login()
        assert session.refresh()
        assert auth.logout().revoked
        transport.close()


@pytest.mark.row("L2")
def test_an_issuer_that_is_down_stores_nothing_and_deletes_nothing(
    make_login: MakeLogin, fake_issuer: FakeIssuer, file_store: Store
) -> None:
    auth = make_login(store=file_store)
    token = auth.login().token()
    fake_issuer.starts = ["connect"]
    with pytest.raises(NetworkError, match="refused"):
        auth.login()
    assert auth.session().token() == token


@pytest.mark.row("L2", "L4")
@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_a_home_that_cannot_be_written_is_found_before_anybody_is_asked(
    make_login: MakeLogin, fake_issuer: FakeIssuer, tmp_path: Path
) -> None:
    tmp_path.chmod(0o500)
    # The superuser may write wherever there is a disk. Here is none.
    home = tmp_path if os.geteuid() else Path("/proc/self" if sys.platform == "linux" else "/System")
    with pytest.raises(StorageError, match="could not be written") as caught:
        make_login(store=Store.in_files(home / "acme")).login()
    assert caught.value.exit_code == 10
    assert fake_issuer.requests == []


@pytest.mark.row("L2", "L4")
def test_a_home_that_is_no_folder_is_found_before_anybody_is_asked(
    make_login: MakeLogin, fake_issuer: FakeIssuer, tmp_path: Path
) -> None:
    (tmp_path / "home").write_text("")
    with pytest.raises(StorageError) as caught:
        make_login(store=Store.in_files(tmp_path / "home" / "acme")).login()
    assert caught.value.exit_code == 10
    assert fake_issuer.requests == []


@pytest.mark.row("L2", "L4")
@pytest.mark.skipif(os.name != "posix", reason="the limit is POSIX's")
def test_a_disk_that_takes_no_more_is_found_before_anybody_is_asked(tmp_path: Path) -> None:
    # A real limit of the operating system, in a process of its own: no file may grow.
    program = (
        "import resource, signal, sys\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))\n"
        "from tallystick import DeviceLogin, StorageError, Store\n"
        "from tallystick.testing import FakeIssuer, FakeMachine\n"
        "issuer = FakeIssuer()\n"
        "auth = DeviceLogin(issuer.url, client_id='acme-cli', store=Store.in_files(sys.argv[1]), transport=issuer,"
        " system=FakeMachine().system)\n"
        "try:\n    auth.login()\n"
        "except StorageError as error:\n    print(error.exit_code, len(issuer.requests))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "acme")], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.split() == ["10", "0"]
