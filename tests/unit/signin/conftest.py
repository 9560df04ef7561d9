"""The whole sign-in function over doubles: only table, provider, clock and randomness are not real."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING

import pytest

from functions import routes
from functions.entry import lambda_entry, served
from functions.identity.provider import OidcProvider
from functions.signin.endpoint import BrowserSignIn
from functions.signin.sign_in import SignIn
from functions.wire.errors import page_error
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
        sign_in = SignIn(
            provider=OidcProvider(REGISTRATION, self.provider, self.clock),
            users=self.users,
            sessions=self.sessions,
            clock=self.clock,
            random_bytes=numbered_bytes(),
        )
        endpoint = BrowserSignIn(sign_in=sign_in, issuer=ISSUER, provider_issuer=PROVIDER_ISSUER)
        answers = {
            routes.LOGIN: endpoint.login,
            routes.CALLBACK: endpoint.callback,
            routes.BROWSER_SESSION: endpoint.session,
            routes.LOGOUT: endpoint.logout,
        }
        self.handler = lambda_entry("signin", served(page_error, answers), edge_secret=EDGE_SECRET)

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
