"""The form that the RFC endpoints take (RFC 6749 appendix B, RFC 8628 §3.1), read strictly and within limits."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from functions.domain.errors import ForbiddenRequest, InvalidRequest, InvalidScope
from functions.wire.http import MAX_BODY_BYTES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from functions.wire.http import Request

FORM_TYPE = "application/x-www-form-urlencoded"
_MAX_PARAMETERS = 50


def read_form(request: Request) -> dict[str, str]:
    """Return the form's parameters, once each; an empty one counts as not sent (RFC 6749 §3.2).

    Raises InvalidRequest, with a hint, for everything that is not one plain form in the body.
    """
    if request.query:
        raise InvalidRequest("Send the parameters in the body, not in the query string.")
    if request.header("content-type").partition(";")[0].strip(" \t").lower() != FORM_TYPE:
        raise InvalidRequest(f"Send the parameters as {FORM_TYPE}.")
    if len(request.body) > MAX_BODY_BYTES:
        raise InvalidRequest("The request body is too large.")
    try:
        pairs = parse_qsl(request.body.decode(), keep_blank_values=True, errors="strict", max_num_fields=_MAX_PARAMETERS)
    except ValueError:
        # UnicodeDecodeError, or more fields than anyone needs. The cause would carry the body into a traceback.
        raise InvalidRequest("The request body is not a form in UTF-8, or has too many parameters.") from None
    return _once_each(pairs)


def read_scopes(form: Mapping[str, str]) -> tuple[str, ...]:
    """Split the scope parameter by RFC 6749 §3.3: printable ASCII without quote and backslash, single spaces between."""
    text = form.get("scope", "")
    if any(not (" " <= character <= "~") or character in '"\\' for character in text):
        raise InvalidScope
    return tuple(text.split(" ")) if text else ()


def refuse_web_pages(request: Request, issuer: str) -> None:
    """Refuse a request that a browser made for a web page: ForbiddenRequest.

    Else any page could start a login from its visitor's address, and the approver would see a familiar network.
    """
    site = request.header("sec-fetch-site")
    origin = request.header("origin")
    if site not in ("", "none", "same-origin") or origin not in ("", issuer):
        raise ForbiddenRequest("This endpoint is for programs, not for web pages.")


def _once_each(pairs: list[tuple[str, str]]) -> dict[str, str]:
    form = dict(pairs)
    if len(form) != len(pairs):
        raise InvalidRequest("A parameter was sent more than once.")
    if any("\x00" in text for pair in pairs for text in pair):
        raise InvalidRequest("A parameter has a NUL character.")
    return {name: value for name, value in pairs if value}
