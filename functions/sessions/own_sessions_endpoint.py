"""A person's own sessions, all and one by one: by the page with its cookie, by a tool with its token."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from functions.domain.device_grant.proximity import place_of
from functions.sessions.own_sessions import owner_by_token
from functions.wire.errors import json_response
from functions.wire.http import Response
from functions.wire.page import check_deletion, check_mutation, session_cookie
from functions.wire.rfc6750 import read_bearer
from functions.wire.sessions import keeps_current, read_label, read_session_id, write_session, write_sessions

if TYPE_CHECKING:
    from functions.domain.secret import Secret
    from functions.domain.session.session import Session
    from functions.sessions.own_sessions import Owner, OwnSessions
    from functions.sessions.tokens import Tokens
    from functions.wire.http import Request


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnSessionsEndpoints:
    """A person's own sessions."""

    issuer: str
    tokens: Tokens
    own: OwnSessions

    def all(self, request: Request) -> Response:
        """List them, or end them."""
        owner = self._owner(request)
        if request.method == "GET":
            return write_sessions(self.own.list_of(owner), self.tokens.clients, owner.current, place_of(request)).quiet()
        ended = self.own.end_all(owner, keep_current=keeps_current(request))
        about = {"outcome": "sessions_ended", "user_id": owner.user_id, "address": request.address}
        return json_response(200, {"ended": len(ended)}).noting({**about, "count": str(len(ended))})

    def one(self, request: Request) -> Response:
        """Give one of them another label, or end it."""
        owner = self._owner(request)
        if request.method == "PATCH":
            renamed = self.own.rename(owner, read_session_id(request), read_label(request))
            answer = write_session(renamed, self.tokens.clients, owner.current, place_of(request))
            return answer.noting(_about(renamed, request, "session_renamed"))
        ended = self.own.end(owner, read_session_id(request))
        return Response(status=204).noting(_about(ended, request, "session_ended"))

    def report(self, request: Request) -> Response:
        """End one of them that was not the person's doing, and leave the line that an operator sets an alarm on."""
        ended = self.own.end(self._owner(request), read_session_id(request))
        audit = {**_about(ended, request, "session_reported"), "device_address": ended.origin.address}
        return Response(status=204).noting(audit)

    def _owner(self, request: Request) -> Owner:
        bearer = read_bearer(request)
        if bearer is not None:
            # No guard here: no browser adds this header by itself, so no foreign page can make a visitor send it.
            return owner_by_token(self.tokens.bearer(bearer))
        return self.own.owner_by_cookie(self._cookie(request))

    def _cookie(self, request: Request) -> Secret | None:
        match request.method:
            case "GET":
                return session_cookie(request)
            case "DELETE":
                return check_deletion(request, self.issuer)
            case _:
                return check_mutation(request, self.issuer)


def _about(session: Session, request: Request, outcome: str) -> dict[str, str]:
    return {
        "outcome": outcome,
        "user_id": session.user_id,
        "session_id": session.session_id,
        "client_id": session.client_id,
        "address": request.address,
    }
