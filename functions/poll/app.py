"""The token endpoint in every dialect, on whatever ports: Lambda's handler and the tests make the same one."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from functions.entry import Endpoint
from functions.poll.device_grant import DeviceGrant
from functions.poll.endpoint import TokenEndpoint
from functions.poll.refresh_grant import RefreshGrant
from functions.wire.dialects.registry import DIALECTS

if TYPE_CHECKING:
    from functions.domain.ports import AccessTokens, Clock, Grants, RandomBytes, ReadSecret, Sessions, Users
    from functions.settings import Settings


def poll_app(  # noqa: PLR0913  its ports
    *,
    issuer: str,
    settings: Settings,
    grants: Grants,
    sessions: Sessions,
    users: Users,
    tokens: AccessTokens,
    read_secret: ReadSecret,
    clock: Clock,
    random_bytes: RandomBytes,
) -> dict[str, Endpoint]:
    """Return path → Endpoint."""
    endpoint = TokenEndpoint(
        issuer=issuer,
        settings=settings,
        read_secret=read_secret,
        device_grant=DeviceGrant(
            grants=grants, sessions=sessions, users=users, tokens=tokens, clock=clock, random_bytes=random_bytes
        ),
        refresh_grant=RefreshGrant(sessions=sessions, users=users, tokens=tokens, clock=clock, random_bytes=random_bytes),
    )
    return {
        dialect.token_path: Endpoint(("POST",), partial(endpoint.answer, dialect=dialect), dialect.refuse)
        for dialect in DIALECTS
    }
