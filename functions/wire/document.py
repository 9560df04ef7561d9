"""A JSON object as a request's body, read strictly and within limits."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from functions.domain.errors import InvalidRequest
from functions.wire.http import MAX_BODY_BYTES

if TYPE_CHECKING:
    from functions.wire.http import Request

JSON_TYPE = "application/json"


def is_json(request: Request) -> bool:
    """Tell whether the request says that its body is JSON."""
    return request.header("content-type").partition(";")[0].strip(" \t").lower() == JSON_TYPE


def read_document(request: Request) -> dict[str, object]:
    """Return the JSON object in the body. Raises InvalidRequest."""
    if len(request.body) > MAX_BODY_BYTES:
        raise InvalidRequest("The request body is too large.")
    try:
        document = json.loads(request.body.decode(), object_pairs_hook=_once_each)
    except (ValueError, RecursionError):
        # Not UTF-8, not JSON, or nested beyond reason. The cause would carry the body into a traceback.
        raise InvalidRequest("The request body is not JSON in UTF-8.") from None
    if not isinstance(document, dict):
        raise InvalidRequest("The request body is not a JSON object.")
    return document


def read_texts(request: Request) -> dict[str, str]:
    """Return the members of a JSON object that are texts, as a form's parameters are: an empty one counts as not sent.

    Raises InvalidRequest, with a hint, for everything that is not JSON in the body.
    """
    if request.query:
        raise InvalidRequest("Send the members in the body, not in the query string.")
    if not is_json(request):
        raise InvalidRequest(f"Send the members as {JSON_TYPE}.")
    return {name: text(value) for name, value in read_document(request).items() if value and isinstance(value, str)}


def text(value: object) -> str:
    """Return a member's value that must be a text. Raises InvalidRequest."""
    # JSON can escape half a surrogate pair, which is no character and cannot be encoded again.
    if not isinstance(value, str) or any("\ud800" <= character <= "\udfff" for character in value):
        raise InvalidRequest
    return value


def _once_each(pairs: list[tuple[str, object]]) -> dict[str, object]:
    document = dict(pairs)
    if len(document) != len(pairs):
        # Two readers of such a body may see two different requests.
        raise InvalidRequest("A member was sent more than once.")
    return document
