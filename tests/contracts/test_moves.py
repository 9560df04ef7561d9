"""The contract of the grants: every transition from every state, in memory and on DynamoDB alike."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, get_args

import pytest

from functions.domain.device_grant import transitions
from functions.domain.device_grant.states import Approved, Claimed, Denied, Grant, Pending, Proof, Redeemed
from functions.domain.device_grant.transitions import NumberMatched, NumberWrong
from functions.domain.errors import (
    FreshSignInRequired,
    GrantError,
    InvalidGrant,
    SlowDown,
    TooFar,
    UnknownUserCode,
    UserCodeTaken,
)
from functions.domain.ports import Grants
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
    raw_item,
)
from tests.contracts.sessions import approved_at, fresh_session, session_of

if TYPE_CHECKING:
    from functions.domain.session.session import Session
    from tests.contracts.stores import DynamoStore, Store

Move = Callable[[Grants, str, float], Grant]

CHALLENGE = "p" * 43
LATER = {"of_a_later_release": {"S": "kept"}}
JUST_BEFORE = EXPIRY - 0.001


def _poll(grants: Grants, locator: str, now: float) -> Grant:
    return grants.poll(locator, PROOF, now)


def _claim(grants: Grants, locator: str, now: float) -> Grant:
    return grants.claim(locator, ADA, now)


def _release(grants: Grants, locator: str, now: float) -> Grant:
    return grants.release(locator, ADA, now)


def _approve(grants: Grants, locator: str, now: float) -> Grant:
    return grants.approve(locator, APPROVER, now)


def _deny(grants: Grants, locator: str, now: float) -> Grant:
    return grants.deny(locator, ADA, now)


def _other_session(locator: str) -> Session:
    return fresh_session(session_id=f"ses_{locator[32:]}")


def _redeem(grants: Grants, locator: str, now: float) -> Grant:
    return grants.redeem(approved_at(locator), PROOF, _other_session(locator), now)


def _count(grants: Grants, locator: str, now: float) -> Grant:
    return grants.match_number(approved_at(locator), PROOF, OTHER_DIGEST, now).grant


RULES: dict[Move, Callable[[Grant | None, float], Grant]] = {
    _poll: lambda found, now: transitions.poll(found, PROOF, now),
    _claim: lambda found, now: transitions.claim(found, ADA, now),
    _release: lambda found, now: transitions.release(found, ADA, now),
    _approve: lambda found, now: transitions.approve(found, APPROVER, now),
    _count: lambda found, now: transitions.match_number(found, PROOF, OTHER_DIGEST, now).grant,
    _deny: lambda found, now: transitions.deny(found, ADA, now),
    _redeem: lambda found, now: transitions.redeem(found, PROOF, "ses_other", now),
}
"""What each move makes of what it finds, or refuses to: the domain's own word."""
MOVES = list(RULES)
KINDS: tuple[type[Grant], ...] = get_args(Grant)


def refused(move: Callable[[], object]) -> type[GrantError]:
    """Return how a move was refused."""
    with pytest.raises(GrantError) as caught:
        move()
    return type(caught.value)


@dataclass(frozen=True)
class Legal:
    """A move that its state allows, and the grant that it makes at a time."""

    move: Move
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
    Legal(_poll, Approved, lambda grant, _: grant),
    Legal(_claim, Pending, _claimed),
    Legal(_claim, Claimed, lambda grant, _: grant),
    Legal(_release, Claimed, _released),
    Legal(_approve, Claimed, _approved),
    Legal(_approve, Approved, lambda grant, _: grant),
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
def test_a_legal_move_leaves_the_next_state_with_nothing_of_the_one_before(store: Store, legal: Legal, now: float) -> None:
    grant = grant_in(legal.start)
    store.place(grant)
    after = legal.makes(grant, now)
    assert legal.move(store.grants, grant.request.locator, now) == after
    assert store.shows(after)


@each_illegal
def test_an_illegal_move_is_refused_as_the_domain_says_and_changes_nothing(
    store: Store, move: Move, kind: type[Grant]
) -> None:
    grant = grant_in(kind)
    store.place(grant)
    why = refused(lambda: RULES[move](grant, NOW))
    assert refused(lambda: move(store.grants, grant.request.locator, NOW)) is why
    assert store.shows(grant)


@each_legal
def test_an_expired_grant_moves_no_more_though_its_item_is_still_there(store: Store, legal: Legal) -> None:
    grant = grant_in(legal.start)
    store.place(grant)
    why = refused(lambda: RULES[legal.move](grant, float(EXPIRY)))
    assert refused(lambda: legal.move(store.grants, grant.request.locator, float(EXPIRY))) is why
    assert store.shows(grant)


@each_move
def test_a_move_of_no_grant_is_refused_and_makes_no_item(store: Store, move: Move) -> None:
    locator = fresh_locator()
    assert refused(lambda: move(store.grants, locator, NOW)) is refused(lambda: RULES[move](None, NOW))
    assert store.is_empty_at(locator)


