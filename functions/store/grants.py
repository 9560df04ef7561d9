"""The grants' transitions as conditional writes (ports.Grants): one call each.

Each condition repeats the rule of its transition. What the write came upon, as it was before, goes to the transition itself,
which says what the grant is now, or why not: the rule has one place, and a condition that drifts from it is an error.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from functions.domain.device_grant import transitions
from functions.domain.device_grant.pacing import next_poll_at
from functions.domain.device_grant.states import Approved, Claimed, Denied, Pending, Redeemed
from functions.domain.device_grant.transitions import COLLECT_SECONDS, NumberMatched, NumberWrong, after_wrong_number
from functions.domain.errors import GrantError, RuleMismatch
from functions.store.grant_items import GrantItem, changes_to, dropped, name_of, new_item, read_grant
from functions.store.sessions import new_session_item
from functions.store.table import Put, Update, Written

if TYPE_CHECKING:
    from collections.abc import Callable

    from pynamodb.expressions.condition import Condition
    from pynamodb.expressions.update import Action

    from functions.domain.device_grant.states import Approver, Grant, Proof
    from functions.domain.session.session import Session
    from functions.store.table import RawItem, Table

After = TypeVar("After")


class DynamoGrants:
    """The grants in a table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def add(self, grant: Pending, now: float) -> Grant:
        """Put a new grant, unless a live one has the same user code. TTL may not have swept an expired one yet."""
        free = GrantItem.pk.does_not_exist() | (GrantItem.expires_at <= now)
        result = self._table.put(new_item(grant), free)
        if isinstance(result, Written):
            return grant
        return _unchanged(result.found, lambda found: transitions.issue(found, grant, now))

    def poll(self, locator: str, proof: Proof, now: float) -> Pending | Claimed | Approved | Redeemed:
        """Accept a poll and start the next pause."""
        return self._move(
            partial(transitions.poll, proof=proof, now=now),
            changes_to(locator, next_poll_at=next_poll_at(now)),
            GrantItem.state.is_in(name_of(Pending), name_of(Claimed))
            & _proven(proof)
            & (GrantItem.next_poll_at <= now)
            & _live(now),
            own=lambda found: found if isinstance(found, Pending | Claimed) and found.request.proven_by(proof) else None,
        )

    def claim(self, locator: str, user_id: str, now: float) -> Claimed:
        """Bind a pending grant to the person, or find it bound to them already, since when it was."""
        return self._move(
            partial(transitions.claim, user_id=user_id, now=now),
            changes_to(locator, state=name_of(Claimed), user_id=user_id),
            (_in(Pending) | _claimed_by(user_id)) & _live(now),
            GrantItem.claimed_at.set(GrantItem.claimed_at | int(now)),
        )

    def release(self, locator: str, user_id: str, now: float) -> Pending:
        """Undo the person's claim.

        A released grant does not tell who released it, so our own write, sent again after a lost acknowledgement, is refused
        like anybody's: else whoever provokes a retry would learn which codes are live.
        """
        return self._move(
            partial(transitions.release, user_id=user_id, now=now),
            changes_to(locator, state=name_of(Pending)),
            _claimed_by(user_id) & _live(now),
            *dropped(Claimed, Pending),
        )

    def approve(self, locator: str, approver: Approver, now: float) -> Approved:
        """Say yes; only from where, and as lately, as asked."""
        return self._move(
            partial(transitions.approve, approver=approver, now=now),
            changes_to(
                locator,
                state=name_of(Approved),
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
            *dropped(Claimed, Approved),
        )

    def deny(self, locator: str, user_id: str, now: float) -> Denied:
        """Say no."""
        return self._move(
            partial(transitions.deny, user_id=user_id, now=now),
            changes_to(locator, state=name_of(Denied), user_id=user_id, denied_at=int(now)),
            _claimed_by(user_id) & _live(now),
            *dropped(Claimed, Denied),
            own=lambda found: found if isinstance(found, Denied) else None,
        )

    def match_number(self, seen: Approved, proof: Proof, presented: str, now: float) -> NumberMatched | NumberWrong:
        """Count a number unless it is right, on the count as it was seen: optimistic concurrency.

        Only the write tells whether it is right. A comparison before it could be made by a thousand guesses at once, before
        one of them is counted. Where another was counted first, this one was not looked at, and is put again; that happens
        WRONG_NUMBERS times at most. A count whose acknowledgement was lost, and which the SDK sent again, is counted twice:
        on the safe side.
        """
        while True:
            result = self._table.update(*_counting(seen, proof, presented, now), returning="ALL_OLD")
            rule = partial(transitions.match_number, proof=proof, presented=presented, now=now)
            if isinstance(result, Written):
                return _judged(read_grant(result.item), rule)
            found = _read(result.found)
            outcome = rule(found)
            # Only what is approved gets past the rule.
            if isinstance(found, Approved) and found.wrong_numbers != seen.wrong_numbers:
                seen = found
            elif isinstance(outcome, NumberMatched):
                return outcome
            else:
                raise RuleMismatch("a wrong number was not counted")

    def redeem(self, approved: Approved, proof: Proof, session: Session, now: float) -> Redeemed:
        """Exchange the grant, once, together with the new session: a function that dies leaves both or neither."""
        transition = partial(transitions.redeem, proof=proof, session_id=session.session_id, now=now)
        refused = self._table.transact(
            session.session_id,
            Update(
                changes_to(
                    approved.request.locator,
                    state=name_of(Redeemed),
                    user_id=approved.user_id,
                    session_id=session.session_id,
                    redeemed_at=int(now),
                ),
                _in(Approved) & _proven(proof) & _live(now),
                dropped(Approved, Redeemed),
            ),
            Put(new_session_item(session)),
        )
        if not refused:
            return _judged(approved, transition)
        return _unchanged(refused[0].found if refused[0] else None, transition)

    def _move(
        self,
        transition: Callable[[Grant | None], After],
        changes: GrantItem,
        condition: Condition,
        *actions: Action,
        own: Callable[[Grant], After | None] | None = None,
    ) -> After:
        """Write, and let the transition judge what the write came upon.

        `own` tells what our own write left, for the transitions that would not know it by themselves when the SDK has sent
        it again after a lost acknowledgement.
        """
        result = self._table.update(changes, condition, *actions, returning="ALL_OLD")
        if isinstance(result, Written):
            return _judged(read_grant(result.item), transition)
        if own and result.ours and result.found and (after := own(read_grant(result.found))):
            return after
        return _unchanged(result.found, transition)


def _judged(found: Grant | None, transition: Callable[[Grant | None], After]) -> After:
    """Return what the transition makes of a grant that was written to. Raises RuleMismatch when it refuses."""
    try:
        return transition(found)
    except GrantError as refusal:
        raise RuleMismatch(f"written, and then refused as {type(refusal).__name__}") from refusal


def _unchanged(raw: RawItem | None, transition: Callable[[Grant | None], After]) -> After:
    """Return the grant that was not written to, if the transition leaves it as it is, or raise what it raises."""
    found = _read(raw)
    after = transition(found)
    if after is not found:
        raise RuleMismatch("a condition refused what the rule allows")
    return after


def _read(raw: RawItem | None) -> Grant | None:
    return read_grant(raw) if raw else None


def _counting(seen: Approved, proof: Proof, presented: str, now: float) -> tuple[Any, ...]:
    """Return the write that counts a number which is not right, if the grant still is as it was seen."""
    after, locator = after_wrong_number(seen, now), seen.request.locator
    still = (
        _in(Approved)
        & _proven(proof)
        & (GrantItem.wrong_numbers == seen.wrong_numbers)
        & (GrantItem.number_digest != presented)
        & _live(now)
    )
    if isinstance(after, Denied):
        changes = changes_to(locator, state=name_of(Denied), user_id=after.user_id, denied_at=after.denied_at)
        return changes, still, *dropped(Approved, Denied)
    return changes_to(locator, wrong_numbers=after.wrong_numbers), still


def _in(state: type[Grant]) -> Condition:
    within: Condition = GrantItem.state == name_of(state)
    return within


def _proven(proof: Proof) -> Condition:
    tools_own: Condition = (
        (GrantItem.client_id == proof.client_id)
        & (GrantItem.secret_digest == proof.secret_digest)
        & (GrantItem.code_challenge == proof.code_challenge)
    )
    return tools_own


def _claimed_by(user_id: str) -> Condition:
    both: Condition = _in(Claimed) & (GrantItem.user_id == user_id)
    return both


def _live(now: float) -> Condition:
    return GrantItem.expires_at > now
