"""The last release and today's code on one table: logins and sessions go from one to the other and back; none is lost."""

from __future__ import annotations

from itertools import combinations, product
from typing import TYPE_CHECKING

import pytest
import requests

from tests.device import Device
from tests.releases.beside import Side
from tests.releases.scenes import SCOPE
from tests.releases.walk import STEPS, Walk

if TYPE_CHECKING:
    from infra.local.credentials import Person
    from tests.releases.beside import Deployment
    from tests.sign_in import PlainBrowser
    from tests.stack import Stack

LOGINS = 16
A_PATH_OF = {
    "approve": "/auth/device/approve",
    "discovery": "/.well-known/jwks.json",
    "issue": "/oauth2/device_authorization",
    "poll": "/oauth2/token",
    "sessions": "/oauth2/revoke",
    "signin": "/auth/login",
}


def sides_of(login: int) -> list[Side]:
    """Return who answers each step: an orthogonal array of strength two, the parities of what two numbers share in bits."""
    return [Side.OLD if (login & step).bit_count() % 2 else Side.NEW for step in range(1, len(STEPS) + 1)]


def test_the_sixteen_logins_let_any_two_steps_meet_in_every_order() -> None:
    logins = [sides_of(login) for login in range(LOGINS)]
    for one, other in combinations(range(len(STEPS)), 2):
        assert {(sides[one], sides[other]) for sides in logins} == set(product(Side, Side))


def test_the_old_functions_answer_when_it_is_their_turn_and_only_then(stack: Stack, deployment: Deployment) -> None:
    ask_each(stack, deployment, Side.OLD)  # from here on they have logs
    before = logged(stack, deployment)
    ask_each(stack, deployment, Side.OLD)
    assert logged(stack, deployment) == {function: count + 1 for function, count in before.items()}
    ask_each(stack, deployment, Side.NEW)
    assert logged(stack, deployment) == {function: count + 1 for function, count in before.items()}


def ask_each(stack: Stack, deployment: Deployment, side: Side) -> None:
    """Send each function a request that it answers without more ado, and with a line in its log."""
    deployment.use(side)
    for function in deployment.functions:
        assert requests.put(stack.issuer + A_PATH_OF[function], timeout=30).status_code == 405


def logged(stack: Stack, deployment: Deployment) -> dict[str, int]:
    """Return how many requests each of the old functions has answered, by its log."""
    logs, found = stack.client("logs"), {}
    for function in deployment.functions:
        group = "/aws/lambda/" + deployment.arns[Side.OLD, function].rpartition(":")[2]
        found[function] = sum(
            '"answered"' in line["message"] for line in logs.filter_log_events(logGroupName=group)["events"]
        )
    return found


@pytest.mark.parametrize("login", range(LOGINS))
def test_a_login_is_answered_by_both_releases_in_turns(
    stack: Stack, deployment: Deployment, ada: Person, login: int
) -> None:
    walk = Walk(stack, ada)
    for (function, step), side in zip(STEPS, sides_of(login), strict=True):
        deployment.use(side, function)
        step(walk)


def test_logins_and_sessions_outlive_a_deployment_and_its_rollback(
    stack: Stack, deployment: Deployment, browser: PlainBrowser
) -> None:
    deployment.use(Side.OLD)
    lasting, waiting = Device(stack, scope=SCOPE), Device(stack, scope=SCOPE)
    lasting.approve(browser)
    token = lasting.poll().json()["refresh_token"]
    for side, function in product((Side.NEW, Side.OLD), deployment.functions):
        deployment.use(side, function)
        token = lasting.refreshed(token)
        assert browser.get("/auth/session").json()["signed_in"]
        opened_before, waiting = waiting, Device(stack, scope=SCOPE)
        assert waiting.poll().json()["error"] == "authorization_pending"
        assert waiting.open(browser).status_code == 200
        opened_before.approve(browser)
        assert "refresh_token" in opened_before.poll().json()
