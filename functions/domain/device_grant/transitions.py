"""The transitions of a grant: each takes the grant as found and returns the grant after it, or raises why not.

    issue ─▶ Pending ──claim──▶ Claimed ──approve──▶ Approved ──redeem──▶ Redeemed
               ◀────release──────┘  └──────deny──▶ Denied ◀──third wrong number── Approved

One that changes nothing returns the very grant that it was given, so a repeated request is idempotent. The store makes each
by one conditional write whose condition says the same, and shows what it found to the function here: a loser needs no
second read, and no race can slip in between.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, assert_never

from functions.domain.device_grant.pacing import SLOWER_INTERVAL, next_poll_at
from functions.domain.device_grant.states import Approved, Claimed, Denied, Pending, Redeemed
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
    UserCodeTaken,
)

if TYPE_CHECKING:
    from functions.domain.device_grant.states import Approver, Grant, Proof

# An approval in the last second must still be collected: the tool may be one interval away. Each approval adds this, not
# only a late one: a table can add within its one conditional write, but it cannot take the later of two times.
COLLECT_SECONDS = 60
# A tool that proves itself, and whose tokens were lost on the wire, comes back with its next polls.
REFETCH_SECONDS = 60
WRONG_NUMBERS = 3
"""So many wrong approval numbers deny the grant: a guesser is right once in 333,333 logins."""


def issue(found: Grant | None, new: Pending, now: float) -> Grant:
    """Return the grant that stands when `new` was put: itself, or what became of it since. Raises UserCodeTaken.

    An expired grant gives way. Only one device code has the digest, so one that stands there with it is the caller's own.
    """
    if found is None or found.request.expired(now):
        return new
    if found.request.secret_digest == new.request.secret_digest:
        return found
    raise UserCodeTaken


def poll(found: Grant | None, proof: Proof, now: float) -> Pending | Claimed | Approved | Redeemed:
    """Start the next pause of a grant that nobody has decided (RFC 8628 §3.5).

    One that is approved is returned as it is, to be redeemed now; one that is redeemed too, to be told again, while its
    answer may have been lost. Raises InvalidGrant, ExpiredToken, AccessDenied or SlowDown. A decision beats too-early, and a
    code of another client, or with a wrong secret or verifier, is as good as unknown.
    """
    if found is None or not found.request.proven_by(proof):
        raise InvalidGrant
    match found:
        case Redeemed():
            if not _refetchable(found, now):
                raise InvalidGrant
            return found
        case _ if found.request.expired(now):
            raise ExpiredToken
        case Approved():
            return found
        case Denied():
            raise AccessDenied
        case Pending() | Claimed():
            if found.next_poll_at > now:
                raise SlowDown(SLOWER_INTERVAL)
            return replace(found, next_poll_at=next_poll_at(now))
        case _:
            assert_never(found)


def claim(found: Grant | None, user_id: str, now: float) -> Claimed:
    """Bind a grant that nobody has opened to the person; theirs already, it stays as it is.

    An expired code says so (ExpiredUserCode); wrong, used and foreign-claimed codes get one identical answer
    (UnknownUserCode), so that guessing learns nothing.
    """
    match found:
        case Pending():
            _check_unexpired(found, now)
            return Claimed(request=found.request, next_poll_at=found.next_poll_at, user_id=user_id, claimed_at=int(now))
        case Claimed() if found.user_id == user_id:
            _check_unexpired(found, now)
            return found
        case None | Claimed() | Approved() | Denied() | Redeemed():
            raise UnknownUserCode
        case _:
            assert_never(found)


def release(found: Grant | None, user_id: str, now: float) -> Pending:
    """Undo the person's claim. Raises what any decision hears (`_theirs`)."""
    claimed = _theirs(found, user_id, now)
    return Pending(request=claimed.request, next_poll_at=claimed.next_poll_at)


