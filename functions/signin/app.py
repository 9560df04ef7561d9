"""The browser's four routes, on whatever ports: Lambda's handler and the tests make the same ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions import routes
from functions.entry import endpoints
from functions.signin.endpoint import SignInEndpoints
from functions.signin.sign_in import SignIn
from functions.wire.errors import page_error

if TYPE_CHECKING:
    from functions.domain.ports import BrowserSessions, Clock, RandomBytes, Users
    from functions.entry import Endpoint
    from functions.signin.sign_in import Provider


def signin_app(
    *,
    issuer: str,
    provider_issuer: str,
    provider: Provider,
    users: Users,
    browsers: BrowserSessions,
    clock: Clock,
    random_bytes: RandomBytes,
) -> dict[str, Endpoint]:
    """Return path → Endpoint."""
    sign_in = SignIn(provider=provider, users=users, browsers=browsers, clock=clock, random_bytes=random_bytes)
    browser = SignInEndpoints(sign_in=sign_in, issuer=issuer, provider_issuer=provider_issuer)
    return endpoints(
        page_error,
        {
            routes.LOGIN: browser.login,
            routes.CALLBACK: browser.callback,
            routes.BROWSER_SESSION: browser.session,
            routes.LOGOUT: browser.logout,
        },
    )
