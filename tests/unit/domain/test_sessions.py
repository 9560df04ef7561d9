"""What a login becomes, and what a refresh token is to it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from functions.domain.errors import InvalidScope
from functions.domain.secret import Secret
from functions.domain.session.refresh_token import RefreshToken
from functions.domain.session.session import Presented, Session, judge, narrowed, opened, rotated
from tests.configured import client
from tests.contracts.grants import ADA, AUTH_TIME, CLIENT, NOW
from tests.contracts.sessions import DAY, approved_at

if TYPE_CHECKING:
    from functions.domain.client import Client

SALT, NEXT_SALT = "5a" * 16, "6b" * 16
DEVICE_SECRET = Secret("07" * 32)
FIRST = RefreshToken.first(ADA, DEVICE_SECRET, SALT)
TOOL = client(
    client_id=CLIENT,
    name="Example",
    allowed_scopes=("deploy:read", "offline_access"),
    default_scopes=(),
    audience="https://api.example.com",
)
REPLAY_SECONDS = 30


def login(*scopes: str, client: Client = TOOL) -> Session:
    approved = approved_at("a" * 64)
    approved = replace(approved, request=replace(approved.request, scopes=scopes))
    return opened(approved, client, FIRST, SALT, NOW)


def lasting(client: Client = TOOL) -> Session:
    return login("deploy:read", "offline_access", client=client)


def refreshed(session: Session, token: RefreshToken, now: float = NOW) -> tuple[Session, RefreshToken]:
    successor = token.successor(NEXT_SALT)
    return rotated(session, successor, NEXT_SALT, TOOL, now), successor


def test_a_session_is_what_was_approved_by_whom_and_from_where() -> None:
    request = approved_at("a" * 64).request
    session = lasting()
    assert (session.session_id, session.user_id, session.client_id) == (FIRST.session_id, ADA, CLIENT)
    assert (session.scopes, session.auth_time) == (("deploy:read", "offline_access"), AUTH_TIME)
    assert (session.origin, session.label) == (request.origin, request.origin.device_name)
    assert (session.created_at, session.used_at, session.rotated_at) == (int(NOW), int(NOW), NOW)
    assert (session.generation, session.live_digest, session.previous_digest) == (0, FIRST.secret.digest(), "")


@pytest.mark.row("S03")
def test_a_session_with_a_refresh_token_ends_a_fortnight_after_its_last_use_or_after_ninety_days() -> None:
    session = lasting()
    assert (session.idle_until, session.expires_at) == (int(NOW) + 14 * DAY, int(NOW) + 90 * DAY)
    later, _ = refreshed(session, FIRST, NOW + 10 * DAY)
    assert (later.idle_until, later.expires_at) == (int(NOW) + 24 * DAY, session.expires_at)
    assert later.live(NOW + 24 * DAY - 1)
    assert not later.live(float(later.idle_until))
    last = replace(later, idle_until=session.expires_at + DAY)
    assert last.live(session.expires_at - 0.001)
    assert not last.live(float(session.expires_at))


@pytest.mark.row("S03")
def test_the_lifetimes_are_the_client_s() -> None:
    session = lasting(replace(TOOL, refresh_idle_lifetime=60, refresh_absolute_lifetime=600))
    assert (session.idle_until, session.expires_at) == (int(NOW) + 60, int(NOW) + 600)


@pytest.mark.parametrize(
    ("scopes", "client"),
    [
        (("deploy:read",), TOOL),
        (("offline_access",), replace(TOOL, grant_types=("urn:ietf:params:oauth:grant-type:device_code",))),
    ],
    ids=["not granted", "not the client's to use"],
)
def test_a_session_without_a_refresh_token_ends_with_its_access_token(scopes: tuple[str, ...], client: Client) -> None:
    session = login(*scopes, client=client)
    assert session.idle_until == session.expires_at == int(NOW) + 900


@pytest.mark.row("S01")
def test_a_refresh_makes_the_successor_live_and_leaves_the_rest() -> None:
    session = lasting()
    after, successor = refreshed(session, FIRST, NOW + 60)
    assert after == replace(
        session,
        used_at=int(NOW) + 60,
        rotated_at=NOW + 60,
        generation=1,
        live_digest=successor.secret.digest(),
        previous_digest=FIRST.secret.digest(),
        salt=NEXT_SALT,
        idle_until=int(NOW) + 60 + 14 * DAY,
    )
    assert judge(after, successor, CLIENT, NOW + 60) is Presented.LIVE


@pytest.mark.row("S04")
def test_the_token_before_is_a_retry_for_thirty_seconds_and_stolen_from_then_on() -> None:
    session, _ = refreshed(lasting(), FIRST)
    assert judge(session, FIRST, CLIENT, NOW) is Presented.RETRIED
    assert judge(session, FIRST, CLIENT, NOW + REPLAY_SECONDS) is Presented.RETRIED
    assert judge(session, FIRST, CLIENT, NOW + REPLAY_SECONDS + 0.001) is Presented.STOLEN


def test_another_function_s_clock_that_is_a_little_behind_makes_nobody_a_thief() -> None:
    session, _ = refreshed(lasting(), FIRST)
    assert judge(session, FIRST, CLIENT, NOW - 0.5) is Presented.RETRIED


@pytest.mark.row("S02", "S04")
def test_a_token_whose_successor_was_used_is_stolen_however_soon_it_comes_back() -> None:
    session, second = refreshed(lasting(), FIRST)
    session, _ = refreshed(session, second)
    assert judge(session, FIRST, CLIENT, NOW) is Presented.STOLEN
    assert judge(session, second, CLIENT, NOW) is Presented.RETRIED


@pytest.mark.row("S02")
def test_a_token_of_the_family_that_never_was_is_stolen() -> None:
    made_up = RefreshToken(ADA, FIRST.family, Secret("ff" * 32))
    assert judge(lasting(), made_up, CLIENT, NOW) is Presented.STOLEN


def test_before_the_first_refresh_there_is_no_token_before() -> None:
    empty = RefreshToken(ADA, FIRST.family, Secret(""))
    assert judge(replace(lasting(), live_digest="0" * 64), empty, CLIENT, NOW) is Presented.STOLEN


@pytest.mark.row("O06", "S03")
def test_a_session_that_is_over_or_another_client_s_gives_nothing_away() -> None:
    session, _ = refreshed(lasting(), FIRST)
    assert judge(None, FIRST, CLIENT, NOW) is Presented.DEAD
    assert judge(session, FIRST, CLIENT, float(session.idle_until)) is Presented.DEAD
    assert judge(lasting(), FIRST, "other-cli", NOW) is Presented.DEAD
    assert judge(session, FIRST, "other-cli", NOW + 3600) is Presented.DEAD


@pytest.mark.row("O07")
def test_a_refresh_can_ask_for_less_but_for_nothing_new() -> None:
    session = lasting()
    assert narrowed(session, ()) == session.scopes
    assert narrowed(session, ("offline_access",)) == ("offline_access",)
    assert narrowed(session, ("deploy:read", "deploy:read")) == ("deploy:read",)
    for asked in (("deploy:write",), ("deploy:read", "deploy:write")):
        with pytest.raises(InvalidScope):
            narrowed(session, asked)
