"""The stores without a table: the same contracts in memory, by the rules of the domain. Safe among threads.

Set `unavailable` to have every call refused as a table does that is throttled or down.
"""

from __future__ import annotations

from dataclasses import replace
from threading import Lock as Mutex
from typing import TYPE_CHECKING, TypeVar

from functions.domain.device_grant import transitions
from functions.domain.device_grant.states import Grant
from functions.domain.errors import StoreUnavailable
from functions.domain.person import User
from functions.domain.session.session import advanced, renamed

if TYPE_CHECKING:
    from collections.abc import Callable

    from functions.domain.browser_session import BrowserSession
    from functions.domain.device_grant.states import Approved, Approver, Claimed, Denied, Pending, Proof, Redeemed
    from functions.domain.device_grant.transitions import NumberMatched, NumberWrong
    from functions.domain.limits import Lock
    from functions.domain.secret import Secret
    from functions.domain.session.access import Access
    from functions.domain.session.session import Session

After = TypeVar("After", bound=Grant)


class Shelf:
    """What the stores share: one lock, so that a call is atomic, and a switch that turns them off."""

    def __init__(self) -> None:
        self.unavailable = False
        self._lock = Mutex()

    def _answer(self) -> Mutex:
        if self.unavailable:
            raise StoreUnavailable
        return self._lock


class MemorySessions(Shelf):
    """ports.Sessions. `items` is the table: a session by its person and its id."""

    def __init__(self) -> None:
        super().__init__()
        self.items: dict[tuple[str, str], Session] = {}

    def place(self, session: Session) -> None:
        """Put a session where the others will find it."""
        with self._answer():
            self.items[session.user_id, session.session_id] = session

    def get(self, user_id: str, session_id: str, now: float) -> Session | None:
        """Return a live session or None."""
        with self._answer():
            found = self.items.get((user_id, session_id))
            return found if found and found.live(now) else None

    def list_of(self, user_id: str, now: float) -> tuple[Session, ...]:
        """Return the person's live sessions, the one used last first."""
        with self._answer():
            own = [session for session in self.items.values() if session.user_id == user_id and session.live(now)]
            return tuple(sorted(own, key=lambda session: session.used_at, reverse=True))

    def rotate(self, session: Session, now: float) -> Session | None:
        """Put the next generation in place of the one before it."""
        return self._become(session.user_id, session.session_id, lambda found: advanced(found, session, now))

    def rename(self, user_id: str, session_id: str, label: str, now: float) -> Session | None:
        """Give a live session another label."""
        return self._become(user_id, session_id, lambda found: renamed(found, label, now))

    def _become(self, user_id: str, session_id: str, change: Callable[[Session | None], Session | None]) -> Session | None:
        with self._answer():
            after = change(self.items.get((user_id, session_id)))
            if after is not None:
                self.items[user_id, session_id] = after
            return after

    def end(self, user_id: str, session_id: str) -> Session | None:
        """End a session."""
        with self._answer():
            return self.items.pop((user_id, session_id), None)

    def end_all(self, user_id: str, *, keep: str = "") -> tuple[Session, ...]:
        """End all of the person's sessions but one."""
        with self._answer():
            keys = [key for key in self.items if key[0] == user_id and key[1] != keep]
            ended = [self.items.pop(key) for key in keys]
            return tuple(sorted(ended, key=lambda session: session.used_at, reverse=True))