def approve(found: Grant | None, approver: Approver, now: float) -> Approved:
    """Say yes, with at least COLLECT_SECONDS left to collect it. The same browser's yes again stays as it is: idempotent.

    Raises TooFar, which no new sign-in changes, FreshSignInRequired, or what any decision hears (`_theirs`).
    """
    if isinstance(found, Approved) and _same_browser(found, approver) and not found.request.expired(now):
        return found
    claimed = _theirs(found, approver.user_id, now)
    request = claimed.request
    if request.near not in approver.places:
        raise TooFar(request.origin)
    if not request.fresh(approver.auth_time, now):
        raise FreshSignInRequired
    return Approved(
        request=replace(request, expires_at=request.expires_at + COLLECT_SECONDS),
        user_id=approver.user_id,
        auth_time=approver.auth_time,
        approved_at=int(now),
        number_digest=approver.number_digest,
    )


def deny(found: Grant | None, user_id: str, now: float) -> Denied:
    """Say no. Raises what any decision hears (`_theirs`)."""
    claimed = _theirs(found, user_id, now)
    return Denied(request=claimed.request, user_id=user_id, denied_at=int(now))


@dataclass(frozen=True, slots=True)
class NumberMatched:
    """The number that the tool sent is the one that the page shows; `grant` is unchanged."""

    grant: Approved


@dataclass(frozen=True, slots=True)
class NumberWrong:
    """It is another; `grant` has it counted, or is denied."""

    grant: Approved | Denied


def match_number(found: Grant | None, proof: Proof, presented: str, now: float) -> NumberMatched | NumberWrong:
    """Hold the digest of a number against an approved grant (number matching). Raises what a poll hears."""
    match poll(found, proof, now):
        case Approved() as approved:
            if hmac.compare_digest(presented, approved.number_digest):
                return NumberMatched(approved)
            return NumberWrong(after_wrong_number(approved, now))
        case Redeemed():
            raise InvalidGrant
        case Pending() | Claimed():
            raise AuthorizationPending
        case other:
            assert_never(other)


def after_wrong_number(approved: Approved, now: float) -> Approved | Denied:
    """Return what becomes of an approved grant when a wrong number comes: it is counted, and the last one denies it."""
    count = approved.wrong_numbers + 1
    if count < WRONG_NUMBERS:
        return replace(approved, wrong_numbers=count)
    return Denied(request=approved.request, user_id=approved.user_id, denied_at=int(now))


def redeem(found: Grant | None, proof: Proof, session_id: str, now: float) -> Redeemed:
    """Exchange an approved grant for a session, once. Raises what a poll hears.

    One that was redeemed for this session stays as it is: our own write, whose acknowledgement was lost. One that was
    redeemed for another is returned too, while its tool may be told again.
    """
    if isinstance(found, Redeemed) and found.session_id == session_id and found.request.proven_by(proof):
        return found
    match poll(found, proof, now):
        case Approved(request=request, user_id=user_id):
            return Redeemed(request=request, user_id=user_id, session_id=session_id, redeemed_at=int(now))
        case Redeemed() as redeemed:
            return redeemed
        case Pending() | Claimed():
            raise AuthorizationPending
        case other:
            assert_never(other)


def _theirs(found: Grant | None, user_id: str, now: float) -> Claimed:
    """Return the grant if it is the person's to decide on. Only the one who opened the code learns more than "unknown".

    Raises UnknownUserCode, AlreadyDecided or ExpiredUserCode.
    """
    match found:
        case None | Pending():
            raise UnknownUserCode
        case _ if found.user_id != user_id:
            raise UnknownUserCode
        case Claimed():
            _check_unexpired(found, now)
            return found
        case Approved() | Denied() | Redeemed():
            raise AlreadyDecided
        case _:
            assert_never(found)


def _check_unexpired(grant: Pending | Claimed, now: float) -> None:
    if grant.request.expired(now):
        raise ExpiredUserCode


def _refetchable(redeemed: Redeemed, now: float) -> bool:
    """Whether the tool may be told again what it has won: it proves itself, and its answer may just have been lost.

    Without a proof a second poll may as well come from somebody who read the device code over the tool's shoulder.
    """
    return bool(redeemed.request.code_challenge) and now - redeemed.redeemed_at <= REFETCH_SECONDS


def _same_browser(approved: Approved, approver: Approver) -> bool:
    return approved.user_id == approver.user_id and hmac.compare_digest(approved.number_digest, approver.number_digest)
