"""The access token in a request (RFC 6750): in the Authorization header, and nowhere else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from functions.domain.errors import InvalidRequest
from functions.domain.secret import Secret

if TYPE_CHECKING:
    from functions.wire.http import Request

_PARAMETER = re.compile(rb"(^|&)access_token=")


def read_bearer(request: Request) -> Secret | None:
    """Return the access token, whatever it is worth. None when there is none.

    Raises InvalidRequest for one in the query or in a form (§2.2, §2.3): addresses end up in logs and histories, and two
    places would let two readers see two tokens.
    """
    if any(_PARAMETER.search(text) for text in (request.query.encode(), request.body)):
        raise InvalidRequest("Send the access token in the Authorization header.")
    scheme, _, token = request.header("authorization").partition(" ")
    return Secret(token.strip(" ")) if scheme.lower() == "bearer" else None