class MemoryGrants(Shelf):
    """ports.Grants. `items` is the table: a grant by its locator. `sessions` is where redeemed ones open theirs."""

    def __init__(self, sessions: MemorySessions | None = None) -> None:
        super().__init__()
        self.items: dict[str, Grant] = {}
        self.sessions = sessions or MemorySessions()

    def add(self, grant: Pending, now: float) -> Grant:
        """Put a new grant, unless a live one is there."""
        return self._move(grant.request.locator, lambda found: transitions.issue(found, grant, now))

    def poll(self, locator: str, proof: Proof, now: float) -> Pending | Claimed | Approved | Redeemed:
        """Accept a poll."""
        return self._move(locator, lambda found: transitions.poll(found, proof, now))

    def claim(self, locator: str, user_id: str, now: float) -> Claimed:
        """Bind a grant to the person."""
        return self._move(locator, lambda found: transitions.claim(found, user_id, now))

    def release(self, locator: str, user_id: str, now: float) -> Pending:
        """Undo a claim."""
        return self._move(locator, lambda found: transitions.release(found, user_id, now))

    def approve(self, locator: str, approver: Approver, now: float) -> Approved:
        """Say yes."""
        return self._move(locator, lambda found: transitions.approve(found, approver, now))

    def deny(self, locator: str, user_id: str, now: float) -> Denied:
        """Say no."""
        return self._move(locator, lambda found: transitions.deny(found, user_id, now))

    def match_number(self, seen: Approved, proof: Proof, presented: str, now: float) -> NumberMatched | NumberWrong:
        """Count a number unless it is right."""
        with self._answer():
            outcome = transitions.match_number(self.items.get(seen.request.locator), proof, presented, now)
            self.items[seen.request.locator] = outcome.grant
            return outcome

    def redeem(self, approved: Approved, proof: Proof, session: Session, now: float) -> Redeemed:
        """Exchange a grant for its session."""
        with self._answer():
            found = self.items.get(approved.request.locator)
            after = transitions.redeem(found, proof, session.session_id, now)
            if after is not found:
                self.sessions.place(session)
                self.items[approved.request.locator] = after
            return after

    def _move(self, locator: str, transition: Callable[[Grant | None], After]) -> After:
        with self._answer():
            after = transition(self.items.get(locator))
            self.items[locator] = after
            return after


class MemoryOpaqueTokens(Shelf):
    """ports.OpaqueTokens. The keys are digests, as in the table."""

    def __init__(self) -> None:
        super().__init__()
        self.items: dict[str, Access] = {}

    def add(self, token: Secret, access: Access) -> None:
        """Store what a token says."""
        with self._answer():
            self.items[token.digest()] = access

    def read(self, token: Secret, now: float) -> Access | None:
        """Return what a live token says."""
        with self._answer():
            found = self.items.get(token.digest())
            return found if found and now < found.expires_at else None


class MemoryUsers(Shelf):
    """ports.Users. `people` is the table."""

    def __init__(self, *people: User) -> None:
        super().__init__()
        self.people = {user.user_id: user for user in people}

    def save(self, user: User) -> None:
        """Put the profile; what the provider has not said stays as it was."""
        with self._answer():
            new = User(user_id=user.user_id, profile=user.profile, created_at=user.created_at)
            before = self.people.get(user.user_id, new)
            self.people[user.user_id] = replace(before, profile=user.profile, signed_in_at=user.signed_in_at)

    def get(self, user_id: str, *, consistent: bool = True) -> User | None:
        """Return the person or None. Memory is always consistent."""
        del consistent
        with self._answer():
            return self.people.get(user_id)

    def lock(self, user_id: str, lock: Lock) -> None:
        """Lock the account of somebody known."""
        with self._answer():
            if user_id in self.people:
                self.people[user_id] = replace(self.people[user_id], lock=lock)

    def end_approvals(self, user_id: str, now: float) -> None:
        """Let nothing be collected that somebody known has approved by now."""
        with self._answer():
            if user_id in self.people:
                self.people[user_id] = replace(self.people[user_id], approvals_ended_at=int(now))

    def remember(self, user_id: str, consent: str) -> None:
        """Add to the consents of somebody known."""
        with self._answer():
            if user_id in self.people:
                found = self.people[user_id]
                self.people[user_id] = replace(found, consents=found.consents | {consent})


class MemoryBrowserSessions(Shelf):
    """ports.BrowserSessions. The keys are digests, as in the table."""

    def __init__(self) -> None:
        super().__init__()
        self.sessions: dict[str, BrowserSession] = {}
        self.used: set[str] = set()

    def add(self, cookie: Secret, session: BrowserSession) -> None:
        """Store a session."""
        with self._answer():
            self.sessions[cookie.digest()] = session

    def get(self, cookie: Secret, now: float) -> BrowserSession | None:
        """Return the live session of this cookie or None."""
        with self._answer():
            session = self.sessions.get(cookie.digest())
            return None if session is None or session.expired(now) else session

    def remove(self, cookie: Secret) -> None:
        """End a session."""
        with self._answer():
            self.sessions.pop(cookie.digest(), None)

    def use_sign_in(self, transaction: Secret, expires_at: int, now: float) -> bool:
        """Mark a transaction as used, once."""
        with self._answer():
            key = transaction.digest()
            if expires_at <= now or key in self.used:
                return False
            self.used.add(key)
            return True
