"""The token endpoint of RFC 6749: which grant a request is for, the refresh of §6, and the answer of §5.1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from functions.domain.client import DEVICE_CODE_GRANT, REFRESH_GRANT
from functions.domain.errors import InvalidRequest, UnsupportedGrantType
from functions.domain.session.refresh_token import RefreshToken
from functions.wire.client_authentication import read_credentials
from functions.wire.dialects.dialect import Dialect
from functions.wire.dialects.rfc8628 import Poll, poll, read_device_authorization
from functions.wire.errors import json_response, oauth_error
from functions.wire.form import read_form, read_scopes, refuse_web_pages

if TYPE_CHECKING:
    from collections.abc import Mapping

    from functions.domain.client import Credentials
    from functions.domain.session.login import Login
    from functions.wire.http import Request, Response


@dataclass(frozen=True, slots=True, kw_only=True)
class Refresh:
    """A refresh (§6). `refresh_token` is None when the text sent is none of ours; who asked is looked at first."""

    credentials: Credentials | None
    refresh_token: RefreshToken | None
    scopes: tuple[str, ...]


def read_token_request(request: Request, issuer: str) -> Poll | Refresh:
    """Read a token request. Raises InvalidRequest, UnsupportedGrantType, InvalidClient or InvalidScope."""
    refuse_web_pages(request, issuer)
    form = read_form(request)
    return token_request(form, read_credentials(request, form))


def token_request(parameters: Mapping[str, str], credentials: Credentials | None) -> Poll | Refresh:
    """Return what a request that brought these parameters is, in whichever dialect."""
    match parameters.get("grant_type"):
        case None:
            raise InvalidRequest("Send a grant_type.")
        case grant_type if grant_type == DEVICE_CODE_GRANT:
            return poll(parameters, credentials)
        case grant_type if grant_type == REFRESH_GRANT:
            return _refresh(parameters, credentials)
        case _:
            raise UnsupportedGrantType


def write_login(login: Login) -> Response:
    """Give out the tokens (§5.1), and the ID token of OpenID Connect Core §3.1.3.3."""
    body: dict[str, str | int] = {
        "access_token": login.access_token.token.reveal(),
        "token_type": "Bearer",
        "expires_in": login.access_token.expires_in,
        "scope": " ".join(login.scopes),
    }
    if login.refresh_token is not None:
        body["refresh_token"] = login.refresh_token.reveal()
    if login.id_token is not None:
        body["id_token"] = login.id_token.reveal()
    return json_response(200, body)


def _refresh(parameters: Mapping[str, str], credentials: Credentials | None) -> Refresh:
    if "refresh_token" not in parameters:
        raise InvalidRequest("Send the refresh_token.")
    return Refresh(
        credentials=credentials,
        refresh_token=RefreshToken.parse(parameters["refresh_token"]),
        scopes=read_scopes(parameters),
    )


RFC = Dialect(
    read_device_authorization=read_device_authorization,
    read_token_request=read_token_request,
    write_login=write_login,
    refuse=oauth_error,
)
