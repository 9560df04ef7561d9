"""The asynchronous twin: the same rules, and a wait that can be cancelled."""

from __future__ import annotations

from typing import TYPE_CHECKING

import anyio
import pytest

from tallystick import AccessDenied, AsyncDeviceLogin, NotLoggedIn

if TYPE_CHECKING:
    from tallystick import Store
    from tallystick.testing import FakeIssuer, FakeMachine


@pytest.fixture(params=["asyncio", "trio"])
def backend(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def auth(fake_issuer: FakeIssuer, fake_machine: FakeMachine, store: Store) -> AsyncDeviceLogin:
    fake_issuer.interval = 1
    return AsyncDeviceLogin(
        fake_issuer.url, client_id="acme-cli", app="acme", store=store, transport=fake_issuer, system=fake_machine.system
    )


@pytest.mark.row("L1")
@pytest.mark.usefixtures("quick")
def test_login_token_refresh_and_logout(auth: AsyncDeviceLogin, fake_issuer: FakeIssuer, backend: str) -> None:
    async def whole() -> None:
        session = await auth.login()
        assert session.user.email == "ada@example.com"
        first = await session.token()
        assert await session.refresh() != first
        assert (await auth.session()).source == "memory"
        assert (await auth.logout()).revoked
        with pytest.raises(NotLoggedIn):
            await auth.session()

    anyio.run(whole, backend=backend)
    assert fake_issuer.rotations == 1


@pytest.mark.row("L1", "L7")
@pytest.mark.usefixtures("quick")
def test_two_steps_and_a_denial(auth: AsyncDeviceLogin, fake_issuer: FakeIssuer, backend: str) -> None:
    async def whole() -> None:
        (await auth.start()).save()
        assert (await auth.resume()).user.email == "ada@example.com"
        fake_issuer.polls = ["reset", "denied"]
        with pytest.raises(AccessDenied):
            await auth.login()

    anyio.run(whole, backend=backend)


@pytest.mark.row("L1")
def test_a_cancelled_login_ends_at_once_and_stores_nothing(
    auth: AsyncDeviceLogin, fake_issuer: FakeIssuer, store: Store, backend: str
) -> None:
    fake_issuer.polls = ["pending"]
    fake_issuer.interval = 60

    async def whole() -> None:
        with anyio.move_on_after(0.05) as scope:
            await auth.login()
        assert scope.cancelled_caught

    anyio.run(whole, backend=backend)
    assert store.accounts() == []
