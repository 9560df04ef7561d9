"""The whole sign-in function over doubles: only table, provider, clock and randomness are not real."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING

import pytest

from functions.entry import lambda_entry
from functions.identity.provider import OidcProvider
from functions.signin.app import signin_app
from tests.events import EDGE_SECRET, Gateway
from tests.fakes.clock import StoppedClock
from tests.fakes.provider import ISSUER as PROVIDER_ISSUER
from tests.fakes.provider import REGISTRATION, FakeProvider
from tests.fakes.store import MemoryBrowserSessions, MemoryUsers
from tests.unit.signin.browser import ISSUER, Browser

if TYPE_CHECKING:
    from functions.domain.ports import RandomBytes


def numbered_bytes() -> RandomBytes:
    """Return a RandomBytes that never repeats, and is the same in every run."""
    numbers = count()
    return lambda length: hashlib.sha256(str(next(numbers)).encode()).digest()[:length]


@dataclass
class World:
    """What stands around the function."""

    clock: StoppedClock = field(default_factory=StoppedClock)
    users: MemoryUsers = field(default_factory=MemoryUsers)
    sessions: MemoryBrowserSessions = field(default_factory=MemoryBrowserSessions)

    def __post_init__(self) -> None:
        self.provider = FakeProvider(self.clock)
        app = signin_app(
            issuer=ISSUER,
            provider_issuer=PROVIDER_ISSUER,
            provider=OidcProvider(REGISTRATION, self.provider, self.clock),
            users=self.users,
            browsers=self.sessions,
            clock=self.clock,
            random_bytes=numbered_bytes(),
        )
        self.handler = lambda_entry("signin", app, edge_secret=EDGE_SECRET)

    def browser(self, *, rest: bool = False) -> Browser:
        """Return a browser without cookies, before an HTTP API or a REST API."""
        return Browser(Gateway(self.handler, rest=rest))


@pytest.fixture
def world() -> World:
    """Return a fresh world."""
    return World()


@pytest.fixture
def browser(world: World) -> Browser:
    """Return a browser in it."""
    return world.browser()
