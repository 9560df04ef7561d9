"""A person's own sessions, as the page and the command line see them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from functions import routes
from functions.domain.device_grant.proximity import compare, place_of
from functions.domain.errors import InvalidRequest
from functions.wire.errors import json_response
from functions.wire.page import read_members
from functions.wire.text import DEVICE_NAME_LENGTH, printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from functions.domain.client import Client
    from functions.domain.device_grant.proximity import Place
    from functions.domain.session.session import Session
    from functions.wire.http import Request, Response

_QUERY_LENGTH = 100


def read_session_id(request: Request) -> str:
    """Return the part of the path that stands for it, whatever it is."""
    return request.path.removeprefix(f"{routes.SESSIONS}/").partition("/")[0]


def read_label(request: Request) -> str:
    """Return the new label of a session, cleaned as a device's own name is. Raises InvalidRequest for none or a long one."""
    label = printable(read_members(request, "label")["label"]).strip()
    if not 1 <= len(label) <= DEVICE_NAME_LENGTH:
        raise InvalidRequest(f"Send a label of 1 to {DEVICE_NAME_LENGTH} characters.")
    return label


def keeps_current(request: Request) -> bool:
    """Whether the session that asks is to stay when all others end."""
    return ("keep", "current") in parse_qsl(request.query[:_QUERY_LENGTH])


def write_sessions(sessions: Iterable[Session], clients: Mapping[str, Client], current: str, here: Place) -> Response:
    """List the sessions. `current` is the id of the one that asks, "" when a browser does, `here` where it asks from."""
    return json_response(200, {"sessions": [_described(session, clients, current, here) for session in sessions]})


def write_session(session: Session, clients: Mapping[str, Client], current: str, here: Place) -> Response:
    """Describe one session, as in the list."""
    return json_response(200, _described(session, clients, current, here))


def _described(session: Session, clients: Mapping[str, Client], current: str, here: Place) -> dict[str, object]:
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
        # Only a hint: the network that the login came from, against that of whoever looks.
        "network": compare(place_of(origin), here).network,
        "current": session.session_id == current,
    }
