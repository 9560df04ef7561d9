"""The scripted issuer and the fixtures are what the author of a tool can rely on."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import pytest

from tallystick import DeviceLogin, Request, SessionExpired, Store, TransportFailed
from tallystick.credentials.secret import Secret
from tallystick.oauth.http import FailureKind

if TYPE_CHECKING:
    from cli.tests.conftest import MakeLogin
    from tallystick.testing import FakeIssuer

README = Path(__file__).parents[2] / "README.md"


@pytest.mark.row("L9")
def test_the_readmes_test_passes_for_whoever_has_installed_the_package(tmp_path: Path) -> None:
    blocks = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    (example,) = (block for block in blocks if "def test_login" in block)
    (tmp_path / "test_acme.py").write_text(example, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-W", "error", "--rootdir", str(tmp_path), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert "1 passed" in done.stdout, done.stdout


@pytest.mark.row("L9")
@pytest.mark.parametrize("kind", get_args(FailureKind))
def test_every_kind_of_failure_can_be_scripted_and_has_a_reason_for_people(fake_issuer: FakeIssuer, kind: str) -> None:
    fake_issuer.starts = [kind]
    with pytest.raises(TransportFailed) as caught:
        fake_issuer.send(Request("POST", f"{fake_issuer.url}/oauth2/device_authorization"))
    assert caught.value.kind == kind
    assert caught.value.reason


@pytest.mark.row("L9")
def test_a_refresh_token_used_twice_ends_the_family(make_login: MakeLogin, fake_issuer: FakeIssuer) -> None:
    auth = make_login()
    session = auth.login()
    stolen = auth.store.refresh_token(auth.settings.key)
    assert stolen is not None
    session.refresh()
    endpoints, tokens = auth.settings.connect(), auth.store.tokens(auth.settings.key)
    assert tokens is not None
    with pytest.raises(SessionExpired):
        endpoints.refresh(tokens, stolen, now=0)
    assert fake_issuer.reuses == 1
    with pytest.raises(SessionExpired):
        session.refresh()


@pytest.mark.row("L9", "L7")
def test_a_wrong_proof_gets_nothing(make_login: MakeLogin, fake_issuer: FakeIssuer) -> None:
    from dataclasses import replace

    auth = make_login()
    pending = replace(auth.start(), code_verifier=Secret("guessed"))
    with pytest.raises(Exception, match="invalid_grant"):
        auth.resume(pending)
    assert fake_issuer.live == set()


@pytest.mark.row("L9")
def test_a_revoked_session_and_an_unknown_client_are_refused(make_login: MakeLogin, fake_issuer: FakeIssuer) -> None:
    auth = make_login()
    session = auth.login()
    auth.settings.connect().revoke(auth.store.refresh_token(auth.settings.key) or Secret(""), "refresh_token")
    with pytest.raises(SessionExpired):
        session.refresh()
    with pytest.raises(Exception, match="invalid_client"):
        make_login(client_id="stranger").login()
    assert len(fake_issuer.revoked) == 1


@pytest.mark.row("L9")
def test_the_same_issuer_answers_on_loopback_while_the_block_lasts(fake_issuer: FakeIssuer) -> None:
    usual = fake_issuer.url
    with fake_issuer.serve() as url:
        assert url.startswith("http://127.0.0.1:")
        auth = DeviceLogin(url, client_id="acme-cli", insecure=True, store=Store.in_memory())
        assert auth.resume(auth.start()).user.name == "Ada Lovelace"
    assert fake_issuer.url == usual
