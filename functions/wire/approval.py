"""What the approval page shows of a login before the person decides, as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.wire.errors import json_response

if TYPE_CHECKING:
    from collections.abc import Mapping

    from functions.grant.clients import Client
    from functions.grant.codes import UserCode
    from functions.grant.people import User
    from functions.grant.states import GrantRequest
    from functions.wire.http import Request, Response


def write_opened(
    request: Request,
    *,
    user_code: UserCode,
    asked: GrantRequest,
    client: Client,
    user: User,
    now: float,
    scope_texts: Mapping[str, str],
) -> Response:
    """Describe an opened login. What the device says of itself (`device_name`) stands apart from what we saw (`request`)."""
    origin = asked.origin
    return json_response(
        200,
        {
            "user_code": user_code.shown(),
            "client": {"name": client.name, "third_party": client.third_party},
            "allowed_before": client.consent_to(asked.scopes) in user.consents,
            "scopes": [{"scope": scope, "text": scope_texts[scope]} for scope in asked.scopes],
            "device_name": origin.device_name,
            "request": {
                "address": origin.address,
                "country": origin.country,
                "agent": origin.agent,
                "seconds_ago": int(now) - asked.created_at,
            },
            "browser": {"address": request.address, "country": request.country},
            "expires_in": asked.expires_at - int(now),
            "access_lifetime": client.login_lifetime(asked.scopes),
            "user": {"email": user.email, "name": user.name},
        },
    )
