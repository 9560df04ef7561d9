"""The device authorization endpoint: from a request, in its dialect, to the use case and back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from functions import routes
from functions.domain.client import authenticate
from functions.wire.device_authorization import write_device_authorization

if TYPE_CHECKING:
    from functions.domain.ports import ReadSecret
    from functions.issue.device_authorization import DeviceAuthorization
    from functions.settings import Settings
    from functions.wire.dialects.dialect import Dialect
    from functions.wire.http import Request, Response


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceAuthorizationEndpoint:
    """The device authorization endpoint of one issuer (RFC 8628 §3.1)."""

    issuer: str
    settings: Settings
    read_secret: ReadSecret
    device_authorization: DeviceAuthorization

    def answer(self, request: Request, dialect: Dialect) -> Response:
        """Give a tool its two codes."""
        asked = dialect.read_device_authorization(request, self.issuer)
        client = authenticate(self.settings.clients, self.settings.who(asked.credentials), self.read_secret)
        issued = self.device_authorization.start(client, asked.scopes, asked.origin, asked.code_challenge)
        answer = write_device_authorization(
            verification_uri=self.issuer + routes.PAGE,
            device_code=issued.device_code,
            user_code=issued.user_code,
            expires_in=issued.expires_in,
            prefilled=client.prefilled_link,
            approval_number=client.approval_number,
        )
        return answer.noting({"outcome": "issued", "client_id": client.client_id, "address": asked.origin.address})
