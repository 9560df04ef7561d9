"""Twenty at once: one wins, and each of the others learns what it lost to. First, whether the table is atomic at all."""

from __future__ import annotations

import random  # noqa: TID251  seeded: each wants a successor of its own
import time
from collections import Counter
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from functions.approve.approval import Approval, Decision, Visitor
from functions.approve.lockout import Lockout
from functions.domain.browser_session import BrowserSession
from functions.domain.client import OFFLINE_ACCESS
from functions.domain.device_grant.codes import ALPHABET, DeviceCode, UserCode, locator_of
from functions.domain.device_grant.number_matching import ApprovalNumber
from functions.domain.device_grant.proximity import Place
from functions.domain.device_grant.states import Approved, Claimed, Denied, Grant, Pending, Redeemed
from functions.domain.errors import AlreadyDecided, GrantError, UserCodeTaken
from functions.domain.secret import Secret
from functions.domain.session.refresh_token import RefreshToken
from functions.poll.device_grant import DeviceGrant
from functions.poll.refresh_grant import RefreshGrant
from tests.configured import guess_limits
from tests.contracts.grants import (
    ADA,
    APPROVER,
    AUTH_TIME,
    NOW,
    PROOF,
    approved_for,
    fresh_locator,
    grant_in,
    pending,
    request_for,
)
from tests.contracts.racing import ROUNDS, WAYS, NotAtomic, prove_atomic, race
from tests.contracts.sessions import approved_at, fresh_session, fresh_user_id, next_generation
from tests.contracts.stores import DynamoStore, MemoryStore, Store
from tests.server import ACME, PlainTokens
from tests.server import ADA as ADA_HERSELF

if TYPE_CHECKING:
    from collections.abc import Callable

    from functions.domain.ports import Grants
    from functions.domain.session.session import Session


CONNECTIONS = 4


@dataclass(frozen=True)
class Arena:
    """A store, and as each contestant sees it: Lambdas share a table, not a connection."""

    store: Store
    views: list[Store]


@pytest.fixture(scope="module")
def tables(dynamo: DynamoStore) -> list[DynamoStore]:
    """Return the table over several connections, after bare conditional writes, without the store's code, had one winner."""
    views = [DynamoStore.on(dynamo.client, dynamo.name) for _ in range(CONNECTIONS)]
    bare: list[Any] = [view.table._connection.connection.client for view in views]
    prove_atomic(lambda turn, number: _put_if_absent(bare[number % CONNECTIONS], dynamo.name, turn))
    prove_atomic(lambda turn, number: _count_from_zero(bare[number % CONNECTIONS], dynamo.name, turn))
    return views


def _key(turn: int) -> dict[str, Any]:
    return {"pk": {"S": f"race#{turn}"}, "sk": {"S": "race"}}


def _wins(call: Callable[[], object]) -> bool:
    try:
        call()
    except ClientError as error:
        assert error.response["Error"]["Code"] == "ConditionalCheckFailedException"
        return False
    return True


def _put_if_absent(client: Any, table: str, turn: int) -> bool:  # noqa: ANN401  botocore makes its classes at run time
    return _wins(
        lambda: client.put_item(
            TableName=table,
            Item={**_key(turn), "laps": {"N": "0"}},
            ConditionExpression="attribute_not_exists(pk)",
        )
    )


def _count_from_zero(client: Any, table: str, turn: int) -> bool:  # noqa: ANN401  likewise
    return _wins(
        lambda: client.update_item(
            TableName=table,
            Key=_key(turn),
            UpdateExpression="SET laps = laps + :one",
            ConditionExpression="laps = :zero",
            ExpressionAttributeValues={":one": {"N": "1"}, ":zero": {"N": "0"}},
        )
    )


