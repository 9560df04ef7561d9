"""POST /auth/device/lookup and /auth/device/approve: from the page's JSON to the flow and back."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from functions.approve.flow import Decision, decide, lookup, signed_in
from functions.grant.errors import InvalidRequest, Unavailable, UnknownUserCode
from functions.grant.states import Approved, Denied
from functions.wire.approval import write_opened
from functions.wire.errors import json_response
from functions.wire.page import check_mutation, read_members

if TYPE_CHECKING:
    from functions.approve.flow import Person
    from functions.approve.guessing import Guessing
    from functions.grant.people import User
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
        person = self._person(request)
        typed = read_members(request, "user_code")["user_code"]
        max_age = self.settings.approval_max_auth_age
        opened = lookup(
            typed,
            person,
            request.address,
            max_age=max_age,
            grants=self.grants,
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
            user=person.user,
            now=self.clock(),
            scope_texts=self.settings.scopes,
        )
        return answer.noting({"outcome": "opened", "client_id": client.client_id, "user_id": person.user.user_id})

    def decide(self, request: Request) -> Response:
        """Carry out the person's decision."""
        person = self._person(request)
        members = read_members(request, "user_code", "decision")
        grant = decide(
            members["user_code"],
            _decision(members["decision"]),
            person,
            max_age=self.settings.approval_max_auth_age,
            grants=self.grants,
            clock=self.clock,
        )
        state = _state(grant)
        if isinstance(grant, Approved):
            self._remember(person.user, grant)
        return json_response(200, {"state": state}).noting(
            {
                "outcome": state,
                "client_id": grant.request.client_id,
                "user_id": person.user.user_id,
                "address": request.address,
                "device_address": grant.request.origin.address,
            }
        )

    def _remember(self, user: User, approved: Approved) -> None:
        client = self.settings.clients.get(approved.request.client_id)
        consent = client.consent_to(approved.request.scopes) if client else None
        if consent and consent not in user.consents:
            # The approval stands: what is remembered only changes what the page says the next time.
            with suppress(Unavailable):
                self.users.remember(user.user_id, consent)

    def _person(self, request: Request) -> Person:
        cookie = check_mutation(request, self.issuer)
        return signed_in(cookie, sessions=self.sessions, users=self.users, now=self.clock())


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
