"""The dialect of WorkOS AuthKit, so that its SDKs log in with nothing but their base URL changed.

https://workos.com/docs/reference/authkit/cli-auth: forms in the documentation, JSON in the SDKs, errors as OAuth has them.
An API key takes the place of a client's secret.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from functions.domain.client import Credentials
from functions.domain.errors import InvalidClient, InvalidRequest
from functions.domain.secret import Secret
from functions.wire.dialects.dialect import Dialect
from functions.wire.dialects.requests import device_authorization, token_request
from functions.wire.document import is_json, read_texts
from functions.wire.errors import json_response, oauth_error
from functions.wire.form import read_form, refuse_web_pages

if TYPE_CHECKING:
    from collections.abc import Mapping

    from functions.domain.person import User
    from functions.domain.session.login import Login
    from functions.wire.dialects.requests import DeviceAuthorizationRequest, Poll, Refresh
    from functions.wire.http import Request, Response


def read_device_authorization(request: Request, issuer: str) -> DeviceAuthorizationRequest:
    """Read a request for codes. It names no scopes: the client's default ones are meant."""
    parameters = _parameters(request, issuer)
    return device_authorization(request, parameters, _credentials(request, parameters), ())


def read_token_request(request: Request, issuer: str) -> Poll | Refresh:
    """Read a request to authenticate: a poll, or a refresh."""
    parameters = _parameters(request, issuer)
    return token_request(parameters, _credentials(request, parameters))


def write_login(login: Login) -> Response:
    """Give out the tokens with the person. AuthKit always has a refresh token; without `offline_access` ours is empty."""
    return json_response(
        200,
        {
            "user": _described(login.user),
            "organization_id": login.user.profile.workspace or None,
            "access_token": login.access_token.token.reveal(),
            "refresh_token": login.refresh_token.reveal() if login.refresh_token else "",
        },
    )


def _parameters(request: Request, issuer: str) -> Mapping[str, str]:
    refuse_web_pages(request, issuer)
    return read_texts(request) if is_json(request) else read_form(request)


def _credentials(request: Request, parameters: Mapping[str, str]) -> Credentials:
    scheme, _, key = request.header("authorization").partition(" ")
    if scheme and scheme.lower() != "bearer":
        raise InvalidClient("Send the API key as a Bearer token.")
    secret = parameters.get("client_secret", key)
    # The SDK sends its key in both places when it refreshes.
    if key and secret != key:
        raise InvalidRequest("The API key and the client_secret are not the same.")
    if "client_id" not in parameters:
        raise InvalidClient("Send a client_id.")
    return Credentials(client_id=parameters["client_id"], secret=Secret(secret) if secret else None)


def _described(user: User) -> dict[str, object]:
    """Return AuthKit's user object. What we do not know of a person is null, as AuthKit has it."""
    return {
        "object": "user",
        "id": user.user_id,
        "email": user.profile.email,
        # One that the identity provider calls unverified never gets into a profile.
        "email_verified": bool(user.profile.email),
        "name": user.profile.name or None,
        "first_name": None,
        "last_name": None,
        "profile_picture_url": None,
        "external_id": None,
        "last_sign_in_at": _moment(user.signed_in_at),
        "created_at": _moment(user.created_at),
        "updated_at": _moment(user.signed_in_at),
    }


def _moment(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


WORKOS = Dialect(
    device_authorization_path="/user_management/authorize/device",
    token_path="/user_management/authenticate",  # noqa: S106  a path, not a password
    read_device_authorization=read_device_authorization,
    read_token_request=read_token_request,
    write_login=write_login,
    refuse=oauth_error,
)
