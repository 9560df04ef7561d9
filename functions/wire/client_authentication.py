"""How a client says who it is: HTTP Basic, or parameters in the form (RFC 6749 §2.3.1)."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus

from functions.domain.client import Credentials
from functions.domain.errors import InvalidClient, InvalidRequest
from functions.domain.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Mapping

    from functions.wire.http import Request


def read_credentials(request: Request, form: Mapping[str, str]) -> Credentials:
    """Return what the client presented. Raises InvalidRequest for two methods at once, InvalidClient for none."""
    header = request.header("authorization")
    in_form = form.get("client_id")
    secret_in_form = form.get("client_secret")
    if header:
        credentials = _read_basic(header)
        if secret_in_form or in_form not in (None, credentials.client_id):
            raise InvalidRequest("Use one way of client authentication, not two.")
        return credentials
    if in_form is None:
        raise InvalidClient("Send a client_id.")
    return Credentials(client_id=in_form, secret=Secret(secret_in_form) if secret_in_form else None)


def _read_basic(header: str) -> Credentials:
    scheme, _, encoded = header.partition(" ")
    try:
        decoded = base64.b64decode(encoded.strip(" "), validate=True).decode()
    except ValueError:
        # Not base64, not even ASCII, or not UTF-8.
        decoded = ""
    client_id, colon, secret = decoded.partition(":")
    if scheme.lower() != "basic" or not colon:
        raise InvalidClient("The Authorization header is not HTTP Basic.", challenge=True)
    return Credentials(client_id=unquote_plus(client_id), secret=Secret(unquote_plus(secret)), in_header=True)
