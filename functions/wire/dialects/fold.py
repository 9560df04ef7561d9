"""fold's dialect: JSON, no client needed, one token and the person it stands for.

`POST /auth/device/code` needs no body at all, so that plain curl is enough of a client.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from functions.domain.client import Credentials
from functions.domain.errors import AuthorizationPending
from functions.wire.dialects.dialect import Dialect
from functions.wire.dialects.requests import device_authorization, poll
from functions.wire.document import read_texts
from functions.wire.errors import json_response, oauth_error
from functions.wire.form import refuse_web_pages

if TYPE_CHECKING:
    from collections.abc import Mapping

    from functions.domain.errors import GrantError
    from functions.domain.session.login import Login
    from functions.wire.dialects.requests import DeviceAuthorizationRequest, Poll
    from functions.wire.http import Request, Response


def read_device_authorization(request: Request, issuer: str) -> DeviceAuthorizationRequest:
    """Read a request for codes: nothing at all, or a JSON object that may name a client and the device."""
    refuse_web_pages(request, issuer)
    members = read_texts(request) if request.body else {}
    return device_authorization(request, members, _credentials(members), ())


def read_poll(request: Request, issuer: str) -> Poll:
    """Read a poll: a JSON object with the device code."""
    refuse_web_pages(request, issuer)
    members = read_texts(request)
    return poll(members, _credentials(members))


def write_login(login: Login) -> Response:
    """Give out the token, and who it stands for. A part of the profile that nobody told us is empty."""
    user = login.user
    return json_response(
        200,
        {
            "token": login.access_token.token.reveal(),
            "user": {"id": user.user_id, "email": user.profile.email, "role": user.profile.role},
        },
    )


def refuse(error: GrantError) -> Response:
    """Say an error: its code alone while there is only waiting to do, else with a sentence for people."""
    answer = oauth_error(error)
    members = json.loads(answer.body)
    sentence = members.pop("error_description", None)
    if sentence and not isinstance(error, AuthorizationPending):
        members["message"] = sentence
    return replace(answer, body=json.dumps(members, separators=(",", ":")))


def _credentials(members: Mapping[str, str]) -> Credentials | None:
    # No secret: a tool that has one speaks OAuth.
    return Credentials(client_id=members["client_id"]) if "client_id" in members else None


FOLD = Dialect(
    device_authorization_path="/auth/device/code",
    token_path="/auth/device/token",  # noqa: S106  a path, not a password
    read_device_authorization=read_device_authorization,
    read_token_request=read_poll,
    write_login=write_login,
    refuse=refuse,
)
