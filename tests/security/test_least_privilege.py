"""Each function has only the actions that it needs: with IAM enforced, taking any one away breaks a login."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

import pytest
import requests

from functions.api import ROUTES
from functions.routes import BROWSER_SESSION, KEY_SET, LOGOUT, SESSION, SESSIONS
from infra.functions import FUNCTIONS
from tests.device import Device, introspect
from tests.sign_in import PlainBrowser

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.stack import Stack

ACTIONS = [
    *((name, f"dynamodb:{call}") for name, function in FUNCTIONS.items() for call in function.table),
    *((name, function.signing_keys) for name, function in FUNCTIONS.items() if function.signing_keys),
]


def everything(stack: Stack) -> None:
    """Use every function for all that it does; raise when anything does not work."""
    assert requests.get(urljoin(stack.issuer, KEY_SET), timeout=30).json()["keys"]
    device = Device(stack, scope="openid offline_access")
    assert device.poll().json()["error"] == "authorization_pending"
    browser = PlainBrowser(stack.issuer).sign_in(stack.user)
    assert browser.get(BROWSER_SESSION).json()["signed_in"]
    device.approve(browser)
    first = device.poll().json()
    assert introspect(stack, first["access_token"])["active"]
    second = device.refresh(first["refresh_token"]).json()
    third = device.refresh(second["refresh_token"]).json()
    assert introspect(stack, third["access_token"])["active"]
    assert device.refresh(first["refresh_token"]).json()["error"] == "invalid_grant"
    other = Device(stack)
    other.approve(browser)
    assert "access_token" in other.poll().json()
    newest = browser.get(SESSIONS).json()["sessions"][0]["id"]
    assert browser.patch(SESSION.format(session_id=newest), {"label": "the old laptop"}).status_code == 200
    for session in browser.get(SESSIONS).json()["sessions"]:
        assert browser.delete(SESSION.format(session_id=session["id"])).status_code == 204
    assert browser.post(LOGOUT).status_code == 204


@contextmanager
def without(stack: Stack, function: str, action: str) -> Iterator[None]:
    """Take one action from a function's role for a while."""
    iam = stack.client("iam")
    configuration = stack.client("lambda").get_function_configuration(FunctionName=stack.function(function))
    role = configuration["Role"].rpartition("/")[2]
    (name,) = iam.list_role_policies(RoleName=role)["PolicyNames"]
    before: Any = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
    statements = [statement for statement in before["Statement"] if action not in actions_of(statement)]
    assert len(statements) == len(before["Statement"]) - 1
    put(iam, role, name, {**before, "Statement": statements})
    restart(stack, function, "without")
    try:
        yield
    finally:
        put(iam, role, name, before)
        restart(stack, function, "with")


def actions_of(statement: dict[str, Any]) -> list[str]:
    actions = statement["Action"]
    return [actions] if isinstance(actions, str) else actions


def put(iam: Any, role: str, name: str, document: dict[str, Any]) -> None:  # noqa: ANN401  boto3 makes its clients at run time
    iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(document))


def restart(stack: Stack, function: str, state: str) -> None:
    """Have the function start afresh: what it keeps in memory, such as the key set, would hide a missing right."""
    stack.configure(function, TEST_RIGHTS=state)


def test_with_all_rights_everything_works(stack: Stack) -> None:
    everything(stack)


@pytest.mark.parametrize(("function", "action"), ACTIONS, ids=[" ".join(pair) for pair in ACTIONS])
def test_without_one_right_something_breaks(stack: Stack, function: str, action: str) -> None:
    with without(stack, function, action), pytest.raises((AssertionError, KeyError, requests.JSONDecodeError)):
        everything(stack)


def test_every_function_that_has_a_route_has_its_rights_listed() -> None:
    assert {route.function for route in ROUTES} == FUNCTIONS.keys()
