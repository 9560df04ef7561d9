"""The use case about a person's own sessions: see them, name one, end one, end all. Nobody ever learns of anybody else's."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from functions.domain.browser_session import person_of, session_of
from functions.domain.errors import ForbiddenRequest, UnknownSession

if TYPE_CHECKING:
    from functions.domain.ports import BrowserSessions, Clock, Sessions, Users
    from functions.domain.secret import Secret
    from functions.domain.session.access import Live
    from functions.domain.session.session import Session

_SESSION_ID = re.compile(r"ses_[0-9a-f]{32}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Whose sessions they are, the one that asks, "" for a browser, and until when all of theirs are over."""

    user_id: str
    ended_at: int
    current: str = ""


def owner_by_token(live: Live) -> Owner:
    """Return the person whom an access token stands for. Raises ForbiddenRequest for a third party's.

    The person let that client in for what its scopes say, not to see and end their other logins.
    """
    if live.client.third_party:
        raise ForbiddenRequest("This client may not manage sessions.")
    return Owner(user_id=live.user.user_id, ended_at=live.user.ended_at, current=live.session.session_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnSessions:
    """The sessions of whoever asks."""

    sessions: Sessions
    users: Users
    browsers: BrowserSessions
    clock: Clock

    def owner_by_cookie(self, cookie: Secret | None) -> Owner:
        """Return the person who is signed in with this cookie. Raises SignInRequired; a disabled person is not."""
        user = person_of(session_of(cookie, self.browsers, self.clock()), self.users)
        return Owner(user_id=user.user_id, ended_at=user.ended_at)

    def list_of(self, owner: Owner) -> tuple[Session, ...]:
        """Return the person's live sessions, the one used last first."""
        live = self.sessions.list_of(owner.user_id, self.clock())
        return tuple(session for session in live if session.created_at > owner.ended_at)

    def rename(self, owner: Owner, session_id: str, label: str) -> Session:
        """Give one session of the person's another label. Raises UnknownSession, for somebody else's as for none."""
        known = _SESSION_ID.fullmatch(session_id)
        renamed = self.sessions.rename(owner.user_id, session_id, label, self.clock()) if known else None
        if renamed is None:
            raise UnknownSession
        return renamed

    def end(self, owner: Owner, session_id: str) -> Session:
        """End one session of the person's. Raises UnknownSession, for somebody else's as for none."""
        ended = self.sessions.end(owner.user_id, session_id) if _SESSION_ID.fullmatch(session_id) else None
        if ended is None:
            raise UnknownSession
        return ended

    def end_all(self, owner: Owner, *, keep_current: bool) -> tuple[Session, ...]:
        """End all sessions of the person's, or all but the one that asks, and what is approved but not collected yet."""
        self.users.end_approvals(owner.user_id, self.clock())
        return self.sessions.end_all(owner.user_id, keep=owner.current if keep_current else "")
