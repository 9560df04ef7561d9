"""Authlib: it knows the device grant as one more grant type, so the loop around it is the tool's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc8628 import DEVICE_CODE_GRANT_TYPE

if TYPE_CHECKING:
    from tests.conformance.conftest import Approve, Check, Registration


@pytest.mark.row("D01", "D50", "D55", "D62", "J01", "J02")
def test_authlib_logs_in(registration: Registration, approve: Approve, check: Check) -> None:
    with OAuth2Session(registration.client_id, registration.client_secret, scope=registration.scope) as session:
        document = f"{registration.issuer}/.well-known/oauth-authorization-server"
        metadata = session.request("GET", document, withhold_token=True).json()
        assert metadata["issuer"] == registration.issuer

        own_name: Any = session.client_auth(session.token_endpoint_auth_method)  # in the form or in the header
        codes = session.post(
            metadata["device_authorization_endpoint"],
            data={"scope": registration.scope},
            auth=own_name,
        ).json()

        def ask() -> dict[str, Any]:
            tokens: dict[str, Any] = session.fetch_token(
                metadata["token_endpoint"], grant_type=DEVICE_CODE_GRANT_TYPE, device_code=codes["device_code"]
            )
            return tokens

        with pytest.raises(OAuthError) as refusal:
            ask()
        assert refusal.value.error == "authorization_pending"
        approve(codes)
        check(ask())

        with pytest.raises(OAuthError) as refusal:
            ask()
        assert refusal.value.error == "invalid_grant"