@pytest.fixture(scope="module", params=["memory", "dynamodb"])
def arena(request: pytest.FixtureRequest) -> Arena:
    """Return each kind of store, ready for a race."""
    if request.param == "memory":
        memory = MemoryStore()
        return Arena(memory, [memory] * WAYS)
    tables: list[DynamoStore] = request.getfixturevalue("tables")
    return Arena(tables[0], [tables[number % CONNECTIONS] for number in range(WAYS)])


def hold_races(
    arena: Arena, start: type[Grant] | None, move: Callable[[Grants, str, int], Grant], *ends: type[Grant]
) -> list[list[Grant | str]]:
    """Let everyone make a move on one grant at once, several times: what one of them made of it is what stands.

    Return, for each race, what each of the others was told: a grant, or the name of a refusal.
    """
    told = []
    for _ in range(ROUNDS):
        locator = placed(arena, start) if start else fresh_locator()
        results = race([partial(_outcome, move, view.grants, locator, number) for number, view in enumerate(arena.views)])
        made = [result for result in results if isinstance(result, ends)]
        assert made
        assert arena.store.shows(made[0])
        others = list(results)
        others.remove(made[0])
        told.append(others)
    return told


def _outcome(move: Callable[[Grants, str, int], Grant], grants: Grants, locator: str, number: int) -> Grant | str:
    try:
        return move(grants, locator, number)
    except (GrantError, UserCodeTaken) as refusal:
        return type(refusal).__name__


def all_were_told(word: str) -> list[list[str]]:
    """Return what everyone but one hears in every race, when it is this."""
    return [[word] * (WAYS - 1)] * ROUNDS


def placed(arena: Arena, kind: type[Grant]) -> str:
    """Put a grant on the table and return its key."""
    grant = grant_in(kind)
    arena.store.place(grant)
    return grant.request.locator


def test_the_proof_of_atomicity_notices_a_store_that_is_not() -> None:
    taken: set[int] = set()

    def look_then_leap(turn: int, _number: int) -> bool:
        free = turn not in taken
        time.sleep(0.001)  # the gap that an atomic store has not
        taken.add(turn)
        return free

    with pytest.raises(NotAtomic):
        prove_atomic(look_then_leap)


def test_of_twenty_people_one_opens_a_code(arena: Arena) -> None:
    told = hold_races(arena, Pending, lambda grants, key, number: grants.claim(key, f"usr_{number}", NOW), Claimed)
    assert told == all_were_told("UnknownUserCode")


def test_of_twenty_approvals_in_as_many_browsers_one_counts(arena: Arena) -> None:
    def approve(grants: Grants, key: str, number: int) -> Grant:
        return grants.approve(key, replace(APPROVER, number_digest=f"{number:064x}"), NOW)

    assert hold_races(arena, Claimed, approve, Approved) == all_were_told("AlreadyDecided")


def test_of_twenty_approvals_in_one_browser_all_are_the_same_one(arena: Arena) -> None:
    told = hold_races(arena, Claimed, lambda grants, key, _: grants.approve(key, APPROVER, NOW), Approved)
    assert [len(set(others)) for others in told] == [1] * ROUNDS
    assert {type(grant) for others in told for grant in others} == {Approved}


@pytest.mark.row("N04", "N05")
def test_twenty_approvals_in_one_browser_show_one_number_and_in_twenty_browsers_one_number_too(arena: Arena) -> None:
    """The use case itself: who comes again in the same browser is told the same, all others that it was decided."""
    for turn, cookies in enumerate([["one"] * WAYS, [f"cookie {number}" for number in range(WAYS)]] * 2):
        code = UserCode(ALPHABET[turn] + "RCBNGWZ")
        arena.store.place(claimed_for(code))
        visitors = [
            Visitor(
                cookie=Secret(f"{turn} {cookie}"),
                session=BrowserSession(user_id=ADA, auth_time=AUTH_TIME, expires_at=int(NOW) + 600),
                place=Place(address="203.0.113.7", country="DE"),
            )
            for cookie in cookies
        ]
        told = race([partial(_approve, view, code, visitor) for view, visitor in zip(arena.views, visitors, strict=True)])
        numbers = [number for number in told if number]
        assert (len(numbers), len(set(numbers))) == (cookies.count(cookies[0]), 1)


