"""Who may still have tokens, with either grant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.domain.errors import InvalidGrant
from functions.domain.person import entitled

if TYPE_CHECKING:
    from functions.domain.person import User
    from functions.domain.ports import Users


def require(users: Users, user_id: str, since: float) -> User:
    """Return the person whom a token is to be for. Raises InvalidGrant once they, or what began then, are ended."""
    user = entitled(users.get(user_id), since)
    if user is None:
        raise InvalidGrant(detail=f"user {user_id} is disabled or gone, or has ended this")
    return user
