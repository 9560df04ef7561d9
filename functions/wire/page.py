"""The dialect of the approval page: JSON, same origin only, and the guard before every call that changes something."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from functions.grant.errors import ForbiddenRequest, InvalidRequest
from functions.grant.secret import Secret
from functions.wire.cookies import SESSION

if TYPE_CHECKING:
    from functions.wire.http import Request

JSON_TYPE = "application/json"
MAX_BODY_BYTES = 8 * 1024
PAGE_HEADER = "x-tallystick"


def session_cookie(request: Request) -> Secret | None:
    """Return the session cookie that came with the request, whatever it is worth."""
    value = request.cookie(SESSION)
    return Secret(value) if value else None


def check_mutation(request: Request, issuer: str) -> Secret:
    """Return the session cookie of a call that our own page made, or raise ForbiddenRequest.

    Four locks against a foreign page that acts in the visitor's name, so that one browser bug opens none: the Strict cookie,
    the exact Origin, and a header and a content type that no form can send and no foreign script may without CORS.
    """
    cookie = check_deletion(request, issuer)
    if request.header("content-type").partition(";")[0].strip().lower() != JSON_TYPE:
        raise ForbiddenRequest(detail="not JSON")
    return cookie


def check_deletion(request: Request, issuer: str) -> Secret:
    """Likewise for a DELETE: it has no body, and the method itself is one that no foreign script may use without CORS."""
    cookie = session_cookie(request)
    if cookie is None:
        raise ForbiddenRequest(detail="no session cookie")
    if request.header("origin") != issuer:
        raise ForbiddenRequest(detail="not our origin")
    if request.header(PAGE_HEADER) != "1":
        raise ForbiddenRequest(detail="no X-Tallystick header")
    return cookie


def read_members(request: Request, *names: str) -> dict[str, str]:
    """Return these members of the JSON object in the body, each a text. Others are ignored. Raises InvalidRequest."""
    if len(request.body) > MAX_BODY_BYTES:
        raise InvalidRequest("The request body is too large.")
    try:
        document = json.loads(request.body.decode(), object_pairs_hook=_once_each)
    except (ValueError, RecursionError):
        # Not UTF-8, not JSON, or nested beyond reason. The cause would carry the body into a traceback.
        raise InvalidRequest("The request body is not JSON in UTF-8.") from None
    if not isinstance(document, dict):
        raise InvalidRequest("The request body is not a JSON object.")
    return {name: _text(document.get(name)) for name in names}


def _once_each(pairs: list[tuple[str, object]]) -> dict[str, object]:
    document = dict(pairs)
    if len(document) != len(pairs):
        # Two readers of such a body may see two different requests.
        raise InvalidRequest("A member was sent more than once.")
    return document


def _text(value: object) -> str:
    # JSON can escape half a surrogate pair, which is no character and cannot be encoded again.
    if not isinstance(value, str) or any("\ud800" <= character <= "\udfff" for character in value):
        raise InvalidRequest
    return value
