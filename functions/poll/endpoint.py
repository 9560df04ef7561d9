"""POST /oauth2/token: from the form to the flow and back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from functions.grant.clients import authenticate
from functions.poll.flow import poll
from functions.wire.rfc8628 import read_device_token, write_tokens

if TYPE_CHECKING:
    from functions.grant.ports import AccessTokens, Clock, Grants, ReadSecret, Users
    from functions.settings import Settings
    from functions.wire.http import Request, Response


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """The token endpoint of one issuer (RFC 8628 §3.4)."""

    issuer: str
    settings: Settings
    grants: Grants
    users: Users
    tokens: AccessTokens
    read_secret: ReadSecret
    clock: Clock

    def __call__(self, request: Request) -> Response:
        """Tell a tool where its login stands; let it in once."""
        asked = read_device_token(request, self.issuer)
        client = authenticate(self.settings.clients, asked.credentials, self.read_secret)
        login = poll(asked.device_code, client, grants=self.grants, users=self.users, tokens=self.tokens, clock=self.clock)
        token = login.access_token
        answer = write_tokens(access_token=token.token, expires_in=token.expires_in, scopes=login.scopes)
        return answer.noting(
            {
                "outcome": "redeemed",
                "client_id": client.client_id,
                "user_id": login.user_id,
                "session_id": token.session_id,
                "address": request.address,
            }
        )
