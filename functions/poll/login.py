"""What the token endpoint wins for a tool, with either grant, and who may still have it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from functions.grant.errors import InvalidGrant

if TYPE_CHECKING:
    from functions.grant.people import User
    from functions.grant.ports import AccessToken, Users
    from functions.grant.refresh import RefreshToken
    from functions.grant.secret import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """What a tool has won: tokens, for these scopes, as this person. `outcome` is how, in a word for the log."""

    access_token: AccessToken
    refresh_token: RefreshToken | None
    id_token: Secret | None
    scopes: tuple[str, ...]
    user: User
    session_id: str
    outcome: str


def entitled(users: Users, user_id: str) -> User:
    """Return the person whom a token is to be for. Raises InvalidGrant once they are disabled: from then on, no token."""
    user = users.get(user_id)
    if user is None or user.disabled:
        raise InvalidGrant(detail=f"user {user_id} is disabled or gone")
    return user