def _approve(view: Store, code: UserCode, visitor: Visitor) -> str:
    try:
        grant = approval_on(view).decide(code.reveal(), Decision.APPROVE, visitor)
    except AlreadyDecided:
        return ""
    assert isinstance(grant, Approved)
    number = visitor.number_for(grant)
    return number.reveal() if number else ""


def approval_on(view: Store) -> Approval:
    """Return the use case on one view of the store."""
    return Approval(
        max_age=3600,
        grants=view.grants,
        users=view.users,
        browsers=view.browsers,
        lockout=Lockout(limits=guess_limits(), guesses=view.guesses, users=view.users),
        clock=lambda: NOW,
    )


def claimed_for(code: UserCode) -> Claimed:
    """Return the grant of a code, opened by ADA, that asks for a number."""
    request = replace(request_for(locator_of(code)), approval_number=True)
    return Claimed(request=request, next_poll_at=NOW, user_id=ADA, claimed_at=int(NOW))


def test_between_yes_and_no_one_stands_and_the_others_see_which(arena: Arena) -> None:
    def decide(grants: Grants, key: str, number: int) -> Grant:
        approver = replace(APPROVER, number_digest=f"{number:064x}")
        return grants.approve(key, approver, NOW) if number % 2 else grants.deny(key, ADA, NOW)

    assert hold_races(arena, Claimed, decide, Approved, Denied) == all_were_told("AlreadyDecided")


@pytest.mark.row("N04")
def test_of_twenty_wrong_numbers_at_once_three_are_counted_and_the_others_find_it_denied(arena: Arena) -> None:
    def guess(grants: Grants, key: str, _: int) -> Grant:
        return grants.match_number(approved_at(key), PROOF, "0" * 64, NOW).grant

    for others in hold_races(arena, Approved, guess, Denied):
        counts = [grant.wrong_numbers for grant in others if isinstance(grant, Approved)]
        assert sorted(counts) == [1, 2]
        assert others.count("AccessDenied") == WAYS - 3


@pytest.mark.row("N04")
def test_twenty_guesses_at_once_are_worth_three(arena: Arena) -> None:
    """The whole use case: two are told that they were wrong, one denies the login, and the rest hear only that."""
    for _ in range(ROUNDS):
        code = DeviceCode(fresh_locator(), Secret("5e" * 32))
        asked = replace(request_for(code.locator), secret_digest=code.secret.digest(), client_id=ACME.client_id)
        arena.store.place(approved_for(replace(asked, approval_number=True)))
        guessers = [
            DeviceGrant(
                grants=view.grants,
                sessions=view.sessions,
                users=view.users,
                tokens=PlainTokens(),
                clock=lambda: NOW,
                random_bytes=random.Random(number).randbytes,  # noqa: S311  not for secrets here
            )
            for number, view in enumerate(arena.views)
        ]
        told = race([partial(_guess, guesser, code, f"{number:06}") for number, guesser in enumerate(guessers)])
        assert Counter(told) == {"WrongApprovalNumber": 2, "TooManyWrongNumbers": 1, "AccessDenied": WAYS - 3}


def _guess(guesser: DeviceGrant, code: DeviceCode, number: str) -> str:
    with pytest.raises(GrantError) as refused:
        guesser.poll(code, "", ACME, ApprovalNumber(number))
    return type(refused.value).__name__


@pytest.mark.row("D70")
def test_of_twenty_redemptions_one_gets_the_session(arena: Arena) -> None:
    def redeem(grants: Grants, key: str, _: int) -> Grant:
        return grants.redeem(approved_at(key), PROOF, fresh_session(), NOW)

    assert hold_races(arena, Approved, redeem, Redeemed) == all_were_told("InvalidGrant")


