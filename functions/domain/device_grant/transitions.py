"""Which moves a grant allows, and what a refused one means. The store's conditions say the same; this is their reason.

Every move is one conditional write. When it loses, the store hands the item as it was to the function here that names the
loss, so that no second read is needed and no race can slip in between.
"""

from __future__ import annotations

import hmac
from dataclasses import replace
from typing import TYPE_CHECKING, NoReturn, assert_never

from functions.domain.device_grant.pacing import SLOWER_INTERVAL
from functions.domain.device_grant.states import Approved, Claimed, Denied, Grant, Pending, Proof, Redeemed
from functions.domain.errors import (
    AccessDenied,
    AlreadyDecided,
    AuthorizationPending,
    ExpiredToken,
    ExpiredUserCode,
    FreshSignInRequired,
    InvalidGrant,
    SlowDown,
    TooFar,
    UnknownUserCode,
)

if TYPE_CHECKING:
    from functions.domain.device_grant.states import Approver

# An approval in the last second must still be collected: the tool may be one interval away. Each approval adds this, not
# only a late one: a table can add within its one conditional write, but it cannot take the later of two times.
COLLECT_SECONDS = 60
# A tool that proves itself, and whose tokens were lost on the wire, comes back with its next polls.
REFETCH_SECONDS = 60
WRONG_NUMBERS = 3
"""So many wrong approval numbers deny the grant: a guesser is right once in 333,333 logins."""


def may_poll(grant: Grant, now: float) -> bool:
    """Whether a poll is accepted now: nobody has decided, the time is not over and it is not too early."""
    return isinstance(grant, Pending | Claimed) and not grant.request.expired(now) and grant.next_poll_at <= now


def may_claim(grant: Grant, user_id: str, now: float) -> bool:
    """Whether the person may open the grant: nobody has, or they have themselves."""
    free = isinstance(grant, Pending) or (isinstance(grant, Claimed) and grant.user_id == user_id)
    return free and not grant.request.expired(now)


def may_decide(grant: Grant, user_id: str, now: float) -> bool:
    """Whether the person may approve, deny or release the grant: they have opened it and its time is not over."""
    return isinstance(grant, Claimed) and grant.user_id == user_id and not grant.request.expired(now)


def may_approve(grant: Grant, approver: Approver, now: float) -> bool:
    """Whether their yes counts: they may decide, their browser is near enough, and they proved who they are lately."""
    return may_decide(grant, approver.user_id, now) and _near(grant, approver) and _fresh(grant, approver, now)


def after_wrong_number(approved: Approved, now: float) -> Approved | Denied:
    """Return what becomes of an approved grant when a wrong number comes: it is counted, and the last one denies it.

    Each number is put to the grant by a write on the count as it was seen, and only that write tells whether it is right. So
    however many come at once, no more than WRONG_NUMBERS of them are looked at.
    """
    count = approved.wrong_numbers + 1
    if count < WRONG_NUMBERS:
        return replace(approved, wrong_numbers=count)
    return Denied(request=approved.request, user_id=approved.user_id, denied_at=int(now))


def may_redeem(grant: Grant, now: float) -> bool:
    """Whether the grant may be exchanged for tokens: approved, in time, and not before."""
    return isinstance(grant, Approved) and not grant.request.expired(now)


def may_refetch(grant: Redeemed, now: float) -> bool:
    """Whether the tool may be told again what it has won: it proves itself, and its answer may just have been lost.

    Without a proof a second poll may as well come from somebody who read the device code over the tool's shoulder.
    """
    return bool(grant.request.code_challenge) and now - grant.redeemed_at <= REFETCH_SECONDS


def approved_expiry(expires_at: int) -> int:
    """Return the expiry of a grant that was to expire then and is approved in time: COLLECT_SECONDS remain at least."""
    return expires_at + COLLECT_SECONDS


def poll_outcome(grant: Grant | None, proof: Proof, now: float) -> Approved | Redeemed:
    """Return the grant that a refused poll-write came upon, or raise what the tool must be told (§3.5).

    It is approved, to be redeemed now, or redeemed and to be told again. Raises InvalidGrant, ExpiredToken, AccessDenied,
    SlowDown or AuthorizationPending. A decision beats too-early, and a code of another client, or with a wrong secret or
    verifier, is as good as unknown.
    """
    if grant is None or not grant.request.proven_by(proof):
        raise InvalidGrant
    if isinstance(grant, Redeemed):
        if may_refetch(grant, now):
            return grant
        raise InvalidGrant
    if grant.request.expired(now):
        raise ExpiredToken
    match grant:
        case Approved():
            return grant
        case Denied():
            raise AccessDenied
        case Pending() | Claimed():
            if grant.next_poll_at > now:
                raise SlowDown(SLOWER_INTERVAL)
            raise AuthorizationPending
        case _:
            assert_never(grant)


def claim_refused(grant: Grant | None, user_id: str, now: float) -> NoReturn:
    """Raise why a code could not be opened.

    An expired code says so; wrong, used and foreign-claimed codes get one identical answer, so that guessing learns
    nothing.
    """
    own = isinstance(grant, Claimed) and grant.user_id == user_id
    if grant is not None and (own or isinstance(grant, Pending)) and grant.request.expired(now):
        raise ExpiredUserCode
    raise UnknownUserCode


def approved_before(grant: Grant | None, approver: Approver, now: float) -> Approved:
    """Return the grant that a refused yes came upon, if the same browser said yes before and did not hear the answer.

    Else raises why it did not count: TooFar, which no new sign-in changes, FreshSignInRequired, or what any decision hears.
    """
    if grant is not None and may_decide(grant, approver.user_id, now):
        if not _near(grant, approver):
            raise TooFar(grant.request.origin)
        raise FreshSignInRequired
    if not isinstance(grant, Approved) or not _same_browser(grant, approver) or grant.request.expired(now):
        decision_refused(grant, approver.user_id, now)
    return grant


def decision_refused(grant: Grant | None, user_id: str, now: float) -> NoReturn:
    """Raise why the person's decision did not count. Only the one who opened the code learns more than "unknown"."""
    if grant is None or isinstance(grant, Pending) or grant.user_id != user_id:
        raise UnknownUserCode
    if not isinstance(grant, Claimed):
        raise AlreadyDecided
    if grant.request.expired(now):
        raise ExpiredUserCode
    raise UnknownUserCode


def _same_browser(approved: Approved, approver: Approver) -> bool:
    return approved.user_id == approver.user_id and hmac.compare_digest(approved.number_digest, approver.number_digest)


def _near(grant: Grant, approver: Approver) -> bool:
    return grant.request.near in approver.places


def _fresh(grant: Grant, approver: Approver, now: float) -> bool:
    return grant.request.fresh(approver.auth_time, now)
