"""Answer a poll; exchange an approved grant for tokens, once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from functions.grant.errors import AuthorizationPending, InvalidGrant
from functions.grant.moves import poll_outcome
from functions.grant.ports import Lost, Won

if TYPE_CHECKING:
    from functions.grant.clients import Client
    from functions.grant.codes import DeviceCode
    from functions.grant.people import User
    from functions.grant.ports import AccessToken, AccessTokens, Clock, Grants, Users
    from functions.grant.states import Approved


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """What a tool has won: a token, for these scopes, as this person."""

    access_token: AccessToken
    scopes: tuple[str, ...]
    user_id: str


def poll(
    device_code: DeviceCode | None,
    client: Client,
    *,
    grants: Grants,
    users: Users,
    tokens: AccessTokens,
    clock: Clock,
) -> Login:
    """Return the tokens of an approved grant, or raise what the tool must be told (RFC 8628 §3.5).

    A `device_code` of None stands for a text that cannot be one.
    """
    client.check_grant_type()
    if device_code is None:
        raise InvalidGrant
    now = clock()
    digest = device_code.secret.digest()
    move = grants.poll(device_code.locator, client.client_id, digest, now)
    if isinstance(move, Won):
        raise AuthorizationPending
    approved = poll_outcome(move.found, client.client_id, digest, now)
    user = _entitled(users, approved)
    scopes = client.scopes_for(approved.request.scopes)
    # Signed before the grant is used up: when the key service is down, the approval is still there for the next poll.
    access_token = tokens.mint(approved, client, user, now)
    _redeem(grants, approved, access_token.session_id, clock())
    return Login(access_token=access_token, scopes=scopes, user_id=user.user_id)


def _entitled(users: Users, approved: Approved) -> User:
    user = users.get(approved.user_id)
    if user is None or user.disabled:
        raise InvalidGrant(detail=f"user {approved.user_id} is disabled or gone")
    return user


def _redeem(grants: Grants, approved: Approved, session_id: str, now: float) -> None:
    request = approved.request
    move = grants.redeem(request.locator, request.secret_digest, session_id, now)
    if isinstance(move, Lost):
        poll_outcome(move.found, request.client_id, request.secret_digest, now)
        raise InvalidGrant
