"""oauthlib's DeviceClient in a session of requests-oauthlib; again the loop around it is the tool's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from oauthlib.oauth2 import DeviceClient, OAuth2Error
from requests_oauthlib import OAuth2Session

if TYPE_CHECKING:
    from tests.conformance.conftest import Approve, Check, Registration


@pytest.fixture(autouse=True)
def _plain_http_on_localhost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")


@pytest.mark.row("D01", "D50", "D55", "D62", "J01", "J02")
def test_oauthlib_logs_in(registration: Registration, approve: Approve, check: Check) -> None:
    secret = registration.client_secret
    client = DeviceClient(registration.client_id, client_secret=secret, scope=registration.scope)
    with OAuth2Session(client=client, scope=registration.scope) as session:
        document = f"{registration.issuer}/.well-known/oauth-authorization-server"
        metadata = session.get(document).json()
        assert metadata["issuer"] == registration.issuer

        # The client puts its parameters behind the address. RFC 8628 §3.1 has them in the body.
        address, _, body = client.prepare_request_uri(metadata["device_authorization_endpoint"]).partition("?")
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        codes = session.post(address, data=body, headers=form).json()

        def ask() -> dict[str, Any]:
            # Without include_client_id it sends `Basic client_id:` for a public client, which is not an authentication.
            tokens: dict[str, Any] = session.fetch_token(
                metadata["token_endpoint"],
                device_code=codes["device_code"],
                include_client_id=True,
                client_secret=secret,
            )
            return tokens

        with pytest.raises(OAuth2Error) as refusal:
            ask()
        assert refusal.value.error == "authorization_pending"
        approve(codes)
        check(ask())

        with pytest.raises(OAuth2Error) as refusal:
            ask()
        assert refusal.value.error == "invalid_grant"
