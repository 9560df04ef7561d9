"""What one release did, the other knows: each case once from the last release to today's code, and once the other way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from infra.local.configuration import CAREFUL_CLIENT, GUEST_CLIENT
from tests.device import Device, introspect, revoke
from tests.releases.beside import Side
from tests.releases.scenes import GUESSES_ALLOWED, PROMISE, SCOPE, VERIFIER
from tests.sign_in import PlainBrowser

if TYPE_CHECKING:
    from infra.local.credentials import Person
    from tests.releases.beside import Deployment
    from tests.stack import Stack

pytestmark = pytest.mark.parametrize(("first", "second"), [(Side.OLD, Side.NEW), (Side.NEW, Side.OLD)])


def test_an_answer_that_one_release_lost_is_given_again_by_the_other(
    stack: Stack, deployment: Deployment, browser: PlainBrowser, first: Side, second: Side
) -> None:
    deployment.use(first)
    device = Device(stack, scope=SCOPE, **PROMISE)
    device.approve(browser)
    token = device.poll(code_verifier=VERIFIER).json()["refresh_token"]
    deployment.use(second)
    assert device.poll(code_verifier=VERIFIER).json()["refresh_token"] == token
    deployment.use(first)
    successor = device.refreshed(token)
    deployment.use(second)
    assert device.refreshed(token) == successor


def test_a_token_that_was_used_before_ends_the_session_of_either_release(
    stack: Stack, deployment: Deployment, browser: PlainBrowser, first: Side, second: Side
) -> None:
    deployment.use(first)
    device = Device(stack, scope=SCOPE)
    device.approve(browser)
    oldest = device.poll().json()["refresh_token"]
    live = device.refreshed(device.refreshed(oldest))
    deployment.use(second)
    assert device.refresh(oldest).json()["error"] == "invalid_grant"
    deployment.use(first)
    assert device.refresh(live).json()["error"] == "invalid_grant"


def test_an_approval_number_shown_by_one_release_is_taken_by_the_other_and_wrong_ones_count_in_both(
    stack: Stack, deployment: Deployment, browser: PlainBrowser, first: Side, second: Side
) -> None:
    deployment.use(first)
    number, device = with_number(stack, browser)
    wrong = wrong_of(number)
    told = [device.poll(client_id=CAREFUL_CLIENT, approval_number=wrong).json()["attempts_left"]]
    deployment.use(second)
    told.append(device.poll(client_id=CAREFUL_CLIENT, approval_number=wrong).json()["attempts_left"])
    assert told == [2, 1]
    assert "refresh_token" in device.poll(client_id=CAREFUL_CLIENT, approval_number=number).json()

    number, device = with_number(stack, browser)
    for side, error in ((second, "authorization_pending"), (first, "authorization_pending"), (second, "access_denied")):
        deployment.use(side)
        assert device.poll(client_id=CAREFUL_CLIENT, approval_number=wrong_of(number)).json()["error"] == error
    deployment.use(first)
    assert device.poll(client_id=CAREFUL_CLIENT, approval_number=number).json()["error"] == "access_denied"


def test_a_login_denied_in_one_release_is_denied_in_the_other(
    stack: Stack, deployment: Deployment, browser: PlainBrowser, first: Side, second: Side
) -> None:
    deployment.use(first)
    device = Device(stack)
    assert device.open(browser).status_code == 200
    deployment.use(second, "approve")
    assert device.decide(browser, "deny").json() == {"state": "denied"}
    assert device.poll().json()["error"] == "access_denied"
    deployment.use(second, "poll")
    assert device.poll().json()["error"] == "access_denied"


def test_a_login_opened_in_one_release_is_its_person_s_in_the_other_until_they_release_it(
    stack: Stack, deployment: Deployment, browser: PlainBrowser, first: Side, second: Side
) -> None:
    stranger = PlainBrowser(stack.issuer).sign_in(stack.user)
    deployment.use(first)
    device = Device(stack)
    assert device.open(browser).status_code == 200
    deployment.use(second)
    assert device.open(stranger).status_code == 404
    assert device.decide(browser, "release").json() == {"state": "pending"}
    deployment.use(first)
    device.approve(stranger)
    assert "access_token" in device.poll().json()


def test_an_opaque_token_of_one_release_is_worth_the_same_in_the_other(
    stack: Stack, deployment: Deployment, browser: PlainBrowser, ada: Person, first: Side, second: Side
) -> None:
    deployment.use(first)
    device = Device(stack, client_id=GUEST_CLIENT, scope=SCOPE)
    device.approve(browser)
    tokens = device.poll(client_id=GUEST_CLIENT).json()
    deployment.use(second)
    assert introspect(stack, tokens["access_token"])["active"]
    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    assert browser.http.get(f"{stack.issuer}/oauth2/userinfo", headers=bearer, timeout=30).json()["email"] == ada.email
    assert revoke(stack, tokens["refresh_token"], GUEST_CLIENT).status_code == 200
    deployment.use(first)
    assert introspect(stack, tokens["access_token"]) == {"active": False}


def test_what_one_release_remembers_of_a_person_the_other_knows(
    stack: Stack, deployment: Deployment, first: Side, second: Side
) -> None:
    deployment.use(first)
    browser = PlainBrowser(stack.issuer).sign_in(stack.add_person(f"consents-{first}@example.com", "Grace"))
    device = Device(stack)
    assert device.open(browser).json()["allowed_before"] is False
    device.approve(browser)
    assert "access_token" in device.poll().json()
    deployment.use(second)
    assert Device(stack).open(browser).json()["allowed_before"] is True
    assert browser.post("/auth/logout").status_code == 204


def test_wrong_codes_count_in_both_releases_and_the_lock_of_one_holds_in_the_other(
    stack: Stack, deployment: Deployment, first: Side, second: Side
) -> None:
    guesser = PlainBrowser(stack.issuer).sign_in(stack.add_person(f"guesses-{first}@example.com", "Gus"))
    for number in range(GUESSES_ALLOWED):
        deployment.use((first, second)[number % 2], "approve")
        assert guesser.post("/auth/device/lookup", {"user_code": f"CCCC{'BCDFG'[number] * 4}"}).status_code == 404
    device = Device(stack)
    for side in (first, second):
        deployment.use(side, "approve")
        assert device.open(guesser).status_code == 429


def test_a_browser_signed_out_by_one_release_is_signed_out_in_the_other(
    stack: Stack, deployment: Deployment, ada: Person, first: Side, second: Side
) -> None:
    deployment.use(first)
    leaving = PlainBrowser(stack.issuer).sign_in(ada)
    cookie = leaving.http.cookies.copy()
    assert leaving.post("/auth/logout").status_code == 204
    deployment.use(second)
    leaving.http.cookies.update(cookie)
    assert leaving.get("/auth/session").json() == {"signed_in": False}


def with_number(stack: Stack, browser: PlainBrowser) -> tuple[str, Device]:
    """Return the number that the page shows for a login that is approved."""
    device = Device(stack, client_id=CAREFUL_CLIENT, scope="openid offline_access")
    assert device.open(browser).status_code == 200
    told: dict[str, Any] = device.decide(browser, "approve").json()
    return told["approval_number"], device


def wrong_of(number: str) -> str:
    return f"{(int(number) + 1) % 10**6:06}"
