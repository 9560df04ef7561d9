"""The RFC 8628 dialect: the forms of the device authorization and token endpoints, and their JSON answers."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from functions.grant.clients import DEVICE_CODE_GRANT, Credentials
from functions.grant.codes import DeviceCode, UserCode
from functions.grant.errors import InvalidRequest, InvalidScope, UnsupportedGrantType
from functions.grant.pacing import INTERVAL
from functions.grant.states import Origin
from functions.wire.client_authentication import read_credentials
from functions.wire.errors import json_response
from functions.wire.form import read_form, refuse_web_pages

if TYPE_CHECKING:
    from functions.grant.secret import Secret
    from functions.wire.http import Request, Response

_DEVICE_NAME_LENGTH = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceAuthorizationRequest:
    """What a tool asks for (§3.1)."""

    credentials: Credentials
    scopes: tuple[str, ...]
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceTokenRequest:
    """A poll (§3.4). `device_code` is None when the text sent is none of ours; who asked is looked at first."""

    credentials: Credentials
    device_code: DeviceCode | None


def read_device_authorization(request: Request, issuer: str) -> DeviceAuthorizationRequest:
    """Read a device authorization request. Unknown parameters are ignored (RFC 6749 §3.1)."""
    refuse_web_pages(request, issuer)
    form = read_form(request)
    return DeviceAuthorizationRequest(
        credentials=read_credentials(request, form),
        scopes=_scopes(form.get("scope", "")),
        origin=Origin(
            address=request.address,
            country=request.country,
            agent=_printable(request.agent),
            device_name=_printable(form.get("device_name", ""))[:_DEVICE_NAME_LENGTH],
        ),
    )


def write_device_authorization(
    *, verification_uri: str, device_code: DeviceCode, user_code: UserCode, expires_in: int, prefilled: bool
) -> Response:
    """Give out the codes (§3.2). The link with the code filled in spares typing; opening it approves nothing."""
    body: dict[str, str | int] = {
        "device_code": device_code.reveal(),
        "user_code": user_code.shown(),
        "verification_uri": verification_uri,
        "expires_in": expires_in,
        "interval": INTERVAL,
    }
    if prefilled:
        body["verification_uri_complete"] = f"{verification_uri}?{urlencode({'user_code': user_code.shown()})}"
    return json_response(200, body)


def read_device_token(request: Request, issuer: str) -> DeviceTokenRequest:
    """Read a poll. Raises InvalidRequest or UnsupportedGrantType."""
    refuse_web_pages(request, issuer)
    form = read_form(request)
    grant_type = form.get("grant_type")
    if grant_type is None:
        raise InvalidRequest("Send a grant_type.")
    if grant_type != DEVICE_CODE_GRANT:
        raise UnsupportedGrantType
    credentials = read_credentials(request, form)
    if "device_code" not in form:
        raise InvalidRequest("Send the device_code.")
    return DeviceTokenRequest(credentials=credentials, device_code=DeviceCode.parse(form["device_code"]))


def write_tokens(*, access_token: Secret, expires_in: int, scopes: tuple[str, ...]) -> Response:
    """Give out the tokens (§3.5, RFC 6749 §5.1)."""
    return json_response(
        200,
        {
            "access_token": access_token.reveal(),
            "token_type": "Bearer",
            "expires_in": expires_in,
            "scope": " ".join(scopes),
        },
    )


def _scopes(text: str) -> tuple[str, ...]:
    """Split a scope parameter by RFC 6749 §3.3: printable ASCII without quote and backslash, single spaces between."""
    if any(not (" " <= character <= "~") or character in '"\\' for character in text):
        raise InvalidScope
    return tuple(text.split(" ")) if text else ()


def _printable(text: str) -> str:
    """Drop control, format and bidirectional characters from the device's own words: they could disguise the rest."""
    return "".join(character for character in text if not unicodedata.category(character).startswith("C"))
