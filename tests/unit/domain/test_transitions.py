"""The transitions of a grant: what each makes of every state, and what each side is told when one is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import get_args

import pytest

from functions.domain.device_grant import transitions
from functions.domain.device_grant.states import Approved, Claimed, Denied, Grant, Pending, Proof, Redeemed
from functions.domain.errors import (
    AccessDenied,
    AlreadyDecided,
    ExpiredToken,
    ExpiredUserCode,
    GrantError,
    InvalidGrant,
    SlowDown,
    UnknownUserCode,
)
from tests.contracts.grants import ADA, APPROVER, BOB, CLIENT, DIGEST, EXPIRY, NOW, OTHER_DIGEST, PROOF, grant_in

KINDS: tuple[type[Grant], ...] = get_args(Grant)
OVER = float(EXPIRY)
each_state = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)


def outcome(
    grant: Grant | None, now: float = NOW, *, client: str = CLIENT, digest: str = DIGEST
) -> Grant | type[GrantError]:
    """Return what becomes of a grant that is polled, or what its tool is told."""
    try:
        return transitions.poll(grant, Proof(client_id=client, secret_digest=digest), now)
    except GrantError as error:
        return type(error)


Refusal = Callable[[Grant | None, str, float], Grant]


def told(transition: Refusal, grant: Grant | None, now: float = NOW, user: str = ADA) -> type[GrantError]:
    """Return what a person is told whose transition was refused."""
    with pytest.raises(GrantError) as caught:
        transition(grant, user, now)
    return type(caught.value)


def approve(grant: Grant | None, user: str, now: float) -> Grant:
    """Approve in another browser than before."""
    return transitions.approve(grant, replace(APPROVER, user_id=user, number_digest=OTHER_DIGEST), now)


DECISIONS: list[Refusal] = [transitions.release, transitions.deny, approve]
each_decision = pytest.mark.parametrize("decision", DECISIONS, ids=["release", "deny", "approve"])


@pytest.mark.parametrize(
    ("transition", "allowed"),
    [
        (lambda grant, now: transitions.poll(grant, PROOF, now), {Pending, Claimed, Approved}),
        (lambda grant, now: transitions.claim(grant, ADA, now), {Pending, Claimed}),
        (lambda grant, now: transitions.claim(grant, BOB, now), {Pending}),
        (lambda grant, now: transitions.release(grant, ADA, now), {Claimed}),
        (lambda grant, now: transitions.deny(grant, ADA, now), {Claimed}),
        (lambda grant, now: transitions.deny(grant, BOB, now), set()),
        (lambda grant, now: approve(grant, ADA, now), {Claimed}),
        (lambda grant, now: approve(grant, BOB, now), set()),
        (lambda grant, now: transitions.match_number(grant, PROOF, OTHER_DIGEST, now), {Approved}),
        (lambda grant, now: transitions.redeem(grant, PROOF, "ses_1", now), {Approved}),
    ],
    ids=[
        "poll",
        "claim",
        "claim by another",
        "release",
        "deny",
        "deny by another",
        "approve",
        "approve by another",
        "number",
        "redeem",
    ],
)
def test_a_transition_is_allowed_in_its_states_until_the_expiry(
    transition: Callable[[Grant, float], object], allowed: set[type[Grant]]
) -> None:
    for kind in KINDS:
        grant = grant_in(kind)
        assert allows(transition, grant, NOW) == (kind in allowed)
        assert allows(transition, grant, OVER - 0.001) == (kind in allowed)
        assert not allows(transition, grant, OVER)


def allows(transition: Callable[[Grant, float], object], grant: Grant, now: float) -> bool:
    try:
        transition(grant, now)
    except GrantError:
        return False
    return True


@pytest.mark.row("D58", "D59")
def test_a_poll_is_allowed_from_the_moment_its_pause_is_over() -> None:
    grant = grant_in(Pending, next_poll_at=NOW + 1)
    assert outcome(grant, NOW + 0.999) is SlowDown
    assert outcome(grant, NOW + 1) == paused(grant, NOW + 4)


def paused(grant: Grant, until: float) -> Grant:
    assert isinstance(grant, Pending | Claimed)
    return replace(grant, next_poll_at=until)


@pytest.mark.parametrize("left", [1, 59, 61, 599])
def test_after_an_approval_at_least_a_minute_is_left_to_collect_it(left: float) -> None:
    approved = approve(grant_in(Claimed), ADA, EXPIRY - left)
    assert approved.request.expires_at - (EXPIRY - left) >= 60


@pytest.mark.parametrize(
    ("kind", "again"),
    [
        (Claimed, lambda grant: transitions.claim(grant, ADA, NOW)),
        (Approved, lambda grant: transitions.approve(grant, APPROVER, NOW)),
        (Approved, lambda grant: transitions.poll(grant, PROOF, NOW)),
        (Redeemed, lambda grant: transitions.redeem(grant, PROOF, grant.session_id, NOW)),
    ],
    ids=["claim", "approve", "poll", "redeem"],
)
def test_a_transition_that_changes_nothing_returns_the_very_grant_that_it_was_given(
    kind: type[Grant], again: Callable[[Grant], Grant]
) -> None:
    """So that a store can tell what there is to write."""
    grant = grant_in(kind)
    assert again(grant) is grant


@pytest.mark.row("D53")
def test_a_tool_hears_invalid_grant_of_a_code_that_there_is_not() -> None:
    assert outcome(None) is InvalidGrant


@pytest.mark.row("D53", "D54")
@each_state
@pytest.mark.parametrize("now", [NOW, OVER])
def test_a_tool_hears_invalid_grant_of_another_client_s_code_or_a_wrong_secret_whatever_its_state(
    kind: type[Grant], now: float
) -> None:
    assert outcome(grant_in(kind), now, client="other-cli") is InvalidGrant
    assert outcome(grant_in(kind), now, digest=OTHER_DIGEST) is InvalidGrant


@pytest.mark.row("D50", "D56", "D60")
@pytest.mark.parametrize(
    ("kind", "answer"),
    [(Denied, AccessDenied), (Redeemed, InvalidGrant)],
)
def test_a_tool_hears_what_became_of_its_grant(kind: type[Grant], answer: type[GrantError]) -> None:
    assert outcome(grant_in(kind)) is answer


@pytest.mark.row("D50", "D59")
@pytest.mark.parametrize("kind", [Pending, Claimed])
def test_a_poll_while_nobody_has_decided_starts_the_next_pause_and_nothing_else(kind: type[Grant]) -> None:
    grant = grant_in(kind)
    assert outcome(grant) == paused(grant, NOW + 3)


@pytest.mark.row("D60")
def test_an_approved_grant_is_handed_on_however_early_the_poll() -> None:
    grant = grant_in(Approved)
    assert outcome(grant) == grant


@pytest.mark.row("D57")
@pytest.mark.parametrize("kind", [Pending, Claimed, Approved, Denied])
def test_a_tool_hears_of_the_expiry_though_the_item_is_still_there(kind: type[Grant]) -> None:
    assert outcome(grant_in(kind), OVER) is ExpiredToken
    assert outcome(grant_in(kind, next_poll_at=OVER + 9), OVER) is ExpiredToken


def test_a_redeemed_code_stays_invalid_after_its_expiry() -> None:
    assert outcome(grant_in(Redeemed), OVER) is InvalidGrant


@pytest.mark.row("D58")
@pytest.mark.parametrize("kind", [Pending, Claimed])
def test_a_tool_that_polls_too_early_hears_the_interval_to_keep_from_now_on(kind: type[Grant]) -> None:
    with pytest.raises(SlowDown) as caught:
        transitions.poll(grant_in(kind, next_poll_at=NOW + 0.001), PROOF, NOW)
    assert caught.value.interval == 10


@pytest.mark.row("D40", "D41")
def test_wrong_used_and_foreign_codes_get_one_answer() -> None:
    foreign = replace_user(grant_in(Claimed))
    for grant in (None, foreign, grant_in(Approved), grant_in(Denied), grant_in(Redeemed)):
        assert told(transitions.claim, grant) is UnknownUserCode
        assert told(transitions.claim, grant, OVER) is UnknownUserCode


def replace_user(grant: Grant) -> Grant:
    assert isinstance(grant, Claimed)
    return replace(grant, user_id=BOB)


@pytest.mark.row("D39")
@pytest.mark.parametrize("kind", [Pending, Claimed])
def test_the_person_hears_that_a_code_has_expired_if_it_was_free_or_theirs(kind: type[Grant]) -> None:
    assert told(transitions.claim, grant_in(kind), OVER) is ExpiredUserCode


@pytest.mark.row("D39")
@pytest.mark.parametrize("kind", [Pending, Claimed])
def test_a_code_that_lives_is_never_called_expired(kind: type[Grant]) -> None:
    assert transitions.claim(grant_in(kind), ADA, OVER - 0.001).user_id == ADA


@each_decision
@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        (Pending, UnknownUserCode),
        (Approved, AlreadyDecided),
        (Denied, AlreadyDecided),
        (Redeemed, AlreadyDecided),
    ],
)
def test_the_person_hears_why_a_decision_did_not_count(
    decision: Refusal, kind: type[Grant], answer: type[GrantError]
) -> None:
    assert told(decision, grant_in(kind)) is answer


@each_decision
def test_the_person_hears_that_their_own_code_expired_before_the_decision(decision: Refusal) -> None:
    assert told(decision, grant_in(Claimed), OVER) is ExpiredUserCode


@each_decision
@pytest.mark.row("D40")
@pytest.mark.parametrize("kind", [Claimed, Approved, Denied, Redeemed])
@pytest.mark.parametrize("now", [NOW, OVER])
def test_somebody_else_hears_of_a_decided_code_what_they_hear_of_a_wrong_one(
    decision: Refusal, kind: type[Grant], now: float
) -> None:
    assert told(decision, grant_in(kind), now, BOB) is UnknownUserCode
    assert told(decision, None, now, BOB) is UnknownUserCode


@pytest.mark.row("D71")
@each_state
@pytest.mark.parametrize("now", [NOW, OVER])
def test_a_poll_that_proves_something_else_than_was_promised_hears_invalid_grant_whatever_the_state(
    kind: type[Grant], now: float
) -> None:
    promised, other = "p" * 43, "o" * 43
    for asked, shown in ((promised, ""), (promised, other), ("", promised)):
        grant = asking(grant_in(kind), asked)
        with pytest.raises(InvalidGrant):
            transitions.poll(grant, replace(PROOF, code_challenge=shown), now)


def asking(grant: Grant, challenge: str) -> Grant:
    return replace(grant, request=replace(grant.request, code_challenge=challenge))


@pytest.mark.row("D71")
def test_a_tool_that_proves_itself_is_handed_its_redeemed_grant_for_a_minute() -> None:
    grant = asking(grant_in(Redeemed), "p" * 43)
    assert isinstance(grant, Redeemed)
    proof = replace(PROOF, code_challenge="p" * 43)
    assert transitions.poll(grant, proof, float(grant.redeemed_at)) == grant
    assert transitions.poll(grant, proof, grant.redeemed_at + 60.0) == grant
    with pytest.raises(InvalidGrant):
        transitions.poll(grant, proof, grant.redeemed_at + 60.001)
