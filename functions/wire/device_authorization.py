"""The answer with the two codes (RFC 8628 §3.2): the same in every dialect."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from functions.domain.device_grant.pacing import INTERVAL
from functions.wire.errors import json_response

if TYPE_CHECKING:
    from functions.domain.device_grant.codes import DeviceCode, UserCode
    from functions.wire.http import Response


def write_device_authorization(
    *,
    verification_uri: str,
    device_code: DeviceCode,
    user_code: UserCode,
    expires_in: int,
    prefilled: bool,
    approval_number: bool,
) -> Response:
    """Give out the codes. The link with the code filled in spares typing; opening it approves nothing.

    `approval_number_required` is ours: the tool will have to ask for the number that the page shows after the approval.
    """
    body: dict[str, str | int] = {
        "device_code": device_code.reveal(),
        "user_code": user_code.shown(),
        "verification_uri": verification_uri,
        "expires_in": expires_in,
        "interval": INTERVAL,
    }
    if prefilled:
        body["verification_uri_complete"] = f"{verification_uri}?{urlencode({'user_code': user_code.shown()})}"
    if approval_number:
        body["approval_number_required"] = True
    return json_response(200, body)
