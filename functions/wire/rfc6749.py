"""The token endpoint of RFC 6749: which grant a request is for, the refresh of §6, and the answer of §5.1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from functions.grant.clients import DEVICE_CODE_GRANT, REFRESH_GRANT
from functions.grant.errors import InvalidRequest, UnsupportedGrantType
from functions.grant.refresh import RefreshToken
from functions.wire.client_authentication import read_credentials
from functions.wire.errors import json_response
from functions.wire.form import read_form, read_scopes, refuse_web_pages
from functions.wire.rfc8628 import read_poll

if TYPE_CHECKING:
    from collections.abc import Mapping

    from functions.grant.clients import Credentials
    from functions.grant.secret import Secret
    from functions.wire.http import Request, Response
    from functions.wire.rfc8628 import Poll


@dataclass(frozen=True, slots=True, kw_only=True)
class Refresh:
    """A refresh (§6). `refresh_token` is None when the text sent is none of ours; who asked is looked at first."""

    credentials: Credentials
    refresh_token: RefreshToken | None
    scopes: tuple[str, ...]


def read_token_request(request: Request, issuer: str) -> Poll | Refresh:
    """Read a token request. Raises InvalidRequest, UnsupportedGrantType, InvalidClient or InvalidScope."""
    refuse_web_pages(request, issuer)
    form = read_form(request)
    match form.get("grant_type"):
        case None:
            raise InvalidRequest("Send a grant_type.")
        case grant_type if grant_type == DEVICE_CODE_GRANT:
            return read_poll(request, form)
        case grant_type if grant_type == REFRESH_GRANT:
            return _read_refresh(request, form)
        case _:
            raise UnsupportedGrantType


def write_tokens(
    *,
    access_token: Secret,
    expires_in: int,
    scopes: tuple[str, ...],
    refresh_token: Secret | None,
    id_token: Secret | None,
) -> Response:
    """Give out the tokens (§5.1), and the ID token of OpenID Connect Core §3.1.3.3."""
    body: dict[str, str | int] = {
        "access_token": access_token.reveal(),
        "token_type": "Bearer",
        "expires_in": expires_in,
        "scope": " ".join(scopes),
    }
    if refresh_token is not None:
        body["refresh_token"] = refresh_token.reveal()
    if id_token is not None:
        body["id_token"] = id_token.reveal()
    return json_response(200, body)


def _read_refresh(request: Request, form: Mapping[str, str]) -> Refresh:
    credentials = read_credentials(request, form)
    if "refresh_token" not in form:
        raise InvalidRequest("Send the refresh_token.")
    return Refresh(
        credentials=credentials,
        refresh_token=RefreshToken.parse(form["refresh_token"]),
        scopes=read_scopes(form),
    )
