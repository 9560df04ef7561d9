"""What the approval page shows of a login before and after the person decides, as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.domain.device_grant.proximity import compare, kind_of, place_of
from functions.wire.errors import json_response

if TYPE_CHECKING:
    from functions.domain.client import Client
    from functions.domain.device_grant.codes import UserCode
    from functions.domain.device_grant.number_matching import ApprovalNumber
    from functions.domain.device_grant.states import GrantRequest
    from functions.domain.person import User
    from functions.settings import Settings
    from functions.wire.http import Request, Response


def write_opened(
    request: Request,
    *,
    user_code: UserCode,
    asked: GrantRequest,
    client: Client,
    user: User,
    now: float,
    settings: Settings,
) -> Response:
    """Describe an opened login. What the device says of itself (`device_name`) stands apart from what we saw (`request`)."""
    origin = asked.origin
    return json_response(
        200,
        {
            "user_code": user_code.shown(),
            "client": {"name": client.name, "third_party": client.third_party},
            "allowed_before": client.consent_to(asked.scopes) in user.consents,
            "scopes": [
                {"scope": scope, "text": settings.scopes[scope], "sensitive": scope in settings.sensitive_scopes}
                for scope in asked.scopes
            ],
            "device_name": origin.device_name,
            "request": {
                "address": origin.address,
                "country": origin.country,
                "agent": origin.agent,
                "seconds_ago": int(now) - asked.created_at,
            },
            "browser": {"address": request.address, "country": request.country},
            "proximity": _proximity(request, asked, client),
            "expires_in": asked.expires_at - int(now),
            "access_lifetime": client.login_lifetime(asked.scopes),
            "user": {"email": user.profile.email, "name": user.profile.name},
        },
    )


def write_decision(state: str, number: ApprovalNumber | None) -> Response:
    """Say what the grant is now, and which number the person is to type into their terminal, if any."""
    return json_response(200, {"state": state} | ({"approval_number": number.reveal()} if number else {}))


def _proximity(request: Request, asked: GrantRequest, client: Client) -> dict[str, str] | None:
    """Say how near this browser is to the tool. What was demanded when the code was given out is still demanded."""
    required = kind_of(asked.near)
    if client.proximity == "off" and not required:
        return None
    found = compare(place_of(asked.origin), place_of(request))
    return {"country": found.country, "network": found.network, "required": required}
