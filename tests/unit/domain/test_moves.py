"""Which moves a grant allows, and what each side is told when one is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from functions.domain.device_grant import transitions
from functions.domain.device_grant.states import Approved, Claimed, Denied, Grant, Pending, Proof, Redeemed
from functions.domain.errors import (
    AccessDenied,
    AlreadyDecided,
    AuthorizationPending,
    ExpiredToken,
    ExpiredUserCode,
    GrantError,
    InvalidGrant,
    SlowDown,
    UnknownUserCode,
)
from tests.contracts.grants import ADA, BOB, CLIENT, DIGEST, EXPIRY, NOW, OTHER_DIGEST, PROOF, grant_in

if TYPE_CHECKING:
    from collections.abc import Callable

KINDS: list[type[Grant]] = [Pending, Claimed, Approved, Denied, Redeemed]
OVER = float(EXPIRY)
each_state = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)


def outcome(
    grant: Grant | None, now: float = NOW, *, client: str = CLIENT, digest: str = DIGEST
) -> Grant | type[GrantError]:
    """Return what a tool is told whose poll was refused."""
    try:
        return transitions.poll_outcome(grant, Proof(client_id=client, secret_digest=digest), now)
    except GrantError as error:
        return type(error)


def told(refused: Callable[[Grant | None, str, float], object], grant: Grant | None, now: float = NOW) -> type[GrantError]:
    """Return what ADA is told whose move was refused."""
    with pytest.raises(GrantError) as caught:
        refused(grant, ADA, now)
    return type(caught.value)


@pytest.mark.parametrize(
    ("rule", "allowed"),
    [
        (transitions.may_poll, {Pending, Claimed}),
        (lambda grant, now: transitions.may_claim(grant, ADA, now), {Pending, Claimed}),
        (lambda grant, now: transitions.may_claim(grant, BOB, now), {Pending}),
        (lambda grant, now: transitions.may_decide(grant, ADA, now), {Claimed}),
        (lambda grant, now: transitions.may_decide(grant, BOB, now), set()),
        (transitions.may_redeem, {Approved}),
    ],
    ids=["poll", "claim", "claim what another may have claimed", "decide", "decide for another", "redeem"],
)
def test_a_move_is_allowed_in_its_states_until_the_expiry(
    rule: Callable[[Grant, float], bool], allowed: set[type[Grant]]
) -> None:
    for kind in KINDS:
        grant = grant_in(kind)
        assert rule(grant, NOW) == (kind in allowed)
        assert rule(grant, OVER - 0.001) == (kind in allowed)
        assert not rule(grant, OVER)


@pytest.mark.row("D58", "D59")
def test_a_poll_is_allowed_from_the_moment_its_pause_is_over() -> None:
    grant = grant_in(Pending, next_poll_at=NOW + 1)
    assert not transitions.may_poll(grant, NOW + 0.999)
    assert transitions.may_poll(grant, NOW + 1)


@pytest.mark.parametrize("left", [0.001, 1, 59, 61, 600])
def test_after_an_approval_at_least_a_minute_is_left_to_collect_it(left: float) -> None:
    assert transitions.approved_expiry(EXPIRY) - (EXPIRY - left) >= 60


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
    [(Pending, AuthorizationPending), (Claimed, AuthorizationPending), (Denied, AccessDenied), (Redeemed, InvalidGrant)],
)
def test_a_tool_hears_what_became_of_its_grant(kind: type[Grant], answer: type[GrantError]) -> None:
    assert outcome(grant_in(kind)) is answer


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
        transitions.poll_outcome(grant_in(kind, next_poll_at=NOW + 0.001), PROOF, NOW)
    assert caught.value.interval == 10


@pytest.mark.row("D40", "D41")
def test_wrong_used_and_foreign_codes_get_one_answer() -> None:
    foreign = replace_user(grant_in(Claimed))
    for grant in (None, foreign, grant_in(Approved), grant_in(Denied), grant_in(Redeemed)):
        assert told(transitions.claim_refused, grant) is UnknownUserCode
        assert told(transitions.claim_refused, grant, OVER) is UnknownUserCode


def replace_user(grant: Grant) -> Grant:
    assert isinstance(grant, Claimed)
    return replace(grant, user_id=BOB)


@pytest.mark.row("D39")
@pytest.mark.parametrize("kind", [Pending, Claimed])
def test_the_person_hears_that_a_code_has_expired_if_it_was_free_or_theirs(kind: type[Grant]) -> None:
    assert told(transitions.claim_refused, grant_in(kind), OVER) is ExpiredUserCode


@pytest.mark.row("D39")
@pytest.mark.parametrize("kind", [Pending, Claimed])
def test_a_code_that_lives_is_never_called_expired(kind: type[Grant]) -> None:
    assert told(transitions.claim_refused, grant_in(kind), OVER - 0.001) is UnknownUserCode


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        (Pending, UnknownUserCode),
        (Approved, AlreadyDecided),
        (Denied, AlreadyDecided),
        (Redeemed, AlreadyDecided),
    ],
)
def test_the_person_hears_why_a_decision_did_not_count(kind: type[Grant], answer: type[GrantError]) -> None:
    assert told(transitions.decision_refused, grant_in(kind)) is answer


def test_the_person_hears_that_their_own_code_expired_before_the_decision() -> None:
    assert told(transitions.decision_refused, grant_in(Claimed), OVER) is ExpiredUserCode


@pytest.mark.row("D40")
@pytest.mark.parametrize("kind", [Claimed, Approved, Denied, Redeemed])
@pytest.mark.parametrize("now", [NOW, OVER])
def test_somebody_else_hears_of_a_decided_code_what_they_hear_of_a_wrong_one(kind: type[Grant], now: float) -> None:
    with pytest.raises(UnknownUserCode):
        transitions.decision_refused(grant_in(kind), BOB, now)
    with pytest.raises(UnknownUserCode):
        transitions.decision_refused(None, BOB, now)


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
            transitions.poll_outcome(grant, replace(PROOF, code_challenge=shown), now)


def asking(grant: Grant, challenge: str) -> Grant:
    return replace(grant, request=replace(grant.request, code_challenge=challenge))


@pytest.mark.row("D71")
def test_a_tool_that_proves_itself_is_handed_its_redeemed_grant_for_a_minute() -> None:
    grant = asking(grant_in(Redeemed), "p" * 43)
    assert isinstance(grant, Redeemed)
    proof = replace(PROOF, code_challenge="p" * 43)
    assert transitions.poll_outcome(grant, proof, float(grant.redeemed_at)) == grant
    assert transitions.poll_outcome(grant, proof, grant.redeemed_at + 60.0) == grant
    with pytest.raises(InvalidGrant):
        transitions.poll_outcome(grant, proof, grant.redeemed_at + 60.001)
