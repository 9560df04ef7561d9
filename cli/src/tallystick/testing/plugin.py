"""The pytest fixtures of `tallystick.testing`, found by pytest on its own. Nothing is loaded before one is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tallystick.testing import FakeIssuer, FakeMachine


@pytest.fixture
def fake_issuer() -> FakeIssuer:
    """Return an issuer that approves the first poll, unless its script is changed."""
    from tallystick.testing import FakeIssuer

    return FakeIssuer()


@pytest.fixture
def fake_machine() -> FakeMachine:
    """Return a machine whose time flies, with no browser, no environment, and a standard error to read."""
    from tallystick.testing import FakeMachine

    return FakeMachine()
