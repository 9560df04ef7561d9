"""What most tests of the library start from: a tool `acme` at the scripted issuer, on a machine whose time flies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import anyio
import pytest
from anyio.lowlevel import checkpoint

from tallystick import DeviceLogin, Store

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tallystick.testing import FakeIssuer, FakeMachine

    MakeLogin = Callable[..., DeviceLogin]


@pytest.fixture
def store() -> Store:
    return Store.in_memory()


@pytest.fixture
def make_login(fake_issuer: FakeIssuer, fake_machine: FakeMachine, store: Store) -> MakeLogin:
    """Return what makes the tool's DeviceLogin; settings may be replaced by name."""

    def make(**settings: Any) -> DeviceLogin:  # noqa: ANN401  of DeviceLogin
        usual = {"client_id": "acme-cli", "app": "acme", "store": store, "transport": fake_issuer}
        issuer = settings.pop("issuer", fake_issuer.url)
        return DeviceLogin(issuer, **{**usual, "system": fake_machine.system, **settings})

    return make


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch, fake_machine: FakeMachine) -> None:
    """Let asynchronous waits pass at once too, by the machine's clocks."""

    async def sleep(seconds: float) -> None:
        fake_machine.sleep(seconds)
        await checkpoint()

    monkeypatch.setattr(anyio, "sleep", sleep)


@pytest.fixture
def file_store(tmp_path: Path) -> Store:
    return Store.in_files(tmp_path / "acme")
