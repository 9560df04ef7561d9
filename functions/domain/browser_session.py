"""A signed-in browser, and the one answer to "who is this cookie?" that every use case takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from functions.domain.errors import FreshSignInRequired, SignInRequired
from functions.domain.person import entitled

if TYPE_CHECKING:
    from functions.domain.person import User
    from functions.domain.ports import BrowserSessions, Users
    from functions.domain.secret import Secret

SESSION_LIFETIME = 12 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowserSession:
    """A signed-in browser. `auth_time` is when the person last proved who they are; seconds since the epoch."""

    user_id: str
    auth_time: int
    expires_at: int

    @property
    def began_at(self) -> int:
        """When the browser signed in."""
        return self.expires_at - SESSION_LIFETIME

    def expired(self, now: float) -> bool:
        """Whether the session's time is over, whether or not TTL has swept it away yet."""
        return self.expires_at <= now

    def check_fresh(self, now: float, max_age: int) -> None:
        """Raise FreshSignInRequired when they proved it more than `max_age` seconds ago."""
        if now - self.auth_time > max_age:
            raise FreshSignInRequired


def session_of(cookie: Secret | None, browsers: BrowserSessions, now: float) -> BrowserSession:
    """Return the live session of a cookie. Raises SignInRequired."""
    session = browsers.get(cookie, now) if cookie else None
    if session is None:
        raise SignInRequired
    return session


def person_of(session: BrowserSession, users: Users, *, consistent: bool = True) -> User:
    """Return who is signed in. Raises SignInRequired once that is ended; an eventually consistent read costs half."""
    user = entitled(users.get(session.user_id, consistent=consistent), session.began_at)
    if user is None:
        raise SignInRequired
    return user