@each_move
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("now", [NOW, JUST_BEFORE, float(EXPIRY)])
def test_what_a_later_release_wrote_beside_the_attributes_known_here_stays_whatever_happens(
    dynamo: DynamoStore, move: Move, kind: type[Grant], now: float
) -> None:
    grant = grant_in(kind)
    dynamo.put_raw({**raw_item(grant), **LATER})
    with suppress(GrantError):
        move(dynamo.grants, grant.request.locator, now)
    found = dynamo.raw(f"grant#{grant.request.locator}", "grant")
    assert found
    assert found["of_a_later_release"] == LATER["of_a_later_release"]


@pytest.mark.row("D58")
@pytest.mark.parametrize("kind", [Pending, Claimed])
def test_a_poll_is_refused_a_millisecond_too_early_and_accepted_on_time(store: Store, kind: type[Grant]) -> None:
    grant = grant_in(kind, next_poll_at=NOW + 1)
    store.place(grant)
    assert refused(lambda: _poll(store.grants, grant.request.locator, NOW + 0.999)) is SlowDown
    assert store.shows(grant)
    assert _poll(store.grants, grant.request.locator, NOW + 1) == _polled(grant, NOW + 1)


@pytest.mark.row("D53", "D54")
@pytest.mark.parametrize(("client", "digest"), [("other-cli", DIGEST), (CLIENT, OTHER_DIGEST), ("", DIGEST), (CLIENT, "")])
def test_a_poll_of_another_client_or_with_another_secret_leaves_the_pause_alone(
    store: Store, client: str, digest: str
) -> None:
    proof = Proof(client_id=client, secret_digest=digest)
    grant = grant_in(Pending)
    store.place(grant)
    assert refused(lambda: store.grants.poll(grant.request.locator, proof, NOW)) is InvalidGrant
    assert store.shows(grant)


@pytest.mark.row("D71")
@pytest.mark.parametrize(("promised", "shown"), [(CHALLENGE, ""), (CHALLENGE, "o" * 43), ("", CHALLENGE)])
def test_a_poll_that_proves_something_else_than_was_promised_leaves_the_pause_alone(
    store: Store, promised: str, shown: str
) -> None:
    grant = grant_in(Pending)
    grant = replace(grant, request=replace(grant.request, code_challenge=promised))
    store.place(grant)
    locator = grant.request.locator
    assert refused(lambda: store.grants.poll(locator, replace(PROOF, code_challenge=shown), NOW)) is InvalidGrant
    assert store.shows(grant)
    assert store.grants.poll(locator, replace(PROOF, code_challenge=promised), NOW) == _polled(grant, NOW)


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
def test_nobody_touches_what_another_person_has_opened(store: Store, move: Callable[[Grants, str], Grant]) -> None:
    grant = grant_in(Claimed)
    store.place(grant)
    assert refused(lambda: move(store.grants, grant.request.locator)) is UnknownUserCode
    assert store.shows(grant)


@pytest.mark.row("N02")
@pytest.mark.parametrize("near", ["country:DE", "country:unknown", "network:203.0.113.7/32"])
def test_a_grant_is_approved_only_from_where_its_client_demands(store: Store, near: str) -> None:
    grant = grant_in(Claimed)
    grant = replace(grant, request=replace(grant.request, near=near))
    store.place(grant)
    locator = grant.request.locator
    for places in (("",), ("", "country:FR", "network:203.0.113.8/32"), ("", near[:-1])):
        elsewhere = replace(APPROVER, places=places)
        assert refused(partial(store.grants.approve, locator, elsewhere, NOW)) is TooFar
    assert store.shows(grant)
    assert store.shows(store.grants.approve(locator, replace(APPROVER, places=("", "country:FR", near)), NOW))


@pytest.mark.row("W13")
def test_a_grant_is_approved_by_a_sign_in_as_fresh_as_it_asks_and_no_older(store: Store) -> None:
    grant = grant_in(Claimed)
    grant = replace(grant, request=replace(grant.request, max_auth_age=300))
    store.place(grant)
    locator, late = grant.request.locator, AUTH_TIME + 300
    assert refused(lambda: store.grants.approve(locator, APPROVER, late + 0.25)) is FreshSignInRequired
    assert store.shows(grant)
    assert store.shows(store.grants.approve(locator, APPROVER, late + 0.0004))


@pytest.mark.row("N04")
def test_the_third_wrong_number_denies_the_grant_and_leaves_nothing_of_the_approval(store: Store) -> None:
    grant = grant_in(Approved)
    assert isinstance(grant, Approved)
    store.place(grant)
    once, twice = replace(grant, wrong_numbers=1), replace(grant, wrong_numbers=2)
    denied = Denied(request=grant.request, user_id=ADA, denied_at=int(NOW))
    assert wrong(store, grant) == NumberWrong(once)
    assert wrong(store, once) == NumberWrong(twice)
    assert store.shows(twice)
    assert wrong(store, twice) == NumberWrong(denied)
    assert store.shows(denied)


