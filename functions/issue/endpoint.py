"""The device authorization endpoint: from a request, in its dialect, to the flow and back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from functions import routes
from functions.domain.client import authenticate
from functions.issue.device_authorization import issue
from functions.wire.dialects.fold import FOLD
from functions.wire.dialects.rfc6749 import RFC
from functions.wire.dialects.rfc8628 import write_device_authorization
from functions.wire.dialects.workos import WORKOS

if TYPE_CHECKING:
    from functions.domain.ports import Clock, Grants, RandomBytes, ReadSecret
    from functions.issue.rate_limit import Allowance
    from functions.settings import Settings
    from functions.wire.dialects.dialect import Dialect
    from functions.wire.http import Request, Response

DIALECTS = {routes.DEVICE_AUTHORIZATION: RFC, routes.FOLD_CODE: FOLD, routes.WORKOS_DEVICE: WORKOS}
"""Path → what is spoken there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceAuthorization:
    """The device authorization endpoint of one issuer (RFC 8628 §3.1)."""

    issuer: str
    dialect: Dialect
    settings: Settings
    grants: Grants
    allowance: Allowance
    read_secret: ReadSecret
    clock: Clock
    random_bytes: RandomBytes

    def __call__(self, request: Request) -> Response:
        """Give a tool its two codes."""
        asked = self.dialect.read_device_authorization(request, self.issuer)
        client = authenticate(self.settings.clients, self.settings.who(asked.credentials), self.read_secret)
        issued = issue(
            client,
            asked.scopes,
            asked.origin,
            asked.code_challenge,
            max_auth_age=self.settings.max_auth_age_for,
            allowance=self.allowance,
            grants=self.grants,
            clock=self.clock,
            random_bytes=self.random_bytes,
        )
        answer = write_device_authorization(
            verification_uri=self.issuer + routes.PAGE,
            device_code=issued.device_code,
            user_code=issued.user_code,
            expires_in=issued.expires_in,
            prefilled=client.prefilled_link,
            approval_number=client.approval_number,
        )
        return answer.noting({"outcome": "issued", "client_id": client.client_id, "address": asked.origin.address})
