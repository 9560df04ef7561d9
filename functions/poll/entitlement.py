"""Who may still have tokens, with either grant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.domain.errors import InvalidGrant
from functions.domain.person import enabled

if TYPE_CHECKING:
    from functions.domain.person import User
    from functions.domain.ports import Users


def entitled(users: Users, user_id: str) -> User:
    """Return the person whom a token is to be for. Raises InvalidGrant once they are disabled: from then on, no token."""
    user = enabled(users.get(user_id))
    if user is None:
        raise InvalidGrant(detail=f"user {user_id} is disabled or gone")
    return user
