"""Grants in every state for the contracts, and how each must look in the table, said a second time."""

from __future__ import annotations

import hashlib
import time
from dataclasses import replace
from itertools import count
from typing import Any

from functions.domain.device_grant.states import (
    Approved,
    Approver,
    Claimed,
    Denied,
    Grant,
    GrantRequest,
    Origin,
    Pending,
    Proof,
    Redeemed,
)

NOW = 1_763_700_000.25
LIFETIME = 600
EXPIRY = int(NOW) + LIFETIME
COLLECT_SECONDS = 60
PAUSE = 3
CLIENT = "example-cli"
DIGEST = hashlib.sha256(b"the device secret").hexdigest()
OTHER_DIGEST = hashlib.sha256(b"another secret").hexdigest()
ADA = "usr_" + "ada0" * 8
BOB = "usr_" + "b0b0" * 8
NUMBER_DIGEST = hashlib.sha256(b"the approval number").hexdigest()
MAX_AUTH_AGE = 3600
PROOF = Proof(client_id=CLIENT, secret_digest=DIGEST)
AUTH_TIME = int(NOW) - 90
EARLIER = int(NOW) - 20
APPROVER = Approver(user_id=ADA, auth_time=AUTH_TIME, number_digest=NUMBER_DIGEST)

STATES = {Pending: "pending", Claimed: "claimed", Approved: "approved", Denied: "denied", Redeemed: "redeemed"}

# Not from 0: a table remembers the name of a transaction for ten minutes, also one of the run before.
_numbers = count(time.monotonic_ns())


def fresh_locator() -> str:
    """Return a key that no other test uses."""
    return hashlib.sha256(f"grant {next(_numbers)}".encode()).hexdigest()


def session_id_for(locator: str) -> str:
    """Return the id of the session that a grant is redeemed for."""
    return f"ses_{locator[:32]}"


def request_for(locator: str, *, expires_at: int = EXPIRY, secret_digest: str = DIGEST) -> GrantRequest:
    """Return what a tool asked for."""
    return GrantRequest(
        locator=locator,
        secret_digest=secret_digest,
        client_id=CLIENT,
        scopes=("deploy:read", "openid"),
        origin=Origin(address="2001:db8::7", country="", agent="example-cli/1.0", device_name="Ada’s laptop"),
        created_at=EXPIRY - LIFETIME,
        expires_at=expires_at,
        max_auth_age=MAX_AUTH_AGE,
    )


def approved_for(request: GrantRequest) -> Approved:
    """Return the request as ADA has approved it a while ago."""
    return Approved(request=request, user_id=ADA, auth_time=AUTH_TIME, approved_at=EARLIER, number_digest=NUMBER_DIGEST)


def grant_in(kind: type[Grant], *, expires_at: int = EXPIRY, next_poll_at: float = NOW) -> Grant:
    """Return a new grant in a state: opened, decided and redeemed by ADA a while ago."""
    request = request_for(fresh_locator(), expires_at=expires_at)
    made: dict[type[Grant], Grant] = {
        Pending: Pending(request=request, next_poll_at=next_poll_at),
        Claimed: Claimed(request=request, next_poll_at=next_poll_at, user_id=ADA, claimed_at=EARLIER),
        Approved: approved_for(request),
        Denied: Denied(request=request, user_id=ADA, denied_at=EARLIER),
        Redeemed: Redeemed(request=request, user_id=ADA, session_id=session_id_for(request.locator), redeemed_at=EARLIER),
    }
    return made[kind]


def pending(*, secret_digest: str = DIGEST, locator: str | None = None, expires_at: int = EXPIRY) -> Pending:
    """Return a grant nobody has opened, on a key of its own unless one is given."""
    request = request_for(locator or fresh_locator(), expires_at=expires_at, secret_digest=secret_digest)
    return Pending(request=request, next_poll_at=NOW)


def later(grant: Grant, seconds: int) -> GrantRequest:
    """Return the grant's request with a later expiry."""
    return replace(grant.request, expires_at=grant.request.expires_at + seconds)


def raw_item(grant: Grant) -> dict[str, Any]:
    """Return the item that must stand in the table for a grant."""
    request, origin = grant.request, grant.request.origin
    item: dict[str, Any] = {
        "pk": f"grant#{request.locator}",
        "sk": "grant",
        "state": STATES[type(grant)],
        "secret_digest": request.secret_digest,
        "client_id": request.client_id,
        "scope": " ".join(request.scopes),
        "address": origin.address,
        "country": origin.country,
        "agent": origin.agent,
        "device_name": origin.device_name,
        "created_at": request.created_at,
        "expires_at": request.expires_at,
        "code_challenge": request.code_challenge,
        "max_auth_age": request.max_auth_age,
        "near": request.near,
        "approval_number": request.approval_number,
    }
    match grant:
        case Pending():
            item |= {"next_poll_at": grant.next_poll_at}
        case Claimed():
            item |= {"next_poll_at": grant.next_poll_at, "user_id": grant.user_id, "claimed_at": grant.claimed_at}
        case Approved():
            item |= {"user_id": grant.user_id, "auth_time": grant.auth_time, "approved_at": grant.approved_at}
            item |= {"number_digest": grant.number_digest, "wrong_numbers": grant.wrong_numbers}
        case Denied():
            item |= {"user_id": grant.user_id, "denied_at": grant.denied_at}
        case Redeemed():
            item |= {"user_id": grant.user_id, "session_id": grant.session_id, "redeemed_at": grant.redeemed_at}
    return {name: _spelled(value) for name, value in item.items()}


def _spelled(value: str | float) -> dict[str, str | bool]:
    if isinstance(value, bool):
        return {"BOOL": value}
    return {"S": value} if isinstance(value, str) else {"N": f"{value:.15g}"}
