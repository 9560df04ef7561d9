"""A scripted issuer and a machine whose time flies, so that the author of a tool can test its login in milliseconds.

    def test_login(fake_issuer, fake_machine):
        fake_issuer.polls = ["pending", "slow_down", "approved"]
        auth = DeviceLogin(fake_issuer.url, client_id="acme", store=Store.in_memory(),
                           transport=fake_issuer, system=fake_machine.system)
        assert auth.login().user.email == "ada@example.com"

The two fixtures are there wherever this package is installed. `fake_issuer.serve()` puts the same issuer on loopback.
"""

from tallystick.testing.issuer import FakeIssuer
from tallystick.testing.machine import FakeBrowser, FakeMachine

__all__ = ["FakeBrowser", "FakeIssuer", "FakeMachine"]
