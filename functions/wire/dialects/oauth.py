"""The dialect of the standards: forms in, JSON out (RFC 8628 §3, RFC 6749 §5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions import routes
from functions.wire.client_authentication import read_credentials
from functions.wire.dialects.dialect import Dialect
from functions.wire.dialects.requests import device_authorization, token_request
from functions.wire.errors import json_response, oauth_error
from functions.wire.form import read_form, read_scopes, refuse_web_pages

if TYPE_CHECKING:
    from functions.domain.session.login import Login
    from functions.wire.dialects.requests import DeviceAuthorizationRequest, Poll, Refresh
    from functions.wire.http import Request, Response


def read_device_authorization(request: Request, issuer: str) -> DeviceAuthorizationRequest:
    """Read a device authorization request (RFC 8628 §3.1). Unknown parameters are ignored (RFC 6749 §3.1)."""
    refuse_web_pages(request, issuer)
    form = read_form(request)
    return device_authorization(request, form, read_credentials(request, form), read_scopes(form))


def read_token_request(request: Request, issuer: str) -> Poll | Refresh:
    """Read a token request. Raises InvalidRequest, UnsupportedGrantType, InvalidClient or InvalidScope."""
    refuse_web_pages(request, issuer)
    form = read_form(request)
    return token_request(form, read_credentials(request, form))


def write_login(login: Login) -> Response:
    """Give out the tokens (RFC 6749 §5.1), and the ID token of OpenID Connect Core §3.1.3.3."""
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


OAUTH = Dialect(
    device_authorization_path=routes.DEVICE_AUTHORIZATION,
    token_path=routes.TOKEN,
    read_device_authorization=read_device_authorization,
    read_token_request=read_token_request,
    write_login=write_login,
    refuse=oauth_error,
)
