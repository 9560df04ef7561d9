"""POST /auth/device/lookup and /auth/device/approve: from the page's JSON to the flow and back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from functions.approve.flow import Decision, Visitor, decide, lookup, signed_in
from functions.grant.errors import InvalidRequest, UnknownUserCode
from functions.grant.states import Approved, Denied
from functions.wire.approval import write_opened
from functions.wire.errors import json_response
from functions.wire.page import check_mutation, read_members

if TYPE_CHECKING:
    from functions.approve.guessing import Guessing
    from functions.grant.people import BrowserSession
    from functions.grant.ports import BrowserSessions, Clock, Grants, Users
    from functions.grant.states import Grant
    from functions.settings import Settings
    from functions.wire.http import Request, Response


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """The page's two calls on a code."""

    issuer: str
    settings: Settings
    grants: Grants
    guessing: Guessing
    users: Users
    sessions: BrowserSessions
    clock: Clock

    def lookup(self, request: Request) -> Response:
        """Open a code for the signed-in person and show what it asks for."""
        session = self._session(request)
        typed = read_members(request, "user_code")["user_code"]
        max_age = self.settings.approval_max_auth_age
        opened = lookup(
            typed,
            Visitor(session=session, address=request.address),
            max_age=max_age,
            grants=self.grants,
            users=self.users,
            guessing=self.guessing,
            clock=self.clock,
        )
        client = self.settings.clients.get(opened.request.client_id)
        if client is None:
            # Taken out of the registry since: its codes lead nowhere.
            raise UnknownUserCode(detail=f"client {opened.request.client_id} is gone")
        answer = write_opened(
            request,
            user_code=opened.user_code,
            asked=opened.request,
            client=client,
            user=opened.user,
            now=self.clock(),
            scope_texts=self.settings.scopes,
        )
        return answer.noting({"outcome": "opened", "client_id": client.client_id, "user_id": session.user_id})

    def decide(self, request: Request) -> Response:
        """Carry out the person's decision."""
        session = self._session(request)
        members = read_members(request, "user_code", "decision")
        grant = decide(
            members["user_code"],
            _decision(members["decision"]),
            session,
            max_age=self.settings.approval_max_auth_age,
            grants=self.grants,
            clock=self.clock,
        )
        state = _state(grant)
        return json_response(200, {"state": state}).noting(
            {
                "outcome": state,
                "client_id": grant.request.client_id,
                "user_id": session.user_id,
                "address": request.address,
                "device_address": grant.request.origin.address,
            }
        )

    def _session(self, request: Request) -> BrowserSession:
        cookie = check_mutation(request, self.issuer)
        return signed_in(cookie, sessions=self.sessions, now=self.clock())


def _decision(word: str) -> Decision:
    try:
        return Decision(word)
    except ValueError:
        raise InvalidRequest from None


def _state(grant: Grant) -> str:
    match grant:
        case Approved():
            return "approved"
        case Denied():
            return "denied"
        case _:
            return "pending"
