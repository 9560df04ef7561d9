"""The contract of the sessions: opened with their redemption, refreshed once, ended for good; in memory and on DynamoDB."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from functions.domain.device_grant.states import Approved, Claimed, Denied, Grant, Pending, Redeemed
from functions.domain.errors import ExpiredToken, GrantError
from tests.contracts.grants import ADA, BOB, EXPIRY, NOW, PROOF, grant_in
from tests.contracts.sessions import (
    IDLE_UNTIL,
    SESSION_EXPIRY,
    approved_at,
    fresh_session,
    fresh_user_id,
    next_generation,
    session_of,
)

if TYPE_CHECKING:
    from functions.domain.session.session import Session
    from tests.contracts.stores import Store

# One of the two ends comes first; the other is far away.
ENDS = [{"idle_until": int(NOW) + 60}, {"expires_at": int(NOW) + 60}]
each_end = pytest.mark.parametrize("end", ENDS, ids=["idle", "absolute"])


@pytest.mark.row("D70", "F2")
def test_a_redemption_leaves_the_grant_redeemed_and_its_session_opened(store: Store) -> None:
    grant = grant_in(Approved)
    assert isinstance(grant, Approved)
    store.place(grant)
    session = session_of(grant.request.locator)
    redeemed = Redeemed(request=grant.request, user_id=ADA, session_id=session.session_id, redeemed_at=int(NOW))
    assert store.grants.redeem(grant, PROOF, session, NOW) == redeemed
    assert store.shows(redeemed)
    assert store.shows_session(session)


@pytest.mark.row("D70", "F2")
@pytest.mark.parametrize("kind", [Pending, Claimed, Denied, Redeemed, None])
def test_a_redemption_that_is_lost_opens_no_session(store: Store, kind: type[Grant] | None) -> None:
    grant = grant_in(kind) if kind else None
    if grant:
        store.place(grant)
    approved = approved_at(grant.request.locator if grant else "f" * 64)
    session = fresh_session()
    with pytest.raises(GrantError):
        store.grants.redeem(approved, PROOF, session, NOW)
    assert not grant or store.shows(grant)
    assert store.sessions.get(session.user_id, session.session_id, NOW) is None


@pytest.mark.row("D57")
def test_an_expired_approval_opens_no_session(store: Store) -> None:
    grant = grant_in(Approved)
    assert isinstance(grant, Approved)
    store.place(grant)
    session = fresh_session()
    with pytest.raises(ExpiredToken):
        store.grants.redeem(grant, PROOF, session, float(EXPIRY))
    assert store.shows(grant)
    assert store.sessions.get(session.user_id, session.session_id, NOW) is None


@pytest.mark.row("S03")
@each_end
def test_a_session_lives_until_the_first_of_its_two_ends(store: Store, end: dict[str, int]) -> None:
    session = fresh_session(user_id=fresh_user_id(), **end)
    store.place_session(session)
    assert store.sessions.get(session.user_id, session.session_id, NOW + 59) == session
    assert store.sessions.get(session.user_id, session.session_id, float(int(NOW) + 60)) is None
    assert store.sessions.list_of(session.user_id, float(int(NOW) + 60)) == ()


def test_a_session_that_there_is_not_is_none(store: Store) -> None:
    assert store.sessions.get(ADA, fresh_session().session_id, NOW) is None


def test_a_session_is_its_person_s_only(store: Store) -> None:
    session = fresh_session()
    store.place_session(session)
    assert store.sessions.get(BOB, session.session_id, NOW) is None
    assert store.sessions.end(BOB, session.session_id) is None
    assert store.shows_session(session)


def test_a_person_s_live_sessions_are_listed_the_one_used_last_first(store: Store) -> None:
    person, other = fresh_user_id(), fresh_user_id()
    sessions = [fresh_session(user_id=person, used_at=int(NOW) - ago) for ago in (50, 10, 90)]
    over = fresh_session(user_id=person, idle_until=int(NOW))
    for session in (*sessions, over, fresh_session(user_id=other)):
        store.place_session(session)
    first, second, third = sessions
    assert store.sessions.list_of(person, NOW) == (second, first, third)


def test_who_never_logged_in_has_no_sessions(store: Store) -> None:
    assert store.sessions.list_of(fresh_user_id(), NOW) == ()


@pytest.mark.row("S01")
def test_a_refresh_puts_the_next_generation_in_place_of_the_one_before(store: Store) -> None:
    session = fresh_session()
    store.place_session(session)
    after = next_generation(session)
    assert store.sessions.rotate(after, NOW) == after
    assert store.shows_session(after)


@pytest.mark.row("S05")
def test_a_refresh_that_comes_second_is_shown_the_generation_that_won(store: Store) -> None:
    session = fresh_session()
    store.place_session(session)
    won, late = next_generation(session, "won"), next_generation(session, "late")
    store.sessions.rotate(won, NOW)
    assert store.sessions.rotate(late, NOW) == won
    assert store.shows_session(won)


@pytest.mark.row("F5")
def test_a_refresh_that_is_written_twice_is_told_twice_that_it_stands(store: Store) -> None:
    session = fresh_session()
    store.place_session(session)
    after = next_generation(session)
    store.sessions.rotate(after, NOW)
    assert store.sessions.rotate(after, NOW) == after


@pytest.mark.row("S03")
@each_end
def test_a_session_that_is_over_is_not_refreshed_though_its_item_is_still_there(store: Store, end: dict[str, int]) -> None:
    session = fresh_session(**end)
    store.place_session(session)
    late = float(int(NOW) + 60)
    assert store.sessions.rotate(next_generation(session, at=late), late) == session
    assert store.shows_session(session)
    assert store.sessions.rotate(next_generation(session), late - 0.001) == next_generation(session)


@pytest.mark.row("O06")
def test_another_client_does_not_refresh_a_session(store: Store) -> None:
    session = fresh_session()
    store.place_session(session)
    assert store.sessions.rotate(replace(next_generation(session), client_id="other-cli"), NOW) == session
    assert store.shows_session(session)


def test_a_session_that_was_ended_is_not_refreshed_back_to_life(store: Store) -> None:
    session = fresh_session()
    store.place_session(session)
    store.sessions.end(session.user_id, session.session_id)
    assert store.sessions.rotate(next_generation(session), NOW) is None
    assert store.sessions.get(session.user_id, session.session_id, NOW) is None


def test_a_refresh_leaves_alone_what_was_renamed_meanwhile(store: Store) -> None:
    session = fresh_session(label="the new name")
    store.place_session(session)
    known_as_before = replace(next_generation(session), label="the old name")
    assert store.sessions.rotate(known_as_before, NOW) == next_generation(session)


@pytest.mark.row("S06")
def test_a_session_gets_another_label_and_nothing_else_changes(store: Store) -> None:
    session = fresh_session()
    store.place_session(session)
    renamed = replace(session, label="Zoë’s 🐢")
    assert store.sessions.rename(session.user_id, session.session_id, renamed.label, NOW) == renamed
    assert store.shows_session(renamed)


@pytest.mark.row("S06")
@each_end
def test_a_session_that_is_over_gets_no_label(store: Store, end: dict[str, int]) -> None:
    session = fresh_session(**end)
    store.place_session(session)
    assert store.sessions.rename(session.user_id, session.session_id, "late", float(int(NOW) + 60)) is None
    assert store.shows_session(session)


@pytest.mark.row("S06")
def test_naming_what_there_is_not_makes_no_session(store: Store) -> None:
    session = fresh_session()
    for person in (session.user_id, BOB):
        assert store.sessions.rename(person, session.session_id, "nobody's", NOW) is None
    assert store.sessions.get(session.user_id, session.session_id, NOW) is None


def test_a_session_is_ended_for_good_and_ending_it_again_does_no_harm(store: Store) -> None:
    session, other = fresh_session(), fresh_session()
    for each in (session, other):
        store.place_session(each)
    assert store.sessions.end(session.user_id, session.session_id) == session
    assert store.sessions.end(session.user_id, session.session_id) is None
    assert store.sessions.get(session.user_id, session.session_id, NOW) is None
    assert store.shows_session(other)


def test_all_sessions_of_a_person_are_ended_at_once_and_nobody_else_s(store: Store) -> None:
    person, other = fresh_user_id(), fresh_session(user_id=fresh_user_id())
    sessions = [fresh_session(user_id=person, used_at=int(NOW) - ago) for ago in (1, 2, 3)]
    for session in (*sessions, other):
        store.place_session(session)
    assert store.sessions.end_all(person) == tuple(sessions)
    assert store.sessions.list_of(person, NOW) == ()
    assert store.sessions.end_all(person) == ()
    assert store.shows_session(other)


def test_the_session_that_one_is_in_can_be_kept(store: Store) -> None:
    person = fresh_user_id()
    mine, *others = sessions = [fresh_session(user_id=person, used_at=int(NOW) - ago) for ago in (1, 2, 3)]
    for session in sessions:
        store.place_session(session)
    assert store.sessions.end_all(person, keep=mine.session_id) == tuple(others)
    assert store.sessions.list_of(person, NOW) == (mine,)


@pytest.mark.parametrize(
    "changes",
    [
        {"label": "", "previous_digest": "", "generation": 0},
        {"label": "Zoë’s 🐢", "rotated_at": NOW},
        {"idle_until": IDLE_UNTIL, "expires_at": SESSION_EXPIRY},
    ],
    ids=["empty", "any script", "usual"],
)
def test_a_session_reads_back_as_it_was_opened(store: Store, changes: dict[str, int | str]) -> None:
    grant = grant_in(Approved)
    assert isinstance(grant, Approved)
    store.place(grant)
    session: Session = fresh_session(**changes)
    store.grants.redeem(grant, PROOF, session, NOW)
    assert store.shows_session(session)
    assert store.sessions.get(session.user_id, session.session_id, NOW) == session
