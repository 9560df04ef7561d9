"""POST /oauth2/revoke and /oauth2/introspect, GET and POST /oauth2/userinfo: from the request to the use case and back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from functions.domain.client import authenticate
from functions.domain.session.access import OPENID, claims_about
from functions.wire.errors import json_response
from functions.wire.http import Response
from functions.wire.rfc6750 import read_bearer
from functions.wire.rfc7662 import read_about_token, write_introspection

if TYPE_CHECKING:
    from functions.domain.client import Client
    from functions.domain.ports import ReadSecret
    from functions.sessions.tokens import Tokens
    from functions.wire.http import Request
    from functions.wire.rfc7662 import AboutToken


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutTokensEndpoints:
    """The three endpoints about tokens that were given out before."""

    issuer: str
    tokens: Tokens
    read_secret: ReadSecret

    def revoke(self, request: Request) -> Response:
        """End the session of a token. 200 whether or not there was one: the client wanted it gone, and it is."""
        asked, client = self._asked(request)
        ended = self.tokens.revoke(asked.token, client)
        about = {"client_id": client.client_id, "address": request.address}
        if ended is None:
            return Response(status=200).noting({**about, "outcome": "nothing_to_revoke"})
        return Response(status=200).noting(
            {**about, "outcome": "revoked", "user_id": ended.user_id, "session_id": ended.session_id}
        )

    def introspect(self, request: Request) -> Response:
        """Tell an API what a token is worth. No log line: it may ask once a request."""
        asked, caller = self._asked(request)
        live = self.tokens.introspect(asked.token, caller, in_header=asked.credentials.in_header)
        return write_introspection(live, self.issuer).quiet()

    def userinfo(self, request: Request) -> Response:
        """Tell a tool who has logged in (OpenID Connect Core §5.3)."""
        live = self.tokens.bearer(read_bearer(request), scope=OPENID)
        return json_response(200, claims_about(live.user, live.scopes)).quiet()

    def _asked(self, request: Request) -> tuple[AboutToken, Client]:
        asked = read_about_token(request, self.issuer)
        return asked, authenticate(self.tokens.clients, asked.credentials, self.read_secret)
