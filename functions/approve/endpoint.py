"""POST /auth/device/lookup and /auth/device/approve: from the page's JSON to the use case and back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never

from functions.approve.approval import Decision
from functions.domain.device_grant.proximity import compare, place_of
from functions.domain.device_grant.states import Approved, Denied, Pending
from functions.domain.errors import InvalidRequest, TooFar, UnknownUserCode
from functions.wire.approval import write_decision, write_opened
from functions.wire.errors import page_error
from functions.wire.page import check_mutation, read_members

if TYPE_CHECKING:
    from functions.approve.approval import Approval, Visitor
    from functions.domain.device_grant.states import Origin
    from functions.domain.ports import Clock
    from functions.settings import Settings
    from functions.wire.http import Request, Response


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalEndpoints:
    """The page's two calls on a code."""

    issuer: str
    settings: Settings
    approval: Approval
    clock: Clock

    def lookup(self, request: Request) -> Response:
        """Open a code for the signed-in person and show what it asks for."""
        visitor = self._visitor(request)
        opened = self.approval.lookup(read_members(request, "user_code")["user_code"], visitor)
        client = self.settings.clients.get(opened.request.client_id)
        if client is None or not client.allows(opened.request.scopes):
            # The client, or one of its scopes, was taken out of the registry since: the code leads nowhere.
            raise UnknownUserCode(detail=f"client {opened.request.client_id} is gone, or may ask for less")
        answer = write_opened(
            request,
            user_code=opened.user_code,
            asked=opened.request,
            client=client,
            user=opened.user,
            now=self.clock(),
            settings=self.settings,
        )
        return answer.noting({"outcome": "opened", "client_id": client.client_id, "user_id": visitor.session.user_id})

    def decide(self, request: Request) -> Response:
        """Carry out the person's decision."""
        visitor = self._visitor(request)
        members = read_members(request, "user_code", "decision")
        try:
            grant = self.approval.decide(members["user_code"], _decision(members["decision"]), visitor)
        except TooFar as refusal:
            audit = {"outcome": "too_far", "user_id": visitor.session.user_id}
            return page_error(refusal).noting(audit | _places(visitor, refusal.origin))
        state = _state(grant)
        number = visitor.number_for(grant) if isinstance(grant, Approved) else None
        audit = {"outcome": state, "client_id": grant.request.client_id, "user_id": visitor.session.user_id}
        return write_decision(state, number).noting(audit | _places(visitor, grant.request.origin))

    def _visitor(self, request: Request) -> Visitor:
        return self.approval.visitor(check_mutation(request, self.issuer), place_of(request))


def _places(visitor: Visitor, origin: Origin) -> dict[str, str]:
    """Say where the browser and the tool are, for the line that tells afterwards who approved whose login."""
    here, there = visitor.place, place_of(origin)
    return {
        "address": here.address,
        "country": here.country,
        "device_address": there.address,
        "device_country": there.country,
        "proximity": str(compare(there, here)),
    }


def _decision(word: str) -> Decision:
    try:
        return Decision(word)
    except ValueError:
        raise InvalidRequest from None


def _state(grant: Approved | Denied | Pending) -> str:
    match grant:
        case Approved():
            return "approved"
        case Denied():
            return "denied"
        case Pending():
            return "pending"
        case _:
            assert_never(grant)
