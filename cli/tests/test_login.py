"""A whole login against the scripted issuer, in process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tallystick import DeviceLogin, Store

if TYPE_CHECKING:
    from tallystick.testing import FakeIssuer, FakeMachine


def test_a_login_shows_the_code_waits_and_keeps_the_session(fake_issuer: FakeIssuer, fake_machine: FakeMachine) -> None:
    fake_issuer.polls = ["pending", "pending", "approved"]
    auth = DeviceLogin(
        fake_issuer.url,
        client_id="acme-cli",
        app="acme",
        store=Store.in_memory(),
        transport=fake_issuer,
        system=fake_machine.system,
    )

    session = auth.login()

    assert "WDJB-MJHT" in fake_machine.stderr.getvalue()
    assert session.user.email == "ada@example.com"
    assert auth.session().token() == session.token()
    assert len(fake_machine.slept) == 3
