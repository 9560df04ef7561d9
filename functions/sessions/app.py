"""What comes after the login, on whatever ports: Lambda's handler and the tests make the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions import routes
from functions.entry import endpoints
from functions.sessions.endpoint import AboutTokensEndpoints
from functions.sessions.own_sessions import OwnSessions
from functions.sessions.own_sessions_endpoint import OwnSessionsEndpoints
from functions.sessions.tokens import Tokens
from functions.wire.errors import oauth_error, page_error

if TYPE_CHECKING:
    from functions.domain.ports import AccessTokenReader, BrowserSessions, Clock, ReadSecret, Sessions, Users
    from functions.entry import Endpoint
    from functions.settings import Settings


def sessions_app(  # noqa: PLR0913  its ports
    *,
    issuer: str,
    settings: Settings,
    sessions: Sessions,
    users: Users,
    browsers: BrowserSessions,
    access_tokens: AccessTokenReader,
    read_secret: ReadSecret,
    clock: Clock,
) -> dict[str, Endpoint]:
    """Return path → Endpoint."""
    tokens = Tokens(clients=settings.clients, sessions=sessions, users=users, access_tokens=access_tokens, clock=clock)
    own_sessions = OwnSessions(sessions=sessions, users=users, browsers=browsers, clock=clock)
    about_tokens = AboutTokensEndpoints(issuer=issuer, tokens=tokens, read_secret=read_secret)
    own = OwnSessionsEndpoints(issuer=issuer, tokens=tokens, own=own_sessions)
    return {
        **endpoints(
            oauth_error,
            {
                routes.REVOKE: about_tokens.revoke,
                routes.INTROSPECT: about_tokens.introspect,
                routes.USERINFO: about_tokens.userinfo,
            },
        ),
        **endpoints(page_error, {routes.SESSIONS: own.all, routes.SESSION: own.one, routes.REPORT: own.report}),
    }