def wrong(store: Store, seen: Approved, proof: Proof = PROOF) -> NumberMatched | NumberWrong:
    """Send a number that is not right."""
    return store.grants.match_number(seen, proof, OTHER_DIGEST, NOW)


@pytest.mark.row("N04")
def test_a_wrong_number_is_counted_for_its_own_grant_only_and_on_the_count_as_it_is(store: Store) -> None:
    grant = grant_in(Approved)
    assert isinstance(grant, Approved)
    store.place(grant)
    counted = replace(grant, wrong_numbers=1)
    foreign = replace(PROOF, secret_digest=OTHER_DIGEST)
    assert refused(lambda: wrong(store, approved_at(grant.request.locator, OTHER_DIGEST), foreign)) is InvalidGrant
    assert store.shows(grant)
    assert wrong(store, grant) == NumberWrong(counted)
    # Seen before the first was counted: it comes after that all the same.
    assert wrong(store, grant) == NumberWrong(replace(grant, wrong_numbers=2))


@pytest.mark.row("N04")
@pytest.mark.parametrize("counted", [0, 1, 2])
def test_the_right_number_is_not_counted_and_comes_upon_the_grant_as_it_is(store: Store, counted: int) -> None:
    seen = grant_in(Approved)
    assert isinstance(seen, Approved)
    standing = replace(seen, wrong_numbers=counted)
    store.place(standing)
    assert store.grants.match_number(seen, PROOF, seen.number_digest, NOW) == NumberMatched(standing)
    assert store.shows(standing)


def test_a_released_grant_can_be_opened_by_somebody_else(store: Store) -> None:
    grant = grant_in(Claimed)
    store.place(grant)
    locator = grant.request.locator
    _release(store.grants, locator, NOW)
    claimed = store.grants.claim(locator, BOB, NOW)
    assert (claimed.user_id, claimed.claimed_at) == (BOB, int(NOW))


def _redeem_with_another_secret(store: Store, grant: Grant) -> Redeemed:
    approved, proof = approved_at(grant.request.locator, OTHER_DIGEST), replace(PROOF, secret_digest=OTHER_DIGEST)
    return store.grants.redeem(approved, proof, session_of(grant.request.locator), NOW)


def test_a_grant_is_not_redeemed_with_another_secret(store: Store) -> None:
    grant = grant_in(Approved)
    store.place(grant)
    assert refused(lambda: _redeem_with_another_secret(store, grant)) is InvalidGrant
    assert store.shows(grant)


@pytest.mark.row("F5")
def test_a_redemption_repeated_for_the_same_session_is_the_same_and_changes_nothing(store: Store) -> None:
    grant = grant_in(Redeemed)
    store.place(grant)
    locator = grant.request.locator
    assert store.grants.redeem(approved_at(locator), PROOF, session_of(locator), NOW) == grant
    assert store.shows(grant)


def test_knowing_the_session_is_not_enough_to_repeat_a_redemption(store: Store) -> None:
    grant = grant_in(Redeemed)
    store.place(grant)
    assert refused(lambda: _redeem_with_another_secret(store, grant)) is InvalidGrant


def test_an_approval_in_the_last_moment_can_still_be_collected(store: Store) -> None:
    grant = grant_in(Claimed)
    store.place(grant)
    approved = store.grants.approve(grant.request.locator, APPROVER, JUST_BEFORE)
    session = session_of(grant.request.locator)
    assert store.shows(store.grants.redeem(approved, PROOF, session, JUST_BEFORE + COLLECT_SECONDS - 1))


def test_a_new_grant_is_added_with_all_that_was_asked(store: Store) -> None:
    grant = pending()
    assert store.grants.add(grant, NOW) == grant
    assert store.shows(grant)


@pytest.mark.parametrize("kind", KINDS)
def test_a_live_grant_with_the_same_user_code_keeps_its_place(store: Store, kind: type[Grant]) -> None:
    standing = grant_in(kind)
    store.place(standing)
    rival = pending(locator=standing.request.locator, secret_digest=OTHER_DIGEST)
    with pytest.raises(UserCodeTaken):
        store.grants.add(rival, JUST_BEFORE)
    assert store.shows(standing)


@pytest.mark.parametrize("kind", KINDS)
def test_an_expired_leftover_gives_way_to_a_new_grant(store: Store, kind: type[Grant]) -> None:
    leftover = grant_in(kind)
    store.place(leftover)
    fresh = pending(locator=leftover.request.locator, secret_digest=OTHER_DIGEST, expires_at=EXPIRY + 600)
    assert store.grants.add(fresh, float(EXPIRY)) == fresh
    assert store.shows(fresh)


@pytest.mark.row("F5")
def test_a_grant_added_twice_is_the_same_and_keeps_what_happened_to_it(store: Store) -> None:
    grant = pending()
    store.grants.add(grant, NOW)
    claimed = store.grants.claim(grant.request.locator, ADA, NOW)
    assert store.grants.add(grant, NOW) == claimed
    assert store.shows(claimed)