@pytest.mark.row("D70", "F2")
def test_of_twenty_redemptions_one_opens_a_session(arena: Arena) -> None:
    for _ in range(ROUNDS):
        key, person = placed(arena, Approved), fresh_user_id()
        race([partial(_outcome, partial(_redeem, person), view.grants, key, 0) for view in arena.views])
        [opened] = arena.store.sessions.list_of(person, NOW)
        assert arena.store.shows(redeemed_for(key, opened))


def _redeem(person: str, grants: Grants, key: str, _: int) -> Grant:
    return grants.redeem(approved_at(key), PROOF, fresh_session(user_id=person), NOW)


def redeemed_for(key: str, session: Session) -> Redeemed:
    """Return the grant that this session has won."""
    request = approved_at(key).request
    return Redeemed(request=request, user_id=ADA, session_id=session.session_id, redeemed_at=int(NOW))


@pytest.mark.row("S05")
def test_of_twenty_refreshes_one_counts_and_the_others_see_it(arena: Arena) -> None:
    for _ in range(ROUNDS):
        session = fresh_session()
        arena.store.place_session(session)
        wanted = [next_generation(session, f"contestant {number}") for number in range(WAYS)]
        seen = race([partial(view.sessions.rotate, own, NOW) for view, own in zip(arena.views, wanted, strict=True)])
        [standing] = set(seen)
        assert standing in wanted
        assert arena.store.shows_session(standing)


@pytest.mark.row("S01", "S04", "S05")
def test_twenty_tools_refresh_one_session_round_after_round_and_nobody_is_logged_out(arena: Arena) -> None:
    """The use case itself, each tool with a server process of its own: every round is one rotation, and all share it."""
    user, now = replace(ADA_HERSELF, user_id=fresh_user_id()), NOW
    token = RefreshToken.first(user.user_id, Secret("5e" * 32), "5a17" * 8)
    session = fresh_session(
        user_id=user.user_id, session_id=token.session_id, client_id=ACME.client_id, scopes=(OFFLINE_ACCESS,)
    )
    arena.store.users.save(user)
    arena.store.place_session(replace(session, live_digest=token.secret.digest(), generation=0, previous_digest=""))
    servers = [
        RefreshGrant(
            sessions=view.sessions,
            users=view.users,
            tokens=PlainTokens(),
            clock=lambda: now,
            random_bytes=random.Random(number).randbytes,  # noqa: S311  not for secrets here
        )
        for number, view in enumerate(arena.views)
    ]
    for _ in range(ROUNDS):
        logins = race([partial(server.refresh, token, (), ACME) for server in servers])
        [shared] = {login.refresh_token for login in logins}
        assert shared
        token, now = shared, now + 600
    standing = arena.store.sessions.get(user.user_id, token.session_id, now)
    assert standing
    assert (standing.generation, standing.live_digest) == (ROUNDS, token.secret.digest())


def test_of_twenty_polls_at_once_one_is_accepted(arena: Arena) -> None:
    told = hold_races(arena, Pending, lambda grants, key, _: grants.poll(key, PROOF, NOW), Pending)
    assert told == all_were_told("SlowDown")


def test_of_twenty_grants_with_one_user_code_one_is_added(arena: Arena) -> None:
    def add(grants: Grants, key: str, number: int) -> Grant:
        return grants.add(pending(locator=key, secret_digest=f"{number:064x}"), NOW)

    assert hold_races(arena, None, add, Pending) == all_were_told("UserCodeTaken")


def test_of_twenty_uses_of_one_sign_in_one_works(arena: Arena) -> None:
    for turn in range(ROUNDS):
        transaction = Secret(f"raced sign-in {turn}")
        won = race([partial(view.browsers.use_sign_in, transaction, int(NOW) + 600, NOW) for view in arena.views])
        assert sum(won) == 1
