"""Open a code for the signed-in person, and carry out what they decide."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from functions.grant.codes import UserCode, locator_of
from functions.grant.errors import FreshSignInRequired, SignInRequired, UnknownUserCode
from functions.grant.moves import claim_refused, decision_refused
from functions.grant.ports import Lost

if TYPE_CHECKING:
    from functions.approve.guessing import Guessing
    from functions.grant.people import BrowserSession, User
    from functions.grant.ports import BrowserSessions, Clock, Grants, Move, Users
    from functions.grant.secret import Secret
    from functions.grant.states import Grant, GrantRequest


class Decision(StrEnum):
    """What a person can do with a login they have opened."""

    APPROVE = "approve"
    DENY = "deny"
    RELEASE = "release"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """The signed-in person and when they proved it, in seconds since the epoch."""

    user: User
    auth_time: int

    def check_fresh(self, now: float, max_age: int) -> None:
        """Raise FreshSignInRequired when they proved it more than `max_age` seconds ago."""
        if now - self.auth_time > max_age:
            raise FreshSignInRequired


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A code that is now bound to the person, and what it asks for."""

    user_code: UserCode
    request: GrantRequest


def signed_in(cookie: Secret, *, sessions: BrowserSessions, users: Users, now: float) -> Person:
    """Return who is signed in with this session cookie. Raises SignInRequired; a disabled person is not."""
    session: BrowserSession | None = sessions.get(cookie, now)
    user = users.get(session.user_id) if session else None
    if session is None or user is None or user.disabled:
        raise SignInRequired
    return Person(user=user, auth_time=session.auth_time)


def lookup(
    typed: str, person: Person, address: str, *, max_age: int, grants: Grants, guessing: Guessing, clock: Clock
) -> Opened:
    """Open a code: bind it to the person, so that nobody else can decide on it.

    Raises FreshSignInRequired, TooManyAttempts, UnknownUserCode (wrong, used and foreign codes alike) or ExpiredUserCode.
    """
    now = clock()
    person.check_fresh(now, max_age)
    user_code = _read(typed)
    with guessing.attempt(person.user.user_id, address, now):
        move = grants.claim(locator_of(user_code), person.user.user_id, now)
        if isinstance(move, Lost):
            claim_refused(move.found, person.user.user_id, now)
    return Opened(user_code=user_code, request=move.grant.request)


def decide(typed: str, decision: Decision, person: Person, *, max_age: int, grants: Grants, clock: Clock) -> Grant:
    """Carry out the person's decision and return the grant after it.

    Only approving needs a fresh sign-in: saying no must always be possible. There is nothing to guess here: a code that the
    person has not opened is unknown, whether it exists or not. Raises FreshSignInRequired, UnknownUserCode, ExpiredUserCode
    or AlreadyDecided.
    """
    now = clock()
    if decision is Decision.APPROVE:
        person.check_fresh(now, max_age)
    move = _write(locator_of(_read(typed)), decision, person, grants, now)
    if isinstance(move, Lost):
        decision_refused(move.found, person.user.user_id, now)
    return move.grant


def _write(locator: str, decision: Decision, person: Person, grants: Grants, now: float) -> Move:
    user_id = person.user.user_id
    match decision:
        case Decision.APPROVE:
            return grants.approve(locator, user_id, person.auth_time, now)
        case Decision.DENY:
            return grants.deny(locator, user_id, now)
        case Decision.RELEASE:
            return grants.release(locator, user_id, now)


def _read(typed: str) -> UserCode:
    user_code = UserCode.parse(typed)
    if user_code is None:
        raise UnknownUserCode
    return user_code
