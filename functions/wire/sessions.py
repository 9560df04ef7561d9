"""A person's own sessions, as the page and the command line see them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from functions.wire.errors import json_response

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from functions.grant.clients import Client
    from functions.grant.sessions import Session
    from functions.wire.http import Request, Response

_QUERY_LENGTH = 100


def read_session_id(request: Request) -> str:
    """Return the last part of the path, whatever it is."""
    return request.path.rpartition("/")[2]


def keeps_current(request: Request) -> bool:
    """Whether the session that asks is to stay when all others end."""
    return ("keep", "current") in parse_qsl(request.query[:_QUERY_LENGTH])


def write_sessions(sessions: Iterable[Session], clients: Mapping[str, Client], current: str) -> Response:
    """List the sessions. `current` is the id of the one that asks, "" when a browser does."""
    return json_response(200, {"sessions": [_described(session, clients, current) for session in sessions]})


def _described(session: Session, clients: Mapping[str, Client], current: str) -> dict[str, object]:
    client = clients.get(session.client_id)
    origin = session.origin
    return {
        "id": session.session_id,
        # One that was taken out of the registry since has no name, but its sessions are still there to be ended.
        "client": {"id": session.client_id, "name": client.name if client else session.client_id},
        "label": session.label,
        "scopes": list(session.scopes),
        "created_at": session.created_at,
        "used_at": session.used_at,
        "expires_at": session.over_at,
        "request": {"address": origin.address, "country": origin.country, "agent": origin.agent},
        "current": session.session_id == current,
    }
