"""The RFC 8628 dialect: the form of the device authorization endpoint and its JSON answer, and the form of a poll."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from functions.domain.device_grant.codes import DeviceCode, UserCode
from functions.domain.device_grant.number_matching import ApprovalNumber
from functions.domain.device_grant.pacing import INTERVAL
from functions.domain.device_grant.states import Origin
from functions.domain.errors import InvalidRequest
from functions.domain.pkce import S256, challenge_of, is_challenge
from functions.wire.client_authentication import read_credentials
from functions.wire.errors import json_response
from functions.wire.form import read_form, read_scopes, refuse_web_pages

if TYPE_CHECKING:
    from collections.abc import Mapping

    from functions.domain.client import Credentials
    from functions.wire.http import Request, Response

DEVICE_NAME_LENGTH = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceAuthorizationRequest:
    """What a tool asks for (§3.1). `credentials` is None when it names no client, which only some dialects allow."""

    credentials: Credentials | None
    scopes: tuple[str, ...]
    origin: Origin
    code_challenge: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """A poll (§3.4). `device_code` is None when the text sent is none of ours; who asked is looked at first.

    `credentials` is None when it names no client, which only some dialects allow.
    `code_challenge` is what the code_verifier answers, "" when there is none, None when it cannot be one.
    `approval_number` is what the person was shown by the page, None while the tool has not been told.
    """

    credentials: Credentials | None
    device_code: DeviceCode | None
    code_challenge: str | None
    approval_number: ApprovalNumber | None = None


def read_device_authorization(request: Request, issuer: str) -> DeviceAuthorizationRequest:
    """Read a device authorization request. Unknown parameters are ignored (RFC 6749 §3.1)."""
    refuse_web_pages(request, issuer)
    form = read_form(request)
    return device_authorization(request, form, read_credentials(request, form), read_scopes(form))


def device_authorization(
    request: Request, parameters: Mapping[str, str], credentials: Credentials | None, scopes: tuple[str, ...]
) -> DeviceAuthorizationRequest:
    """Return what a request asks for that brought these parameters, in whichever dialect."""
    return DeviceAuthorizationRequest(
        credentials=credentials,
        scopes=scopes,
        code_challenge=_challenge(parameters),
        origin=Origin(
            address=request.address,
            country=request.country,
            agent=printable(request.agent),
            device_name=printable(parameters.get("device_name", ""))[:DEVICE_NAME_LENGTH],
        ),
    )


def write_device_authorization(
    *,
    verification_uri: str,
    device_code: DeviceCode,
    user_code: UserCode,
    expires_in: int,
    prefilled: bool,
    approval_number: bool,
) -> Response:
    """Give out the codes (§3.2). The link with the code filled in spares typing; opening it approves nothing.

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


def poll(parameters: Mapping[str, str], credentials: Credentials | None) -> Poll:
    """Return the poll that these parameters are, in whichever dialect. Raises InvalidRequest."""
    if "device_code" not in parameters:
        raise InvalidRequest("Send the device_code.")
    verifier, number = parameters.get("code_verifier"), parameters.get("approval_number")
    return Poll(
        credentials=credentials,
        device_code=DeviceCode.parse(parameters["device_code"]),
        code_challenge="" if verifier is None else challenge_of(verifier),
        approval_number=None if number is None else ApprovalNumber.typed(number),
    )


def _challenge(form: Mapping[str, str]) -> str:
    """Return the challenge of a tool that will prove itself (RFC 7636 §4.3), "" if it will not."""
    challenge, method = form.get("code_challenge", ""), form.get("code_challenge_method")
    # Without a method it would be "plain": a challenge that everyone who reads the request can answer.
    if (challenge or method) and not (method == S256 and is_challenge(challenge)):
        raise InvalidRequest("Send the code_challenge as S256, with code_challenge_method.")
    return challenge


def printable(text: str) -> str:
    """Drop control, format and bidirectional characters from the device's own words: they could disguise the rest."""
    return "".join(character for character in text if not unicodedata.category(character).startswith("C"))
