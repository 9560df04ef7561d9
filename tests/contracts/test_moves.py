"""The contract of the grants: every move from every state, in memory and on DynamoDB alike."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest

from functions.domain.device_grant.states import Approved, Claimed, Denied, Grant, Pending, Proof, Redeemed
from functions.domain.ports import Lost, Move, Won
from tests.contracts.grants import (
    ADA,
    APPROVER,
    AUTH_TIME,
    BOB,
    CLIENT,
    COLLECT_SECONDS,
    DIGEST,
    EXPIRY,
    NOW,
    OTHER_DIGEST,
    PAUSE,
    PROOF,
    approved_for,
    fresh_locator,
    grant_in,
    later,
    pending,
)
from tests.contracts.sessions import approved_at, fresh_session, session_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from functions.domain.ports import Grants
    from functions.domain.session.session import Session
    from tests.contracts.stores import Store

CHALLENGE = "p" * 43
JUST_BEFORE = EXPIRY - 0.001


def _poll(grants: Grants, locator: str, now: float) -> Move:
    return grants.poll(locator, PROOF, now)


def _claim(grants: Grants, locator: str, now: float) -> Move:
    return grants.claim(locator, ADA, now)


def _release(grants: Grants, locator: str, now: float) -> Move:
    return grants.release(locator, ADA, now)


def _approve(grants: Grants, locator: str, now: float) -> Move:
    return grants.approve(locator, APPROVER, now)


def _deny(grants: Grants, locator: str, now: float) -> Move:
    return grants.deny(locator, ADA, now)


def _other_session(locator: str) -> Session:
    return fresh_session(session_id=f"ses_{locator[32:]}")


def _redeem(grants: Grants, locator: str, now: float) -> Move:
    return grants.redeem(approved_at(locator), _other_session(locator), now)


def _count(grants: Grants, locator: str, now: float) -> Move:
    return grants.count_wrong_number(approved_at(locator), OTHER_DIGEST, now)


MOVES = [_poll, _claim, _release, _approve, _count, _deny, _redeem]
KINDS: list[type[Grant]] = [Pending, Claimed, Approved, Denied, Redeemed]


@dataclass(frozen=True)
class Legal:
    """A move that its state allows, and the grant that it makes at a time."""

    move: Callable[[Grants, str, float], Move]
    start: type[Grant]
    makes: Callable[[Grant, float], Grant]


def _polled(grant: Grant, now: float) -> Grant:
    assert isinstance(grant, Pending | Claimed)
    return replace(grant, next_poll_at=round(now + PAUSE, 3))


def _claimed(grant: Grant, now: float) -> Grant:
    assert isinstance(grant, Pending)
    return Claimed(request=grant.request, next_poll_at=grant.next_poll_at, user_id=ADA, claimed_at=int(now))


def _released(grant: Grant, _now: float) -> Grant:
    assert isinstance(grant, Claimed)
    return Pending(request=grant.request, next_poll_at=grant.next_poll_at)


def _approved(grant: Grant, now: float) -> Grant:
    return replace(approved_for(later(grant, COLLECT_SECONDS)), approved_at=int(now))


def _counted(grant: Grant, _now: float) -> Grant:
    assert isinstance(grant, Approved)
    return replace(grant, wrong_numbers=1)


def _denied(grant: Grant, now: float) -> Grant:
    return Denied(request=grant.request, user_id=ADA, denied_at=int(now))


def _redeemed(grant: Grant, now: float) -> Grant:
    return Redeemed(
        request=grant.request, user_id=ADA, session_id=_other_session(grant.request.locator).session_id, redeemed_at=int(now)
    )


LEGAL = [
    Legal(_poll, Pending, _polled),
    Legal(_poll, Claimed, _polled),
    Legal(_claim, Pending, _claimed),
    Legal(_claim, Claimed, lambda grant, _: grant),
    Legal(_release, Claimed, _released),
    Legal(_approve, Claimed, _approved),
    Legal(_count, Approved, _counted),
    Legal(_deny, Claimed, _denied),
    Legal(_redeem, Approved, _redeemed),
]
ILLEGAL = [
    (move, kind) for move in MOVES for kind in KINDS if not any(row.move is move and row.start is kind for row in LEGAL)
]

each_legal = pytest.mark.parametrize("legal", LEGAL, ids=lambda row: f"{row.move.__name__[1:]}-{row.start.__name__}")
each_illegal = pytest.mark.parametrize(
    ("move", "kind"), ILLEGAL, ids=[f"{move.__name__[1:]}-{kind.__name__}" for move, kind in ILLEGAL]
)
each_move = pytest.mark.parametrize("move", MOVES, ids=lambda move: move.__name__[1:])


@each_legal
@pytest.mark.parametrize("now", [NOW, JUST_BEFORE], ids=["early", "in the last millisecond"])
def test_a_legal_move_is_won_and_leaves_the_next_state_with_nothing_of_the_one_before(
    store: Store, legal: Legal, now: float
) -> None:
    grant = grant_in(legal.start)
    store.place(grant)
    after = legal.makes(grant, now)
    assert legal.move(store.grants, grant.request.locator, now) == Won(after)
    assert store.shows(after)


@each_illegal
def test_an_illegal_move_is_lost_with_the_grant_as_found_and_changes_nothing(
    store: Store, move: Callable[[Grants, str, float], Move], kind: type[Grant]
) -> None:
    grant = grant_in(kind)
    store.place(grant)
    assert move(store.grants, grant.request.locator, NOW) == Lost(grant)
    assert store.shows(grant)


@each_legal
def test_an_expired_grant_moves_no_more_though_its_item_is_still_there(store: Store, legal: Legal) -> None:
    grant = grant_in(legal.start)
    store.place(grant)
    assert legal.move(store.grants, grant.request.locator, float(EXPIRY)) == Lost(grant)
    assert store.shows(grant)


@each_move
def test_a_move_of_no_grant_is_lost_with_nothing_found_and_makes_no_item(
    store: Store, move: Callable[[Grants, str, float], Move]
) -> None:
    locator = fresh_locator()
    assert move(store.grants, locator, NOW) == Lost(None)
    assert store.is_empty_at(locator)


@pytest.mark.row("D58")
@pytest.mark.parametrize("kind", [Pending, Claimed])
def test_a_poll_is_refused_a_millisecond_too_early_and_accepted_on_time(store: Store, kind: type[Grant]) -> None:
    grant = grant_in(kind, next_poll_at=NOW + 1)
    store.place(grant)
    assert _poll(store.grants, grant.request.locator, NOW + 0.999) == Lost(grant)
    assert store.shows(grant)
    assert _poll(store.grants, grant.request.locator, NOW + 1) == Won(_polled(grant, NOW + 1))


@pytest.mark.row("D53", "D54")
@pytest.mark.parametrize(("client", "digest"), [("other-cli", DIGEST), (CLIENT, OTHER_DIGEST), ("", DIGEST), (CLIENT, "")])
def test_a_poll_of_another_client_or_with_another_secret_leaves_the_pause_alone(
    store: Store, client: str, digest: str
) -> None:
    proof = Proof(client_id=client, secret_digest=digest)
    grant = grant_in(Pending)
    store.place(grant)
    assert store.grants.poll(grant.request.locator, proof, NOW) == Lost(grant)
    assert store.shows(grant)


@pytest.mark.row("D71")
@pytest.mark.parametrize(("promised", "shown"), [(CHALLENGE, ""), (CHALLENGE, "o" * 43), ("", CHALLENGE)])
def test_a_poll_that_proves_something_else_than_was_promised_leaves_the_pause_alone(
    store: Store, promised: str, shown: str
) -> None:
    grant = grant_in(Pending)
    grant = replace(grant, request=replace(grant.request, code_challenge=promised))
    store.place(grant)
    assert store.grants.poll(grant.request.locator, replace(PROOF, code_challenge=shown), NOW) == Lost(grant)
    assert store.shows(grant)
    assert isinstance(store.grants.poll(grant.request.locator, replace(PROOF, code_challenge=promised), NOW), Won)


@pytest.mark.row("D40", "W14")
@pytest.mark.parametrize(
    "move",
    [
        lambda grants, locator: grants.claim(locator, BOB, NOW),
        lambda grants, locator: grants.release(locator, BOB, NOW),
        lambda grants, locator: grants.approve(locator, replace(APPROVER, user_id=BOB), NOW),
        lambda grants, locator: grants.deny(locator, BOB, NOW),
    ],
    ids=["claim", "release", "approve", "deny"],
)
def test_nobody_touches_what_another_person_has_opened(store: Store, move: Callable[[Grants, str], Move]) -> None:
    grant = grant_in(Claimed)
    store.place(grant)
    assert move(store.grants, grant.request.locator) == Lost(grant)
    assert store.shows(grant)


@pytest.mark.row("N02")
@pytest.mark.parametrize("near", ["country:DE", "country:unknown", "network:203.0.113.7/32"])
def test_a_grant_is_approved_only_from_where_its_client_demands(store: Store, near: str) -> None:
    grant = grant_in(Claimed)
    grant = replace(grant, request=replace(grant.request, near=near))
    store.place(grant)
    locator = grant.request.locator
    for places in (("",), ("", "country:FR", "network:203.0.113.8/32"), ("", near[:-1])):
        assert store.grants.approve(locator, replace(APPROVER, places=places), NOW) == Lost(grant)
    assert store.shows(grant)
    assert isinstance(store.grants.approve(locator, replace(APPROVER, places=("", "country:FR", near)), NOW), Won)


@pytest.mark.row("W13")
def test_a_grant_is_approved_by_a_sign_in_as_fresh_as_it_asks_and_no_older(store: Store) -> None:
    grant = grant_in(Claimed)
    grant = replace(grant, request=replace(grant.request, max_auth_age=300))
    store.place(grant)
    locator, late = grant.request.locator, AUTH_TIME + 300
    assert store.grants.approve(locator, APPROVER, late + 0.25) == Lost(grant)
    assert store.shows(grant)
    assert isinstance(store.grants.approve(locator, APPROVER, float(late)), Won)


@pytest.mark.row("N04")
def test_the_third_wrong_number_denies_the_grant_and_leaves_nothing_of_the_approval(store: Store) -> None:
    grant = grant_in(Approved)
    assert isinstance(grant, Approved)
    store.place(grant)
    once, twice = replace(grant, wrong_numbers=1), replace(grant, wrong_numbers=2)
    denied = Denied(request=grant.request, user_id=ADA, denied_at=int(NOW))
    assert store.grants.count_wrong_number(grant, OTHER_DIGEST, NOW) == Won(once)
    assert store.grants.count_wrong_number(once, OTHER_DIGEST, NOW) == Won(twice)
    assert store.shows(twice)
    assert store.grants.count_wrong_number(twice, OTHER_DIGEST, NOW) == Won(denied)
    assert store.shows(denied)


@pytest.mark.row("N04")
def test_a_wrong_number_is_counted_once_and_for_its_own_grant_only(store: Store) -> None:
    grant = grant_in(Approved)
    assert isinstance(grant, Approved)
    store.place(grant)
    counted = replace(grant, wrong_numbers=1)
    foreign = approved_at(grant.request.locator, OTHER_DIGEST)
    assert store.grants.count_wrong_number(foreign, OTHER_DIGEST, NOW) == Lost(grant)
    assert store.grants.count_wrong_number(grant, OTHER_DIGEST, NOW) == Won(counted)
    assert store.grants.count_wrong_number(grant, OTHER_DIGEST, NOW) == Lost(counted)
    assert store.shows(counted)


@pytest.mark.row("N04")
def test_the_right_number_is_not_counted_and_comes_upon_the_grant_as_it_was_seen(store: Store) -> None:
    grant = grant_in(Approved)
    assert isinstance(grant, Approved)
    store.place(grant)
    assert store.grants.count_wrong_number(grant, grant.number_digest, NOW) == Lost(grant)
    assert store.shows(grant)


def test_a_released_grant_can_be_opened_by_somebody_else(store: Store) -> None:
    grant = grant_in(Claimed)
    store.place(grant)
    locator = grant.request.locator
    _release(store.grants, locator, NOW)
    won = store.grants.claim(locator, BOB, NOW)
    assert isinstance(won, Won)
    assert isinstance(won.grant, Claimed)
    assert (won.grant.user_id, won.grant.claimed_at) == (BOB, int(NOW))


def _with_another_secret(grant: Grant) -> Approved:
    return approved_at(grant.request.locator, OTHER_DIGEST)


def test_a_grant_is_not_redeemed_with_another_secret(store: Store) -> None:
    grant = grant_in(Approved)
    store.place(grant)
    assert store.grants.redeem(_with_another_secret(grant), session_of(grant.request.locator), NOW) == Lost(grant)
    assert store.shows(grant)


@pytest.mark.row("F5")
def test_a_redemption_repeated_for_the_same_session_is_won_again_and_changes_nothing(store: Store) -> None:
    grant = grant_in(Redeemed)
    store.place(grant)
    assert store.grants.redeem(approved_at(grant.request.locator), session_of(grant.request.locator), NOW) == Won(grant)
    assert store.shows(grant)


def test_knowing_the_session_is_not_enough_to_repeat_a_redemption(store: Store) -> None:
    grant = grant_in(Redeemed)
    store.place(grant)
    assert store.grants.redeem(_with_another_secret(grant), session_of(grant.request.locator), NOW) == Lost(grant)


def test_an_approval_in_the_last_moment_can_still_be_collected(store: Store) -> None:
    grant = grant_in(Claimed)
    store.place(grant)
    _approve(store.grants, grant.request.locator, JUST_BEFORE)
    assert isinstance(_redeem(store.grants, grant.request.locator, JUST_BEFORE + COLLECT_SECONDS - 1), Won)


def test_a_new_grant_is_added_with_all_that_was_asked(store: Store) -> None:
    grant = pending()
    assert store.grants.add(grant, NOW) == Won(grant)
    assert store.shows(grant)


@pytest.mark.parametrize("kind", KINDS)
def test_a_live_grant_with_the_same_user_code_keeps_its_place(store: Store, kind: type[Grant]) -> None:
    standing = grant_in(kind)
    store.place(standing)
    rival = pending(locator=standing.request.locator, secret_digest=OTHER_DIGEST)
    assert store.grants.add(rival, JUST_BEFORE) == Lost(standing)
    assert store.shows(standing)


@pytest.mark.parametrize("kind", KINDS)
def test_an_expired_leftover_gives_way_to_a_new_grant(store: Store, kind: type[Grant]) -> None:
    leftover = grant_in(kind)
    store.place(leftover)
    fresh = pending(locator=leftover.request.locator, secret_digest=OTHER_DIGEST, expires_at=EXPIRY + 600)
    assert store.grants.add(fresh, float(EXPIRY)) == Won(fresh)
    assert store.shows(fresh)


@pytest.mark.row("F5")
def test_a_grant_added_twice_is_won_twice_and_keeps_what_happened_to_it(store: Store) -> None:
    grant = pending()
    store.grants.add(grant, NOW)
    claimed = store.grants.claim(grant.request.locator, ADA, NOW)
    assert isinstance(claimed, Won)
    assert store.grants.add(grant, NOW) == Won(claimed.grant)
    assert store.shows(claimed.grant)
