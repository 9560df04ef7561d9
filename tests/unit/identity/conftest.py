"""A provider, a clock that stands still, and what the tests sign in with."""

from __future__ import annotations

import pytest

from functions.identity.provider import OidcProvider
from tests.fakes.clock import StoppedClock
from tests.fakes.provider import REGISTRATION, FakeProvider


@pytest.fixture
def clock() -> StoppedClock:
    """Return the clock of both sides."""
    return StoppedClock()


@pytest.fixture
def remote(clock: StoppedClock) -> FakeProvider:
    """Return the provider."""
    return FakeProvider(clock)


@pytest.fixture
def provider(remote: FakeProvider, clock: StoppedClock) -> OidcProvider:
    """Return what is under test."""
    return OidcProvider(REGISTRATION, remote, clock)
