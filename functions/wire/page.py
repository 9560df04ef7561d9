"""The dialect of the approval page: JSON, same origin only, and the guard before every call that changes something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.domain.errors import ForbiddenRequest
from functions.domain.secret import Secret
from functions.wire.cookies import SESSION
from functions.wire.document import is_json, read_document, text

if TYPE_CHECKING:
    from functions.wire.http import Request

PAGE_HEADER = "x-tallystick"


def session_cookie(request: Request) -> Secret | None:
    """Return the session cookie that came with the request, whatever it is worth."""
    value = request.cookie(SESSION)
    return Secret(value) if value else None


def check_mutation(request: Request, issuer: str) -> Secret:
    """Return the session cookie of a call that our own page made, or raise ForbiddenRequest.

    Four locks against CSRF, a foreign page that acts in the visitor's name, so that one browser bug opens none: the Strict
    cookie, the exact Origin, and a header and a content type that no form can send and no foreign script may without CORS.
    """
    cookie = check_deletion(request, issuer)
    if not is_json(request):
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
    document = read_document(request)
    return {name: text(document.get(name)) for name in names}
