"""WorkOS's own SDK against us, with nothing changed but its base URL."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import jwt
import pytest
from workos import AuthenticationError, BadRequestError, WorkOSClient, create_public_client

from functions.routes import DECIDE, KEY_SET, LOOKUP
from infra.local.configuration import CONFIDENTIAL_CLIENT
from tests.browser.page_object import approve_in_browser
from tests.device import CLIENT_ID
from tests.sign_in import PlainBrowser
from tests.verifier import verify_access_token

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.stack import Stack


def poll_once(workos: WorkOSClient, device_code: str) -> str:
    """Return the error that the SDK raises."""
    with pytest.raises(BadRequestError) as refusal:
        workos.user_management.authenticate_with_device_code(device_code=device_code)
    assert refusal.value.error_description
    return str(refusal.value.error)


@pytest.fixture
def workos(stack: Stack) -> Iterator[WorkOSClient]:
    """Return the SDK as a command-line tool makes it."""
    with closing(create_public_client(client_id=CLIENT_ID, base_url=stack.issuer)) as client:
        yield client


@pytest.mark.row("AS01", "AS16", "WO01", "WO08", "WO14", "WO16")
def test_the_sdk_logs_a_person_in_and_keeps_them_logged_in(stack: Stack, workos: WorkOSClient) -> None:
    codes = workos.user_management.create_device(client_id=CLIENT_ID)
    assert poll_once(workos, codes.device_code) == "authorization_pending"
    assert poll_once(workos, codes.device_code) == "slow_down"
    assert codes.verification_uri_complete
    approve_in_browser(stack.user, codes.verification_uri_complete, codes.user_code)
    first = workos.user_management.authenticate_with_device_code(device_code=codes.device_code)
    assert (first.user.email, first.user.email_verified, first.user.name) == (stack.user.email, True, stack.user.given_name)
    assert first.user.created_at <= first.user.updated_at
    assert poll_once(workos, codes.device_code) == "invalid_grant"

    second = workos.user_management.authenticate_with_refresh_token(refresh_token=first.refresh_token)
    assert second.user == first.user
    assert second.refresh_token != first.refresh_token
    keys = jwt.PyJWKClient(stack.issuer + KEY_SET)
    claims = verify_access_token(second.access_token, keys, stack.issuer, "https://api.example.com")
    assert (claims["sub"], claims["role"]) == (first.user.id, "admin")


def test_the_sdk_hears_a_no(stack: Stack, workos: WorkOSClient) -> None:
    codes = workos.user_management.create_device(client_id=CLIENT_ID)
    browser = PlainBrowser(stack.issuer).sign_in(stack.user)
    assert browser.post(LOOKUP, {"user_code": codes.user_code}).status_code == 200
    assert browser.post(DECIDE, {"user_code": codes.user_code, "decision": "deny"}).status_code == 200
    assert poll_once(workos, codes.device_code) == "access_denied"


def test_an_api_key_is_the_secret_of_a_confidential_client(stack: Stack, workos: WorkOSClient) -> None:
    secret = stack.local.clients[CONFIDENTIAL_CLIENT]
    with closing(WorkOSClient(api_key=secret, client_id=CONFIDENTIAL_CLIENT, base_url=stack.issuer)) as proven:
        codes = proven.user_management.create_device(client_id=CONFIDENTIAL_CLIENT)
        assert poll_once(proven, codes.device_code) == "authorization_pending"
    with pytest.raises(AuthenticationError) as refusal:
        workos.user_management.create_device(client_id=CONFIDENTIAL_CLIENT)
    assert refusal.value.error == "invalid_client"
