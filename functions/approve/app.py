"""The page's calls on a code, on whatever ports: Lambda's handler and the tests make the same one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions import routes
from functions.approve.approval import Approval
from functions.approve.endpoint import ApprovalEndpoints
from functions.approve.lockout import Lockout
from functions.entry import endpoints
from functions.wire.errors import page_error

if TYPE_CHECKING:
    from functions.domain.ports import BrowserSessions, Clock, Grants, Guesses, Users
    from functions.entry import Endpoint
    from functions.settings import Settings


def approve_app(
    *,
    issuer: str,
    settings: Settings,
    grants: Grants,
    guesses: Guesses,
    users: Users,
    browsers: BrowserSessions,
    clock: Clock,
) -> dict[str, Endpoint]:
    """Return path → Endpoint."""
    calls = ApprovalEndpoints(
        issuer=issuer,
        settings=settings,
        approval=Approval(
            max_age=settings.approval_max_auth_age,
            grants=grants,
            users=users,
            browsers=browsers,
            lockout=Lockout(limits=settings.limits.guesses, guesses=guesses, users=users),
            clock=clock,
        ),
        clock=clock,
    )
    return endpoints(page_error, {routes.LOOKUP: calls.lookup, routes.DECIDE: calls.decide})
