"""What a tool asks for, whatever the dialect: the requests of RFC 8628 §3.1 and §3.4 and of RFC 6749 §6.

A dialect reads its parameters from the request; here they become one of three values.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from functions.domain.client import DEVICE_CODE_GRANT, REFRESH_GRANT
from functions.domain.device_grant.codes import DeviceCode
from functions.domain.device_grant.number_matching import ApprovalNumber
from functions.domain.device_grant.states import Origin
from functions.domain.errors import InvalidRequest, UnsupportedGrantType
from functions.domain.pkce import S256, challenge_of, is_challenge
from functions.domain.session.refresh_token import RefreshToken
from functions.wire.form import read_scopes
from functions.wire.text import DEVICE_NAME_LENGTH, printable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from functions.domain.client import Credentials
    from functions.wire.http import Request


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceAuthorizationRequest:
    """What a tool asks for (RFC 8628 §3.1). `credentials` is None when it names no client, which some dialects allow."""

    credentials: Credentials | None
    scopes: tuple[str, ...]
    origin: Origin
    code_challenge: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """A poll (RFC 8628 §3.4). `device_code` is None when the text sent is none of ours; who asked is looked at first.

    `credentials` is None when it names no client, which only some dialects allow.
    `code_challenge` is what the code_verifier answers, "" when there is none, None when it cannot be one.
    `approval_number` is what the person was shown by the page, None while the tool has not been told.
    """

    credentials: Credentials | None
    device_code: DeviceCode | None
    code_challenge: str | None
    approval_number: ApprovalNumber | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refresh:
    """A refresh (RFC 6749 §6). `refresh_token` is None when the text sent is none of ours; who asked is looked at first."""

    credentials: Credentials | None
    refresh_token: RefreshToken | None
    scopes: tuple[str, ...]


def device_authorization(
    request: Request, parameters: Mapping[str, str], credentials: Credentials | None, scopes: tuple[str, ...]
) -> DeviceAuthorizationRequest:
    """Return the device authorization request that brought these parameters. Raises InvalidRequest."""
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


def token_request(parameters: Mapping[str, str], credentials: Credentials | None) -> Poll | Refresh:
    """Return the token request that brought these parameters. Raises InvalidRequest or UnsupportedGrantType."""
    match parameters.get("grant_type"):
        case None:
            raise InvalidRequest("Send a grant_type.")
        case grant_type if grant_type == DEVICE_CODE_GRANT:
            return poll(parameters, credentials)
        case grant_type if grant_type == REFRESH_GRANT:
            return _refresh(parameters, credentials)
        case _:
            raise UnsupportedGrantType


def poll(parameters: Mapping[str, str], credentials: Credentials | None) -> Poll:
    """Return the poll that these parameters are. Raises InvalidRequest."""
    if "device_code" not in parameters:
        raise InvalidRequest("Send the device_code.")
    verifier, number = parameters.get("code_verifier"), parameters.get("approval_number")
    return Poll(
        credentials=credentials,
        device_code=DeviceCode.parse(parameters["device_code"]),
        code_challenge="" if verifier is None else challenge_of(verifier),
        approval_number=None if number is None else ApprovalNumber.typed(number),
    )


def _refresh(parameters: Mapping[str, str], credentials: Credentials | None) -> Refresh:
    if "refresh_token" not in parameters:
        raise InvalidRequest("Send the refresh_token.")
    return Refresh(
        credentials=credentials,
        refresh_token=RefreshToken.parse(parameters["refresh_token"]),
        scopes=read_scopes(parameters),
    )


def _challenge(parameters: Mapping[str, str]) -> str:
    """Return the challenge of a tool that will prove itself (RFC 7636 §4.3), "" if it will not."""
    challenge, method = parameters.get("code_challenge", ""), parameters.get("code_challenge_method")
    # Without a method it would be "plain": a challenge that everyone who reads the request can answer.
    if (challenge or method) and not (method == S256 and is_challenge(challenge)):
        raise InvalidRequest("Send the code_challenge as S256, with code_challenge_method.")
    return challenge
