"""The use case: open a code for the signed-in person, and carry out what they decide."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, assert_never

from functions.domain.browser_session import person_of, session_of
from functions.domain.device_grant.codes import UserCode, locator_of
from functions.domain.device_grant.number_matching import ApprovalNumber
from functions.domain.device_grant.proximity import places_of
from functions.domain.device_grant.states import Approver
from functions.domain.errors import FreshSignInRequired, UnknownUserCode

if TYPE_CHECKING:
    from functions.approve.lockout import Lockout
    from functions.domain.browser_session import BrowserSession
    from functions.domain.device_grant.proximity import Place
    from functions.domain.device_grant.states import Approved, Denied, GrantRequest, Pending
    from functions.domain.person import User
    from functions.domain.ports import BrowserSessions, Clock, Grants, Users
    from functions.domain.secret import Secret


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
    """A signed-in browser: its cookie and session, and where it calls from."""

    cookie: Secret
    session: BrowserSession
    place: Place

    def approver(self, locator: str) -> Approver:
        """Return what it brings to approve a grant."""
        return Approver(
            user_id=self.session.user_id,
            auth_time=self.session.auth_time,
            number_digest=ApprovalNumber.shown_by(self.cookie, locator).bound_to(locator),
            places=places_of(self.place),
        )

    def number_for(self, approved: Approved) -> ApprovalNumber | None:
        """Return the number to show after an approval, None where the tool needs none."""
        request = approved.request
        return ApprovalNumber.shown_by(self.cookie, request.locator) if request.approval_number else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """What a person does with a code. `max_age` is how old their sign-in may be, in seconds."""

    max_age: int
    grants: Grants
    users: Users
    browsers: BrowserSessions
    lockout: Lockout
    clock: Clock

    def visitor(self, cookie: Secret, place: Place) -> Visitor:
        """Return the signed-in browser that calls. Raises SignInRequired."""
        return Visitor(cookie=cookie, session=session_of(cookie, self.browsers, self.clock()), place=place)

    def lookup(self, typed: str, visitor: Visitor) -> Opened:
        """Open a code: bind it to the person, so that nobody else can decide on it.

        Raises SignInRequired, also for a disabled person, FreshSignInRequired, TooManyAttempts, UnknownUserCode (wrong, used
        and foreign codes alike) or ExpiredUserCode.
        """
        now = self.clock()
        visitor.session.check_fresh(now, self.max_age)
        user = person_of(visitor.session, self.users, consistent=False)
        user_code = _read(typed)
        with self.lockout.attempt(user, visitor.place.address, now):
            request = self.grants.claim(locator_of(user_code), user.user_id, now).request
        # What it asks for may need a fresher sign-in than others. It stays theirs, to be opened again after that.
        if not request.fresh(visitor.session.auth_time, now):
            raise FreshSignInRequired
        return Opened(user=user, user_code=user_code, request=request)

    def decide(self, typed: str, decision: Decision, visitor: Visitor) -> Approved | Denied | Pending:
        """Carry out the person's decision and return the grant after it.

        Only approving needs a fresh sign-in, and a browser that is near enough: saying no must always be possible. There is
        nothing to guess here: a code that the person has not opened is unknown, whether it exists or not. Nor does it matter
        here whether they have been disabled: that is asked when the grant is redeemed.
        Raises FreshSignInRequired, TooFar, UnknownUserCode, ExpiredUserCode or AlreadyDecided.
        """
        now, locator, user_id = self.clock(), locator_of(_read(typed)), visitor.session.user_id
        match decision:
            case Decision.APPROVE:
                visitor.session.check_fresh(now, self.max_age)
                return self.grants.approve(locator, visitor.approver(locator), now)
            case Decision.DENY:
                return self.grants.deny(locator, user_id, now)
            case Decision.RELEASE:
                return self.grants.release(locator, user_id, now)
            case _:
                assert_never(decision)


def _read(typed: str) -> UserCode:
    user_code = UserCode.parse(typed)
    if user_code is None:
        raise UnknownUserCode
    return user_code
