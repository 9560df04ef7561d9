"""The grants' moves as conditional writes (ports.Grants): one call each, and the loser sees what stood there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.domain.device_grant.pacing import next_poll_at
from functions.domain.device_grant.states import Denied, Redeemed
from functions.domain.device_grant.transitions import COLLECT_SECONDS, after_wrong_number
from functions.domain.ports import Lost, Move, Won
from functions.store.grant_items import (
    APPROVED,
    CLAIMED,
    DENIED,
    PENDING,
    REDEEMED,
    GrantItem,
    changes_to,
    dropped,
    new_item,
    read_grant,
)
from functions.store.sessions import new_session_item
from functions.store.table import Put, Refused, Table, Update, Written

if TYPE_CHECKING:
    from pynamodb.expressions.condition import Condition
    from pynamodb.expressions.update import Action

    from functions.domain.device_grant.states import Approved, Approver, Pending, Proof
    from functions.domain.session.session import Session


class DynamoGrants:
    """The grants in a table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def add(self, grant: Pending, now: float) -> Move:
        """Put a new grant, unless a live one has the same user code. TTL may not have swept an expired one yet."""
        free = GrantItem.pk.does_not_exist() | (GrantItem.expires_at <= now)
        move = _move_of(self._table.put(new_item(grant), free))
        # Only one device code has this digest: the caller's own, written before.
        if isinstance(move, Lost) and move.found and move.found.request.secret_digest == grant.request.secret_digest:
            return Won(move.found)
        return move

    def poll(self, locator: str, proof: Proof, now: float) -> Move:
        """Accept a poll and start the next pause."""
        return self._move(
            changes_to(locator, next_poll_at=next_poll_at(now)),
            GrantItem.state.is_in(PENDING, CLAIMED)
            & (GrantItem.client_id == proof.client_id)
            & (GrantItem.secret_digest == proof.secret_digest)
            & (GrantItem.code_challenge == proof.code_challenge)
            & (GrantItem.next_poll_at <= now)
            & _live(now),
        )

    def claim(self, locator: str, user_id: str, now: float) -> Move:
        """Bind a pending grant to the person, or find it bound to them already, since when it was."""
        return self._move(
            changes_to(locator, state=CLAIMED, user_id=user_id),
            ((GrantItem.state == PENDING) | _claimed_by(user_id)) & _live(now),
            GrantItem.claimed_at.set(GrantItem.claimed_at | int(now)),
        )

    def release(self, locator: str, user_id: str, now: float) -> Move:
        """Undo the person's claim: Claimed → Pending."""
        return self._move(
            changes_to(locator, state=PENDING),
            _claimed_by(user_id) & _live(now),
            *dropped(CLAIMED, PENDING),
        )

    def approve(self, locator: str, approver: Approver, now: float) -> Move:
        """Claimed → Approved, with at least COLLECT_SECONDS left to collect it; only from where, and as lately, as asked."""
        return self._move(
            changes_to(
                locator,
                state=APPROVED,
                user_id=approver.user_id,
                auth_time=approver.auth_time,
                approved_at=int(now),
                number_digest=approver.number_digest,
                wrong_numbers=0,
            ),
            _claimed_by(approver.user_id)
            & GrantItem.near.is_in(*approver.places)
            & (GrantItem.max_auth_age >= round(now - approver.auth_time, 3))
            & _live(now),
            GrantItem.expires_at.set(GrantItem.expires_at + COLLECT_SECONDS),
            *dropped(CLAIMED, APPROVED),
        )

    def deny(self, locator: str, user_id: str, now: float) -> Move:
        """Claimed → Denied."""
        return self._move(
            changes_to(locator, state=DENIED, user_id=user_id, denied_at=int(now)),
            _claimed_by(user_id) & _live(now),
            *dropped(CLAIMED, DENIED),
        )

    def count_wrong_number(self, approved: Approved, presented: str, now: float) -> Move:
        """Count an approval number unless it is right, if nothing has happened to the grant since then; the last denies it.

        What the SDK sent again after a lost acknowledgement loses to itself, and is counted once more: on the safe side.
        """
        request, after = approved.request, after_wrong_number(approved, now)
        still = (
            (GrantItem.state == APPROVED)
            & (GrantItem.secret_digest == request.secret_digest)
            & (GrantItem.wrong_numbers == approved.wrong_numbers)
            & (GrantItem.number_digest != presented)
            & _live(now)
        )
        if isinstance(after, Denied):
            changes = changes_to(request.locator, state=DENIED, user_id=after.user_id, denied_at=after.denied_at)
            result = self._table.update(changes, still, *dropped(APPROVED, DENIED))
        else:
            result = self._table.update(changes_to(request.locator, wrong_numbers=after.wrong_numbers), still)
        if isinstance(result, Written):
            return Won(read_grant(result.item))
        return Lost(read_grant(result.found) if result.found else None)

    def redeem(self, approved: Approved, session: Session, now: float) -> Move:
        """Approved → Redeemed, once, together with the new session: a function that dies leaves both or neither.

        Whoever asks for the session that the grant was redeemed for is the winner.
        """
        request, ids = approved.request, {"user_id": approved.user_id, "session_id": session.session_id}
        redeemed = Redeemed(request=request, redeemed_at=int(now), **ids)
        refused = self._table.transact(
            session.session_id,
            Update(
                changes_to(request.locator, state=REDEEMED, redeemed_at=redeemed.redeemed_at, **ids),
                (GrantItem.state == APPROVED) & (GrantItem.secret_digest == request.secret_digest) & _live(now),
                dropped(APPROVED, REDEEMED),
            ),
            Put(new_session_item(session)),
        )
        if not refused:
            return Won(redeemed)
        found = read_grant(refused[0].found) if refused[0] and refused[0].found else None
        own = found is not None and found.request.secret_digest == request.secret_digest
        return Won(found) if own and isinstance(found, Redeemed) and found.session_id == session.session_id else Lost(found)

    def _move(self, changes: GrantItem, condition: Condition, *actions: Action) -> Move:
        return _move_of(self._table.update(changes, condition, *actions))


def _move_of(result: Written | Refused) -> Move:
    if isinstance(result, Written):
        return Won(read_grant(result.item))
    if result.found is None:
        return Lost(None)
    found = read_grant(result.found)
    return Won(found) if result.ours else Lost(found)


def _claimed_by(user_id: str) -> Condition:
    both: Condition = (GrantItem.state == CLAIMED) & (GrantItem.user_id == user_id)
    return both


def _live(now: float) -> Condition:
    return GrantItem.expires_at > now
