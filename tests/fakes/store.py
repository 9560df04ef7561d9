"""The stores without a table: the same contracts in memory, by the rules of the domain. Safe among threads.

Set `unavailable` to have every call refused as a table does that is throttled or down.
"""

from __future__ import annotations

from dataclasses import replace
from threading import Lock as Mutex
from typing import TYPE_CHECKING

from functions.domain.device_grant.pacing import next_poll_at
from functions.domain.device_grant.states import Approved, Claimed, Denied, Grant, Pending, Proof, Redeemed
from functions.domain.device_grant.transitions import (
    after_wrong_number,
    approved_expiry,
    may_approve,
    may_claim,
    may_decide,
    may_poll,
    may_redeem,
)
from functions.domain.errors import StoreUnavailable
from functions.domain.limits import Lock
from functions.domain.ports import Lost, Move, Won

if TYPE_CHECKING:
    from functions.domain.browser_session import BrowserSession
    from functions.domain.device_grant.states import Approver
    from functions.domain.person import User
    from functions.domain.secret import Secret
    from functions.domain.session.access import Access
    from functions.domain.session.session import Session


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
        with self._answer():
            found = self.items.get((session.user_id, session.session_id))
            if found is None or not found.live(now) or found.client_id != session.client_id:
                return found
            if found.live_digest != session.previous_digest:
                return found
            after = replace(session, label=found.label)
            self.items[session.user_id, session.session_id] = after
            return after

    def rename(self, user_id: str, session_id: str, label: str, now: float) -> Session | None:
        """Give a live session another label."""
        with self._answer():
            found = self.items.get((user_id, session_id))
            if found is None or not found.live(now):
                return None
            self.items[user_id, session_id] = replace(found, label=label)
            return self.items[user_id, session_id]

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

    def add(self, grant: Pending, now: float) -> Move:
        """Put a new grant, unless a live one is there."""
        with self._answer():
            found = self.items.get(grant.request.locator)
            if found is None or found.request.expired(now):
                return self._put(grant)
            own = found.request.secret_digest == grant.request.secret_digest
            return Won(found) if own else Lost(found)

    def poll(self, locator: str, proof: Proof, now: float) -> Move:
        """Accept a poll."""
        with self._answer():
            match self.items.get(locator):
                case (Pending() | Claimed()) as found if found.request.proven_by(proof) and may_poll(found, now):
                    return self._put(replace(found, next_poll_at=next_poll_at(now)))
                case found:
                    return Lost(found)

    def claim(self, locator: str, user_id: str, now: float) -> Move:
        """Pending → Claimed."""
        with self._answer():
            match self.items.get(locator):
                case Pending(request=request, next_poll_at=pause) as found if may_claim(found, user_id, now):
                    return self._put(Claimed(request=request, next_poll_at=pause, user_id=user_id, claimed_at=int(now)))
                case Claimed() as found if may_claim(found, user_id, now):
                    return Won(found)
                case found:
                    return Lost(found)

    def release(self, locator: str, user_id: str, now: float) -> Move:
        """Claimed → Pending."""
        with self._answer():
            match self.items.get(locator):
                case Claimed(request=request, next_poll_at=pause) as found if may_decide(found, user_id, now):
                    return self._put(Pending(request=request, next_poll_at=pause))
                case found:
                    return Lost(found)

    def approve(self, locator: str, approver: Approver, now: float) -> Move:
        """Claimed → Approved."""
        with self._answer():
            match self.items.get(locator):
                case Claimed(request=request) as found if may_approve(found, approver, now):
                    approved = Approved(
                        request=replace(request, expires_at=approved_expiry(request.expires_at)),
                        user_id=approver.user_id,
                        auth_time=approver.auth_time,
                        approved_at=int(now),
                        number_digest=approver.number_digest,
                    )
                    return self._put(approved)
                case found:
                    return Lost(found)

    def count_wrong_number(self, approved: Approved, presented: str, now: float) -> Move:
        """Approved → Approved, one more wrong number, or Denied."""
        with self._answer():
            match self.items.get(approved.request.locator):
                case Approved() as found if (
                    found.request.secret_digest == approved.request.secret_digest
                    and found.wrong_numbers == approved.wrong_numbers
                    and found.number_digest != presented
                    and not found.request.expired(now)
                ):
                    return self._put(after_wrong_number(found, now))
                case found:
                    return Lost(found)

    def deny(self, locator: str, user_id: str, now: float) -> Move:
        """Claimed → Denied."""
        with self._answer():
            match self.items.get(locator):
                case Claimed(request=request) as found if may_decide(found, user_id, now):
                    return self._put(Denied(request=request, user_id=user_id, denied_at=int(now)))
                case found:
                    return Lost(found)

    def redeem(self, approved: Approved, session: Session, now: float) -> Move:
        """Approved → Redeemed, and its session."""
        with self._answer():
            found = self.items.get(approved.request.locator)
            if found is None or found.request.secret_digest != approved.request.secret_digest:
                return Lost(found)
            match found:
                case Approved(request=request, user_id=user_id) if may_redeem(found, now):
                    self.sessions.place(session)
                    redeemed = Redeemed(
                        request=request, user_id=user_id, session_id=session.session_id, redeemed_at=int(now)
                    )
                    return self._put(redeemed)
                case Redeemed(session_id=winner) if winner == session.session_id:
                    return Won(found)
                case _:
                    return Lost(found)

    def _put(self, grant: Grant) -> Won:
        self.items[grant.request.locator] = grant
        return Won(grant)


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
            before = self.people.get(user.user_id, replace(user, disabled=False, consents=frozenset(), lock=Lock()))
            self.people[user.user_id] = replace(
                user,
                disabled=before.disabled,
                created_at=before.created_at,
                consents=before.consents,
                lock=before.lock,
            )

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
