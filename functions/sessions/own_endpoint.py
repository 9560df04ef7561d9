"""GET and DELETE /auth/sessions and DELETE of one of them: by the page with its cookie, by a tool with its token."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from functions.sessions.own import owner_by_token
from functions.wire.errors import json_response
from functions.wire.http import Response
from functions.wire.page import check_deletion, session_cookie
from functions.wire.rfc6750 import read_bearer
from functions.wire.sessions import keeps_current, read_session_id, write_sessions

if TYPE_CHECKING:
    from functions.sessions.flow import Tokens
    from functions.sessions.own import Owner, OwnSessions
    from functions.wire.http import Request


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionService:
    """A person's own sessions."""

    issuer: str
    tokens: Tokens
    own: OwnSessions

    def all(self, request: Request) -> Response:
        """List them, or end them."""
        owner = self._owner(request)
        if request.method == "GET":
            return write_sessions(self.own.list_of(owner), self.tokens.clients, owner.current).quiet()
        ended = self.own.end_all(owner, keep_current=keeps_current(request))
        about = {"outcome": "sessions_ended", "user_id": owner.user_id, "address": request.address}
        return json_response(200, {"ended": len(ended)}).noting({**about, "count": str(len(ended))})

    def one(self, request: Request) -> Response:
        """End one of them."""
        owner = self._owner(request)
        ended = self.own.end(owner, read_session_id(request))
        return Response(status=204).noting(
            {
                "outcome": "session_ended",
                "user_id": ended.user_id,
                "session_id": ended.session_id,
                "client_id": ended.client_id,
                "address": request.address,
            }
        )

    def _owner(self, request: Request) -> Owner:
        bearer = read_bearer(request)
        if bearer is not None:
            # No guard here: no browser adds this header by itself, so no foreign page can make a visitor send it.
            return owner_by_token(self.tokens.bearer(bearer))
        reading = request.method == "GET"
        return self.own.owner_by_cookie(session_cookie(request) if reading else check_deletion(request, self.issuer))
