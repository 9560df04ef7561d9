"""What only a real table can show: how often it is asked and how, what stands in it in clear, and what its troubles mean."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, get_args

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError, SSLError

from functions.domain.browser_session import BrowserSession
from functions.domain.device_grant.codes import DeviceCode, UserCode
from functions.domain.device_grant.states import Approved, Claimed, Denied, Grant, GrantRequest, Origin, Pending, Redeemed
from functions.domain.device_grant.transitions import NumberWrong
from functions.domain.errors import (
    AlreadyDecided,
    ExpiredUserCode,
    GrantError,
    InvalidGrant,
    StoreUnavailable,
    UnknownUserCode,
    UserCodeTaken,
)
from functions.domain.person import Profile, User
from functions.domain.secret import Secret
from functions.store.table import open_table
from infra.local.tools import free_port
from tests.contracts.grants import (
    ADA,
    APPROVER,
    BOB,
    CLIENT,
    DIGEST,
    EXPIRY,
    NOW,
    OTHER_DIGEST,
    PROOF,
    fresh_locator,
    grant_in,
    pending,
)
from tests.contracts.sessions import approved_at, fresh_session, next_generation, session_of
from tests.contracts.stores import DynamoStore, MemoryStore, Store
from tests.contracts.wire import Wire
from tests.fakes.store import MemoryGrants

if TYPE_CHECKING:
    from collections.abc import Callable

    from functions.domain.ports import Grants

COOKIE = Secret("a browser session's cookie")
TRANSACTION = Secret("a sign-in's cookie")

# Each move from a state where it is legal.
MOVES: dict[str, tuple[type[Grant], Callable[[Grants, str], Grant]]] = {
    "poll": (Pending, lambda grants, key: grants.poll(key, PROOF, NOW)),
    "claim": (Pending, lambda grants, key: grants.claim(key, ADA, NOW)),
    "release": (Claimed, lambda grants, key: grants.release(key, ADA, NOW)),
    "approve": (Claimed, lambda grants, key: grants.approve(key, APPROVER, NOW)),
    "deny": (Claimed, lambda grants, key: grants.deny(key, ADA, NOW)),
    "count": (Approved, lambda grants, key: grants.match_number(approved_at(key), PROOF, "0" * 64, NOW).grant),
    "redeem": (Approved, lambda grants, key: grants.redeem(approved_at(key), PROOF, session_of(key), NOW)),
}
EVERY_CALL: dict[str, Callable[[Store], object]] = {
    **{name: (lambda store, move=move: move(store.grants, "a" * 64)) for name, (_, move) in MOVES.items()},  # type: ignore[misc]
    "add": lambda store: store.grants.add(pending(), NOW),
    "save a user": lambda store: store.users.save(User(user_id=ADA, profile=Profile(email="", name=""))),
    "get a user": lambda store: store.users.get(ADA),
    "get a session": lambda store: store.sessions.get(ADA, "ses_1", NOW),
    "list sessions": lambda store: store.sessions.list_of(ADA, NOW),
    "refresh": lambda store: store.sessions.rotate(next_generation(fresh_session()), NOW),
    "rename a session": lambda store: store.sessions.rename(ADA, "ses_1", "x", NOW),
    "end a session": lambda store: store.sessions.end(ADA, "ses_1"),
    "end all sessions": lambda store: store.sessions.end_all(ADA),
    "add a browser": lambda store: store.browsers.add(COOKIE, BrowserSession(user_id=ADA, auth_time=1, expires_at=EXPIRY)),
    "get a browser": lambda store: store.browsers.get(COOKIE, NOW),
    "remove a browser": lambda store: store.browsers.remove(COOKIE),
    "use a sign-in": lambda store: store.browsers.use_sign_in(TRANSACTION, EXPIRY, NOW),
}
each_move = pytest.mark.parametrize("name", MOVES)
each_call = pytest.mark.parametrize("name", EVERY_CALL)


@each_move
@pytest.mark.parametrize("found", [Pending, Claimed, Approved, Denied, Redeemed, None])
def test_a_move_won_or_lost_is_one_call(wire: Wire, name: str, found: type[Grant] | None) -> None:
    grant = grant_in(found or Pending)
    if found:
        wire.store.place(grant)
    with suppress(GrantError):
        MOVES[name][1](wire.store.grants, grant.request.locator)
    assert [operation for operation, _ in wire.sent] == ["TransactWriteItems" if name == "redeem" else "UpdateItem"]


def test_a_new_grant_is_one_call_whether_its_code_is_free_or_not(wire: Wire) -> None:
    grant = pending()
    wire.store.grants.add(grant, NOW)
    with pytest.raises(UserCodeTaken):
        wire.store.grants.add(pending(locator=grant.request.locator, secret_digest=OTHER_DIGEST), NOW)
    assert [operation for operation, _ in wire.sent] == ["PutItem", "PutItem"]


@each_move
def test_each_move_s_condition_has_the_expiry_in_it_and_asks_for_what_it_lost_to(wire: Wire, name: str) -> None:
    with suppress(GrantError):
        MOVES[name][1](wire.store.grants, "b" * 64)
    [(_, arguments)] = wire.sent
    if name == "redeem":
        arguments = arguments["TransactItems"][0]["Update"]
    names = arguments["ExpressionAttributeNames"]
    condition = arguments["ConditionExpression"]
    assert any(f"{placeholder} > " in condition for placeholder, name in names.items() if name == "expires_at")
    assert arguments["ReturnValuesOnConditionCheckFailure"] == "ALL_OLD"


@pytest.mark.row("D35")
def test_secrets_stand_in_the_table_as_digests_only(wire: Wire) -> None:
    user_code = UserCode("WDJBMJHT")
    device_code = DeviceCode.generate(user_code, lambda n: b"\x07" * n)
    request = GrantRequest(
        locator=device_code.locator,
        secret_digest=device_code.secret.digest(),
        client_id=CLIENT,
        scopes=("openid",),
        origin=Origin(address="192.0.2.1", country="CH", agent="x", device_name="y"),
        created_at=int(NOW),
        expires_at=EXPIRY,
        max_auth_age=3600,
    )
    wire.store.grants.add(Pending(request=request, next_poll_at=NOW), NOW)
    for name, (_, move) in MOVES.items():
        if name != "release":
            with suppress(GrantError):
                move(wire.store.grants, device_code.locator)
    wire.store.browsers.add(COOKIE, BrowserSession(user_id=ADA, auth_time=1, expires_at=EXPIRY))
    wire.store.browsers.use_sign_in(TRANSACTION, EXPIRY, NOW)
    items = wire.store.client.scan(TableName=wire.store.name, ConsistentRead=True)["Items"]
    everything = json.dumps(items) + json.dumps(wire.sent)
    assert device_code.locator in everything
    assert COOKIE.digest() in everything
    for secret in (user_code, device_code, device_code.secret, COOKIE, TRANSACTION):
        assert secret.reveal() not in everything
    assert user_code.shown() not in everything


def test_whatever_must_not_stay_has_the_ttl_attribute_as_whole_seconds(dynamo: DynamoStore) -> None:
    for name, (start, move) in MOVES.items():
        grant = grant_in(start)
        dynamo.place(grant)
        move(dynamo.grants, grant.request.locator)
        assert_ttl(dynamo.raw(f"grant#{grant.request.locator}", "grant"), name)
    dynamo.browsers.add(COOKIE, BrowserSession(user_id=ADA, auth_time=1, expires_at=EXPIRY))
    assert_ttl(dynamo.raw(f"browser#{COOKIE.digest()}", "session"), "session")
    mark = Secret("another sign-in's cookie")
    dynamo.browsers.use_sign_in(mark, EXPIRY, NOW)
    assert_ttl(dynamo.raw(f"signin#{mark.digest()}", "used"), "used sign-in")


def assert_ttl(item: dict[str, Any] | None, what: str) -> None:
    assert item is not None, what
    assert item["expires_at"]["N"].isdigit(), what


@pytest.mark.row("F1")
@each_call
@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "ProvisionedThroughputExceededException"),
        (400, "ThrottlingException"),
        (400, "RequestLimitExceeded"),
        (400, "TransactionConflictException"),
        (400, "LimitExceededException"),
        (500, "InternalServerError"),
        (503, "ServiceUnavailable"),
    ],
)
def test_a_table_that_is_throttled_or_down_is_unavailable(failing_wire: Wire, name: str, status: int, code: str) -> None:
    failing_wire.answer(status, code)
    with pytest.raises(StoreUnavailable) as caught:
        EVERY_CALL[name](failing_wire.store)
    assert code in caught.value.detail


@pytest.mark.row("F1")
@each_call
@pytest.mark.parametrize(
    "error",
    [
        EndpointConnectionError(endpoint_url="https://dynamodb"),
        ConnectTimeoutError(endpoint_url="https://dynamodb"),
        ReadTimeoutError(endpoint_url="https://dynamodb"),
        SSLError(endpoint_url="https://dynamodb", error=OSError("handshake")),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_table_out_of_reach_is_unavailable_after_a_few_attempts(failing_wire: Wire, name: str, error: Exception) -> None:
    failing_wire.fail(error)
    with pytest.raises(StoreUnavailable):
        EVERY_CALL[name](failing_wire.store)
    assert 1 <= len(failing_wire.sent) <= 3


@pytest.mark.row("F1")
def test_an_endpoint_where_nobody_listens_is_unavailable(wire: Wire) -> None:
    dead = open_table(wire.store.name, region="us-east-1", endpoint=f"http://127.0.0.1:{free_port()}")
    with pytest.raises(StoreUnavailable):
        DynamoStore(wire.store.client, wire.store.name, dead).users.get(ADA)


@pytest.mark.row("F1")
@each_call
def test_the_twin_in_memory_can_be_unavailable_too(name: str) -> None:
    store = MemoryStore()
    for part in (store.grants, store.sessions, store.users, store.browsers):
        part.unavailable = True
    with pytest.raises(StoreUnavailable):
        EVERY_CALL[name](store)


@pytest.mark.parametrize("code", ["AccessDeniedException", "ResourceNotFoundException", "ValidationException"])
def test_our_own_mistake_is_not_passed_off_as_an_outage(failing_wire: Wire, code: str) -> None:
    failing_wire.answer(400, code)
    with pytest.raises(ClientError, match=code):
        failing_wire.store.grants.poll("a" * 64, PROOF, NOW)


def test_a_function_does_not_wait_for_the_table_longer_than_its_callers_wait_for_it(dynamo: DynamoStore) -> None:
    config: Any = dynamo.table._connection.connection.client.meta.config
    attempts = config.retries["total_max_attempts"]
    assert attempts * (config.connect_timeout + config.read_timeout) < 10


@pytest.mark.row("F5")
@pytest.mark.parametrize("name", sorted(MOVES.keys() - {"count", "release"}))
def test_a_write_whose_answer_was_lost_is_recognised_as_our_own(wire: Wire, name: str) -> None:
    start, move = MOVES[name]
    grant = grant_in(start)
    wire.store.place(grant)
    wire.lose_the_next_answer()
    after = move(wire.store.grants, grant.request.locator)
    assert wire.store.shows(after)
    assert after != grant
    assert len(wire.sent) == 2


@pytest.mark.row("F6")
@pytest.mark.parametrize("name", MOVES)
@pytest.mark.parametrize("kind", [*get_args(Grant), None])
def test_a_stranger_s_move_that_the_sdk_sent_again_is_judged_as_a_first_one(
    dynamo: DynamoStore, name: str, kind: type[Grant] | None
) -> None:
    """Who can make the SDK try again, by load, must not learn from the answer what stands there."""
    # A connection of its own: the SDK of one does not try again for ever.
    wire = Wire(DynamoStore.on(dynamo.client, dynamo.name))
    grant = grant_in(kind or Pending)
    if kind:
        wire.store.place(grant)
    wire.answer(500, "InternalServerError", once=True)
    stranger, key = replace(PROOF, secret_digest=OTHER_DIGEST), grant.request.locator
    strange: dict[str, Callable[[Grants], object]] = {
        "poll": lambda grants: grants.poll(key, stranger, NOW),
        "claim": lambda grants: grants.claim(key, BOB, NOW),
        "release": lambda grants: grants.release(key, BOB, NOW),
        "approve": lambda grants: grants.approve(key, replace(APPROVER, user_id=BOB), NOW),
        "deny": lambda grants: grants.deny(key, BOB, NOW),
        "count": lambda grants: grants.match_number(approved_at(key), stranger, "0" * 64, NOW),
        "redeem": lambda grants: grants.redeem(approved_at(key), stranger, session_of(key), NOW),
    }
    memory = MemoryGrants()
    memory.items = {key: grant} if kind else {}
    assert told(strange[name], wire.store.grants) == told(strange[name], memory)
    assert len(wire.sent) == 2


@pytest.mark.row("F6", "D39")
def test_a_code_that_expired_is_expired_for_its_person_too_when_the_sdk_asks_twice(wire: Wire) -> None:
    grant = grant_in(Claimed)
    wire.store.place(grant)
    wire.answer(500, "InternalServerError", once=True)
    with pytest.raises(ExpiredUserCode):
        wire.store.grants.claim(grant.request.locator, ADA, float(EXPIRY))
    assert len(wire.sent) == 2


@pytest.mark.row("F6")
def test_a_release_whose_answer_was_lost_is_refused_as_anybody_s_would_be(wire: Wire) -> None:
    grant = grant_in(Claimed)
    wire.store.place(grant)
    wire.lose_the_next_answer()
    with pytest.raises(UnknownUserCode):
        wire.store.grants.release(grant.request.locator, ADA, NOW)


def told(move: Callable[[Grants], object], grants: Grants) -> object:
    try:
        return move(grants)
    except GrantError as refusal:
        return type(refusal)


@pytest.mark.row("N04")
def test_a_wrong_number_whose_count_was_not_acknowledged_is_counted_again_and_never_forgotten(wire: Wire) -> None:
    grant = approved_at(fresh_locator())
    wire.store.place(grant)
    wire.lose_the_next_answer()
    counted = NumberWrong(replace(grant, wrong_numbers=2))
    assert wire.store.grants.match_number(grant, PROOF, "0" * 64, NOW) == counted


@pytest.mark.row("F5")
def test_a_new_grant_or_used_sign_in_whose_answer_was_lost_is_our_own(wire: Wire) -> None:
    grant = pending()
    wire.lose_the_next_answer()
    assert wire.store.grants.add(grant, NOW) == grant
    wire.lose_the_next_answer()
    assert wire.store.browsers.use_sign_in(Secret("used once"), EXPIRY, NOW)
    assert not wire.store.browsers.use_sign_in(Secret("used once"), EXPIRY, NOW)


@pytest.mark.row("F5")
def test_a_lost_answer_does_not_turn_somebody_else_s_success_into_ours(wire: Wire, dynamo: DynamoStore) -> None:
    grant = grant_in(Approved)
    key = grant.request.locator
    dynamo.place(grant)
    rival = fresh_session()
    wire.lose_the_next_request(lambda: dynamo.grants.redeem(approved_at(key), PROOF, rival, NOW))
    with pytest.raises(InvalidGrant):
        wire.store.grants.redeem(approved_at(key), PROOF, session_of(key), NOW)
    request = approved_at(key).request
    assert dynamo.shows(Redeemed(request=request, user_id=ADA, session_id=rival.session_id, redeemed_at=int(NOW)))

    wire.lose_the_next_request(lambda: dynamo.browsers.use_sign_in(Secret("contested"), EXPIRY, NOW + 0.001))
    assert not wire.store.browsers.use_sign_in(Secret("contested"), EXPIRY, NOW)

    claimed = grant_in(Claimed)
    dynamo.place(claimed)
    wire.lose_the_next_request(lambda: dynamo.grants.deny(claimed.request.locator, ADA, NOW))
    with pytest.raises(AlreadyDecided):
        wire.store.grants.approve(claimed.request.locator, APPROVER, NOW)


def test_the_same_decision_sent_twice_by_a_person_counts_once(dynamo: DynamoStore) -> None:
    grant = grant_in(Claimed)
    dynamo.place(grant)
    once = MOVES["approve"][1](dynamo.grants, grant.request.locator)
    assert MOVES["approve"][1](dynamo.grants, grant.request.locator) == once
    assert dynamo.shows(once)


@pytest.mark.row("D35")
def test_nothing_of_a_request_is_logged_even_at_debug(wire: Wire, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    grant = grant_in(Pending)
    wire.store.place(grant)
    caplog.clear()
    MOVES["poll"][1](wire.store.grants, grant.request.locator)
    wire.store.users.save(User(user_id=ADA, profile=Profile(email="ada@example.com", name="Ada")))
    for word in (grant.request.locator, DIGEST, "ada@example.com", "Signature="):
        assert word not in caplog.text


def test_the_endpoint_and_the_region_are_the_environment_s_unless_given(monkeypatch: pytest.MonkeyPatch) -> None:
    def address() -> str:
        url: str = open_table("tallystick")._connection.connection.client.meta.endpoint_url
        return url

    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    assert "eu-central-1" in address()
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://localhost:4566")
    assert address() == "http://localhost:4566"
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", "http://localhost:8000")
    assert address() == "http://localhost:8000"


def test_the_store_loads_without_boto3() -> None:
    program = (
        "import functions.store.grants, functions.store.sessions, functions.store.users;"
        "import functions.store.browser_sessions, sys;"
        "print('boto3' in sys.modules)"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "False"
