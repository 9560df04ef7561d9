"""Sessions for the contracts, and how each must look in the table, said a second time."""

from __future__ import annotations

import time
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, Any

from functions.domain.secret import Secret
from functions.domain.session.session import Session
from tests.contracts.grants import ADA, AUTH_TIME, CLIENT, DIGEST, NOW, approved_for, request_for, session_id_for

if TYPE_CHECKING:
    from functions.domain.device_grant.states import Approved

DAY = 24 * 3600
IDLE_UNTIL = int(NOW) + 14 * DAY
SESSION_EXPIRY = int(NOW) + 90 * DAY

# Not from 0: a table remembers the name of a transaction for ten minutes, also one of the run before.
_numbers = count(time.monotonic_ns())


def fresh_session(**changes: Any) -> Session:  # noqa: ANN401  any of the fields
    """Return a session of ADA's that nobody else has, refreshed once, a while ago."""
    number = next(_numbers)
    session = Session(
        session_id=f"ses_{number:032x}",
        user_id=ADA,
        client_id=CLIENT,
        scopes=("deploy:read", "offline_access"),
        label="the old laptop",
        origin=request_for("0" * 64).origin,
        auth_time=AUTH_TIME,
        created_at=int(NOW) - 5000,
        used_at=int(NOW) - 1000,
        rotated_at=NOW - 999.875,
        generation=1,
        live_digest=digest(f"live {number}"),
        previous_digest=digest(f"previous {number}"),
        salt="5a17" * 8,
        idle_until=IDLE_UNTIL,
        expires_at=SESSION_EXPIRY,
    )
    return replace(session, **changes)


def fresh_user_id() -> str:
    """Return the id of a person whom no other test knows."""
    return f"usr_{next(_numbers):032x}"


def next_generation(session: Session, name: str = "next", at: float = NOW) -> Session:
    """Return the generation after it, with a digest of its own."""
    return replace(
        session,
        used_at=int(at),
        rotated_at=at,
        generation=session.generation + 1,
        live_digest=digest(f"{session.live_digest} {name}"),
        previous_digest=session.live_digest,
        salt=digest(name)[:32],
        idle_until=int(at) + 14 * DAY,
    )


def session_of(locator: str) -> Session:
    """Return the session that the grant with this key is redeemed for, as it is at first."""
    return fresh_session(session_id=session_id_for(locator), generation=0, previous_digest="")


def approved_at(locator: str, secret_digest: str = DIGEST) -> Approved:
    """Return a grant as whoever redeems it has read it, whatever stands at its key."""
    return approved_for(request_for(locator, secret_digest=secret_digest))


def digest(text: str) -> str:
    """Return a digest that stands for this text."""
    return Secret(text).digest()


def raw_session(session: Session) -> dict[str, Any]:
    """Return the item that must stand in the table for a session."""
    origin = session.origin
    item: dict[str, Any] = {
        "pk": f"user#{session.user_id}",
        "sk": f"session#{session.session_id}",
        "client_id": session.client_id,
        "scope": " ".join(session.scopes),
        "label": session.label,
        "address": origin.address,
        "country": origin.country,
        "agent": origin.agent,
        "device_name": origin.device_name,
        "auth_time": session.auth_time,
        "created_at": session.created_at,
        "used_at": session.used_at,
        "rotated_at": session.rotated_at,
        "generation": session.generation,
        "live_digest": session.live_digest,
        "previous_digest": session.previous_digest,
        "salt": session.salt,
        "idle_until": session.idle_until,
        "expires_at": session.expires_at,
    }
    return {name: {"S": value} if isinstance(value, str) else {"N": f"{value:.15g}"} for name, value in item.items()}
