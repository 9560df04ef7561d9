"""Open a code for the signed-in person, and carry out what they decide."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from functions.grant.codes import UserCode, locator_of
from functions.grant.errors import SignInRequired, UnknownUserCode
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
class Opened:
    """A code that is now bound to the person, and what it asks for."""

    user: User
    user_code: UserCode
    request: GrantRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """A signed-in browser, and the network address that it calls from."""

    session: BrowserSession
    address: str


def signed_in(cookie: Secret, *, sessions: BrowserSessions, now: float) -> BrowserSession:
    """Return the session of this cookie. Raises SignInRequired."""
    session = sessions.get(cookie, now)
    if session is None:
        raise SignInRequired
    return session


def lookup(
    typed: str,
    visitor: Visitor,
    *,
    max_age: int,
    grants: Grants,
    users: Users,
    guessing: Guessing,
    clock: Clock,
) -> Opened:
    """Open a code: bind it to the person, so that nobody else can decide on it.

    Raises SignInRequired, also for a disabled person, FreshSignInRequired, TooManyAttempts, UnknownUserCode (wrong, used and
    foreign codes alike) or ExpiredUserCode.
    """
    now = clock()
    visitor.session.check_fresh(now, max_age)
    user = users.glance(visitor.session.user_id)
    if user is None or user.disabled:
        raise SignInRequired
    user_code = _read(typed)
    with guessing.attempt(user, visitor.address, now):
        move = grants.claim(locator_of(user_code), user.user_id, now)
        if isinstance(move, Lost):
            claim_refused(move.found, user.user_id, now)
    return Opened(user=user, user_code=user_code, request=move.grant.request)


def decide(typed: str, decision: Decision, session: BrowserSession, *, max_age: int, grants: Grants, clock: Clock) -> Grant:
    """Carry out the person's decision and return the grant after it.

    Only approving needs a fresh sign-in: saying no must always be possible. There is nothing to guess here: a code that the
    person has not opened is unknown, whether it exists or not. Nor does it matter here whether they have been disabled: that
    is asked when the grant is redeemed. Raises FreshSignInRequired, UnknownUserCode, ExpiredUserCode or AlreadyDecided.
    """
    now = clock()
    if decision is Decision.APPROVE:
        session.check_fresh(now, max_age)
    move = _write(locator_of(_read(typed)), decision, session, grants, now)
    if isinstance(move, Lost):
        decision_refused(move.found, session.user_id, now)
    return move.grant


def _write(locator: str, decision: Decision, session: BrowserSession, grants: Grants, now: float) -> Move:
    user_id = session.user_id
    match decision:
        case Decision.APPROVE:
            return grants.approve(locator, user_id, session.auth_time, now)
        case Decision.DENY:
            return grants.deny(locator, user_id, now)
        case Decision.RELEASE:
            return grants.release(locator, user_id, now)


def _read(typed: str) -> UserCode:
    user_code = UserCode.parse(typed)
    if user_code is None:
        raise UnknownUserCode
    return user_code
