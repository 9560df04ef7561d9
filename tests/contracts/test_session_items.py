"""What only a real table can show of sessions: how often it is asked, what stands in it, and what its troubles mean."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from functions.domain.device_grant.states import Approved
from functions.domain.errors import CorruptSession, StoreUnavailable
from functions.domain.secret import Secret
from functions.domain.session.refresh_token import RefreshToken
from functions.store.sessions import read_session
from tests.contracts.grants import ADA, NOW, PROOF, grant_in
from tests.contracts.sessions import fresh_session, fresh_user_id, next_generation, raw_session, session_of

if TYPE_CHECKING:
    from tests.contracts.stores import DynamoStore
    from tests.contracts.wire import Wire

TIMES = ("auth_time", "created_at", "used_at", "generation", "idle_until", "expires_at")


def approved(store: DynamoStore) -> Approved:
    grant = grant_in(Approved)
    assert isinstance(grant, Approved)
    store.place(grant)
    return grant


def operations(wire: Wire) -> list[str]:
    return [operation for operation, _ in wire.sent]


def test_a_session_reads_back_from_its_item() -> None:
    session = fresh_session()
    assert read_session(raw_session(session)) == session


@pytest.mark.parametrize("name", ["label", "address", "country", "agent", "device_name"])
def test_an_attribute_that_is_only_shown_may_be_missing_and_is_empty_then(name: str) -> None:
    session = fresh_session()
    whole = raw_session(session)
    told = read_session({key: value for key, value in whole.items() if key != name})
    empty = {"label": ""} if name == "label" else {"origin": replace(session.origin, **{name: ""})}
    assert told == replace(session, **empty)


def test_an_item_that_lacks_what_a_refresh_depends_on_is_refused() -> None:
    whole = raw_session(fresh_session())
    for name in whole.keys() - {"pk", "sk", "label", "address", "country", "agent", "device_name"}:
        with pytest.raises(CorruptSession):
            read_session({key: value for key, value in whole.items() if key != name})


def test_what_a_later_release_wrote_is_not_looked_at() -> None:
    session = fresh_session()
    assert read_session({**raw_session(session), "state": {"S": "approved"}, "later": {"L": []}}) == session


def test_what_a_later_release_wrote_stays_through_a_refresh_and_a_new_name(dynamo: DynamoStore) -> None:
    session = fresh_session()
    dynamo.put_raw({**raw_session(session), "later": {"S": "kept"}})
    after = dynamo.sessions.rotate(next_generation(session), NOW)
    assert after
    dynamo.sessions.rename(session.user_id, session.session_id, "a new name", NOW)
    assert dynamo.raw(f"user#{session.user_id}", f"session#{session.session_id}") == {
        **raw_session(replace(after, label="a new name")),
        "later": {"S": "kept"},
    }


@pytest.mark.parametrize("value", [{"BOOL": True}, {"NULL": True}, {"L": []}, {"M": {}}])
def test_an_attribute_of_a_foreign_type_is_refused(value: dict[str, Any]) -> None:
    whole = raw_session(fresh_session())
    # DynamoDB's null is as good as nothing.
    shown = {"label", "address", "country", "agent", "device_name"} if "NULL" in value else set()
    for name in whole.keys() - {"pk", "sk"} - shown:
        with pytest.raises(CorruptSession):
            read_session({**whole, name: value})


@pytest.mark.parametrize("name", TIMES)
def test_a_time_in_fractions_is_refused_except_for_the_rotation(name: str) -> None:
    with pytest.raises(CorruptSession):
        read_session({**raw_session(fresh_session()), name: {"N": "1.5"}})


def test_the_words_of_the_error_carry_no_value_of_the_item() -> None:
    session = fresh_session()
    with pytest.raises(CorruptSession) as caught:
        read_session({**raw_session(session), "label": {"N": "17"}})
    for value in (session.live_digest, session.user_id, "17"):
        assert value not in str(caught.value)


def test_redeeming_and_opening_the_session_are_one_transaction(wire: Wire) -> None:
    grant = approved(wire.store)
    wire.store.grants.redeem(grant, PROOF, session_of(grant.request.locator), NOW)
    assert operations(wire) == ["TransactWriteItems"]


@pytest.mark.row("S05")
def test_a_refresh_is_one_call_won_or_lost(wire: Wire) -> None:
    session = fresh_session()
    wire.store.place_session(session)
    for name in ("won", "lost"):
        wire.store.sessions.rotate(next_generation(session, name), NOW)
    wire.store.sessions.rotate(next_generation(fresh_session()), NOW)
    assert operations(wire) == ["UpdateItem"] * 3


def test_a_refresh_is_decided_by_the_table_alone(wire: Wire) -> None:
    session = fresh_session()
    wire.store.sessions.rotate(next_generation(session), NOW)
    [(_, arguments)] = wire.sent
    names = arguments["ExpressionAttributeNames"]
    condition = arguments["ConditionExpression"]
    for placeholder, name in names.items():
        condition = condition.replace(placeholder + " ", name + " ")
    for rule in ("live_digest = ", "client_id = ", "idle_until > ", "expires_at > "):
        assert rule in condition
    assert arguments["ReturnValuesOnConditionCheckFailure"] == "ALL_OLD"


def test_sessions_are_read_consistently_one_or_all(wire: Wire) -> None:
    wire.store.sessions.get(ADA, "ses_1", NOW)
    wire.store.sessions.list_of(ADA, NOW)
    assert operations(wire) == ["GetItem", "Query"]
    assert all(arguments["ConsistentRead"] for _, arguments in wire.sent)


def test_a_person_s_list_is_whole_however_long_it_is(wire: Wire) -> None:
    """DynamoDB answers with 1 MB at most."""
    person = fresh_user_id()
    sessions = [fresh_session(user_id=person, used_at=int(NOW) - number, label="x" * 120_000) for number in range(11)]
    for session in sessions:
        wire.store.place_session(session)
    assert wire.store.sessions.list_of(person, NOW) == tuple(sessions)
    assert operations(wire) == ["Query", "Query"]


def test_a_profile_is_no_session(wire: Wire) -> None:
    session = fresh_session(user_id=fresh_user_id())
    wire.store.place_session(session)
    wire.store.put_raw({"pk": {"S": f"user#{session.user_id}"}, "sk": {"S": "profile"}, "email": {"S": "a@example.com"}})
    assert wire.store.sessions.end_all(session.user_id) == (session,)
    assert wire.store.raw(f"user#{session.user_id}", "profile") is not None


@pytest.mark.row("F5")
def test_a_redemption_whose_answer_was_lost_is_recognised_as_our_own(wire: Wire) -> None:
    grant = approved(wire.store)
    session = session_of(grant.request.locator)
    wire.lose_the_next_answer()
    assert wire.store.shows(wire.store.grants.redeem(grant, PROOF, session, NOW))
    assert len(wire.sent) == 2
    assert {arguments["ClientRequestToken"] for _, arguments in wire.sent} == {session.session_id}
    assert wire.store.shows_session(session)


@pytest.mark.row("F5")
def test_a_refresh_whose_answer_was_lost_is_recognised_as_our_own(wire: Wire) -> None:
    session = fresh_session()
    wire.store.place_session(session)
    after = next_generation(session)
    wire.lose_the_next_answer()
    assert wire.store.sessions.rotate(after, NOW) == after
    assert len(wire.sent) == 2


@pytest.mark.row("F5")
def test_a_lost_answer_does_not_turn_another_s_refresh_into_ours(wire: Wire, dynamo: DynamoStore) -> None:
    session = fresh_session()
    dynamo.place_session(session)
    rival = next_generation(session, "rival")
    wire.lose_the_next_request(lambda: dynamo.sessions.rotate(rival, NOW))
    assert wire.store.sessions.rotate(next_generation(session), NOW) == rival


def test_a_write_that_meets_a_transaction_tries_again(wire: Wire) -> None:
    session = fresh_session()
    wire.store.place_session(session)
    after = next_generation(session)
    wire.answer(400, "TransactionConflictException", once=True)
    assert wire.store.sessions.rotate(after, NOW) == after


def test_a_transaction_that_meets_another_tries_again(wire: Wire) -> None:
    grant = approved(wire.store)
    wire.answer(400, "TransactionCanceledException", ["TransactionConflict", "None"], once=True)
    assert wire.store.shows(wire.store.grants.redeem(grant, PROOF, session_of(grant.request.locator), NOW))


@pytest.mark.row("F1")
@pytest.mark.parametrize("reason", ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"])
def test_a_transaction_that_finds_no_way_through_is_unavailable(failing_wire: Wire, reason: str) -> None:
    grant = approved(failing_wire.store)
    failing_wire.answer(400, "TransactionCanceledException", ["None", reason])
    with pytest.raises(StoreUnavailable) as caught:
        failing_wire.store.grants.redeem(grant, PROOF, session_of(grant.request.locator), NOW)
    assert reason in caught.value.detail
    assert len(failing_wire.sent) <= 4


def test_refresh_tokens_stand_in_the_table_as_digests_only(wire: Wire) -> None:
    device_secret, salt = Secret("07" * 32), "5a" * 16
    first = RefreshToken.first(ADA, device_secret, salt)
    successor = first.successor(salt)
    grant = approved(wire.store)
    session = fresh_session(session_id=first.session_id, live_digest=first.secret.digest(), previous_digest="", salt=salt)
    wire.store.grants.redeem(grant, PROOF, session, NOW)
    wire.store.sessions.rotate(next_generation(session), NOW)
    wire.store.sessions.get(ADA, session.session_id, NOW)
    everything = json.dumps(wire.sent) + json.dumps(wire.store.raw(f"user#{ADA}", f"session#{session.session_id}"))
    assert first.secret.digest() in everything
    for secret in (first, first.secret, first.family, successor, successor.secret, device_secret):
        assert secret.reveal() not in everything
