"""The contract of people and their browsers, in memory and on DynamoDB alike."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING

import pytest

from functions.domain.browser_session import BrowserSession
from functions.domain.limits import Lock
from functions.domain.person import Profile, User
from functions.domain.secret import Secret
from tests.contracts.grants import NOW
from tests.server import saying

if TYPE_CHECKING:
    from tests.contracts.stores import DynamoStore, Store
    from tests.contracts.wire import Wire

_numbers = count()


def fresh_user(email: str = "ada@example.com", name: str = "Ada") -> User:
    return User(user_id=f"usr_{next(_numbers)}", profile=Profile(email=email, name=name))


def fresh_cookie() -> Secret:
    return Secret(f"cookie {next(_numbers)}")


def session_until(expires_at: int) -> BrowserSession:
    return BrowserSession(user_id="usr_ada", auth_time=int(NOW) - 5, expires_at=expires_at)


@pytest.mark.parametrize(("email", "name"), [("ada@example.com", "Ada Lovelace"), ("", ""), ("ü@例え.jp", "Zoë 🦉")])
def test_a_person_is_read_as_saved(store: Store, email: str, name: str) -> None:
    user = fresh_user(email, name)
    store.users.save(user)
    assert store.users.get(user.user_id) == user


def test_the_whole_profile_is_read_as_saved(store: Store) -> None:
    user = replace(saying(fresh_user(), role="admin", workspace="Acme ✳"), created_at=int(NOW), signed_in_at=int(NOW))
    store.users.save(user)
    assert store.users.get(user.user_id) == user


def test_when_somebody_first_came_is_kept(store: Store) -> None:
    user = replace(fresh_user(), created_at=int(NOW), signed_in_at=int(NOW))
    store.users.save(user)
    store.users.save(replace(user, created_at=int(NOW) + 60, signed_in_at=int(NOW) + 60))
    assert store.users.get(user.user_id) == replace(user, signed_in_at=int(NOW) + 60)


def test_a_role_that_the_provider_has_taken_away_is_gone(store: Store) -> None:
    user = saying(fresh_user(), role="admin")
    store.users.save(user)
    store.users.save(saying(user, role=""))
    assert store.users.get(user.user_id) == saying(user, role="")


def test_consents_are_remembered_each_once_and_a_sign_in_keeps_them(store: Store) -> None:
    user = fresh_user()
    store.users.save(user)
    for consent in ("acme openid", "acme deploy openid", "acme openid"):
        store.users.remember(user.user_id, consent)
    store.users.save(user)
    assert store.users.get(user.user_id) == replace(user, consents=frozenset({"acme openid", "acme deploy openid"}))


def test_nothing_is_remembered_of_nobody(store: Store) -> None:
    nobody = fresh_user().user_id
    store.users.remember(nobody, "acme openid")
    assert store.users.get(nobody) is None


def test_a_lock_is_kept_through_a_sign_in_and_belongs_to_one_account(store: Store) -> None:
    user, other = fresh_user(), fresh_user()
    for each in (user, other):
        store.users.save(each)
    store.users.lock(user.user_id, Lock(times=2, until=int(NOW) + 120))
    store.users.save(user)
    assert store.users.get(user.user_id) == replace(user, lock=Lock(times=2, until=int(NOW) + 120))
    assert store.users.get(other.user_id) == other


def test_nobody_is_not_locked(store: Store) -> None:
    nobody = fresh_user().user_id
    store.users.lock(nobody, Lock(times=1, until=int(NOW)))
    assert store.users.get(nobody) is None


def test_a_glance_shows_the_same_person_at_half_the_price(store: Store) -> None:
    user = fresh_user()
    store.users.save(user)
    assert store.users.get(user.user_id, consistent=False) == user
    assert store.users.get(fresh_user().user_id, consistent=False) is None


def test_people_are_read_consistently_and_glanced_at_otherwise(wire: Wire) -> None:
    user = fresh_user()
    wire.store.users.get(user.user_id)
    wire.store.users.get(user.user_id, consistent=False)
    assert [arguments["ConsistentRead"] for _, arguments in wire.sent] == [True, False]


def test_a_browser_is_let_in_at_a_glance_and_turned_away_only_after_a_second_look(wire: Wire) -> None:
    cookie = fresh_cookie()
    wire.store.browsers.add(cookie, session_until(int(NOW) + 60))
    wire.sent.clear()
    assert wire.store.browsers.get(cookie, NOW) is not None
    assert wire.store.browsers.get(fresh_cookie(), NOW) is None
    assert [arguments["ConsistentRead"] for _, arguments in wire.sent] == [False, False, True]


def test_somebody_unknown_is_nobody(store: Store) -> None:
    assert store.users.get(fresh_user().user_id) is None


def test_the_next_sign_in_brings_the_provider_s_latest_words(store: Store) -> None:
    user = fresh_user()
    store.users.save(user)
    married = User(user_id=user.user_id, profile=Profile(email="ada@example.org", name="Ada King"))
    store.users.save(married)
    assert store.users.get(user.user_id) == married


@pytest.mark.row("D65")
def test_a_sign_in_does_not_let_a_disabled_person_in_again(store: Store) -> None:
    user = fresh_user()
    store.users.save(user)
    store.disable(user.user_id)
    store.users.save(user)
    found = store.users.get(user.user_id)
    assert found is not None
    assert found.disabled


def test_a_browser_session_lives_until_its_expiry_and_not_a_moment_longer(store: Store) -> None:
    cookie, session = fresh_cookie(), session_until(int(NOW) + 60)
    store.browsers.add(cookie, session)
    assert store.browsers.get(cookie, session.expires_at - 0.001) == session
    assert store.browsers.get(cookie, float(session.expires_at)) is None


def test_a_cookie_that_we_never_gave_is_no_session(store: Store) -> None:
    assert store.browsers.get(fresh_cookie(), NOW) is None


@pytest.mark.row("W14")
def test_a_removed_session_is_over_at_once_and_removing_it_again_does_no_harm(store: Store) -> None:
    cookie, other = fresh_cookie(), fresh_cookie()
    for each in (cookie, other):
        store.browsers.add(each, session_until(int(NOW) + 60))
    store.browsers.remove(cookie)
    store.browsers.remove(cookie)
    assert store.browsers.get(cookie, NOW) is None
    assert store.browsers.get(other, NOW) is not None


@pytest.mark.row("W05", "W06")
def test_a_sign_in_works_once(store: Store) -> None:
    transaction, expires_at = fresh_cookie(), int(NOW) + 600
    assert store.browsers.use_sign_in(transaction, expires_at, NOW)
    assert not store.browsers.use_sign_in(transaction, expires_at, NOW)
    assert store.browsers.use_sign_in(fresh_cookie(), expires_at, NOW)


@pytest.mark.row("W06")
def test_a_sign_in_that_is_over_cannot_be_used_though_its_mark_may_have_been_swept(store: Store) -> None:
    assert not store.browsers.use_sign_in(fresh_cookie(), int(NOW), float(int(NOW)))
    assert store.browsers.use_sign_in(fresh_cookie(), int(NOW) + 1, float(int(NOW)))


@pytest.mark.row("S09")
def test_ending_approvals_is_remembered_and_a_sign_in_keeps_it(store: Store) -> None:
    user = fresh_user()
    store.users.save(user)
    store.users.end_approvals(user.user_id, NOW)
    store.users.save(user)
    assert store.users.get(user.user_id) == replace(user, approvals_ended_at=int(NOW))


def test_ending_the_approvals_of_nobody_makes_no_person(store: Store) -> None:
    nobody = fresh_user()
    store.users.end_approvals(nobody.user_id, NOW)
    assert store.users.get(nobody.user_id) is None


def test_a_profile_is_read_whatever_is_missing_from_it_or_came_with_a_later_release(dynamo: DynamoStore) -> None:
    user = saying(fresh_user(), role="admin", workspace="Engines")
    dynamo.users.save(user)
    key = f"user#{user.user_id}"
    whole = dynamo.raw(key, "profile")
    assert whole
    for name in whole.keys() - {"pk", "sk"}:
        dynamo.put_raw({part: value for part, value in whole.items() if part != name})
        told = dynamo.users.get(user.user_id)
        assert told == (user if name in ("created_at", "signed_in_at") else saying(user, **{name: ""}))
    dynamo.put_raw({**whole, "of_a_later_release": {"S": "kept"}})
    assert dynamo.users.get(user.user_id) == user
    dynamo.users.save(user)
    assert (dynamo.raw(key, "profile") or {})["of_a_later_release"] == {"S": "kept"}
