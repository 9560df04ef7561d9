"""One request and one response, whichever kind of API carried them.

An HTTP API sends payload 2.0, a REST API payload 1.0; both become the same Request, so that no handler knows which it was.
"""

from __future__ import annotations

import base64
import hmac
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from functions.domain.errors import InvalidRequest
from functions.settings import EDGE_SECRET_HEADER

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_BODY_BYTES = 8 * 1024
_AGENT_LENGTH = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What came in. Header names are lower case; `query` is the raw query string; `body` is what was sent, decoded once.

    Its repr leaves out everything that can carry a credential.
    """

    method: str
    path: str
    request_id: str
    query: str = field(default="", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)

    def header(self, name: str) -> str:
        """Return a header's value, or an empty text."""
        return self.headers.get(name.lower(), "")

    def cookie(self, name: str) -> str:
        """Return a cookie's value, or an empty text. Raises InvalidRequest for two of one name.

        Only spaces and tabs stand between cookies (RFC 6265 §4.2.1). A browser keeps what else looks like space as a part of
        the name, and lets a neighbouring domain set that: stripped here, it would pass for ours and come first.
        """
        found = [value for pair in self.header("cookie").split(";") if (value := _value_of(name, pair)) is not None]
        if len(found) > 1:
            raise InvalidRequest("A cookie was sent more than once.")
        return found[0] if found else ""

    def from_edge(self, edge_secret: str) -> bool:
        """Tell whether the request came through our CloudFront, which alone knows the secret.

        The API's own address is public; a request sent straight to it could claim any viewer address.
        """
        return hmac.compare_digest(self.header(EDGE_SECRET_HEADER).encode(), edge_secret.encode())

    @property
    def address(self) -> str:
        """The viewer's IP address as CloudFront saw it, without the port. Never X-Forwarded-For, which anyone can write."""
        viewer = self.header("cloudfront-viewer-address")
        return viewer.rpartition(":")[0].strip("[]")

    @property
    def country(self) -> str:
        """The viewer's country as CloudFront saw it, two letters, or empty."""
        return self.header("cloudfront-viewer-country")[:2]

    @property
    def agent(self) -> str:
        """What the program calls itself: its own word, cut short."""
        return self.header("user-agent")[:_AGENT_LENGTH]


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What goes out. Every answer of the API is `no-store` unless its headers say otherwise.

    `log` is what the request's one log line says beyond path and status; None leaves no line.
    """

    status: int
    body: str = field(default="", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    cookies: tuple[str, ...] = field(default=(), repr=False)
    log: Mapping[str, str] | None = field(default_factory=dict)

    def noting(self, log: Mapping[str, str]) -> Response:
        """Return the same answer with more in its log line. Never a code, token, cookie or secret."""
        return replace(self, log={**(self.log or {}), **log})

    def quiet(self) -> Response:
        """Return the same answer without a log line."""
        return replace(self, log=None)


def read_event(event: Mapping[str, Any]) -> Request:
    """Turn API Gateway's event, payload 1.0 or 2.0, into a Request.

    A body that is marked as base64 but is not becomes bytes that no parser accepts.
    """
    context = event["requestContext"]
    headers = {name.lower(): _text(value) for name, value in (event.get("headers") or {}).items()}
    if "http" in context:
        method, path, query = context["http"]["method"], event["rawPath"], event.get("rawQueryString", "")
        if event.get("cookies"):
            headers["cookie"] = _text("; ".join(event["cookies"]))
    else:
        method, path, query = event["httpMethod"], event["path"], _query_of_version_1(event)
    return Request(
        method=method,
        path=_text(path),
        query=_text(query),
        headers=headers,
        body=_body(event),
        request_id=context.get("requestId", ""),
    )


def write_event(response: Response, event: Mapping[str, Any]) -> dict[str, Any]:
    """Turn a Response into the answer that the kind of API that sent `event` expects."""
    headers = {
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        **response.headers,
    }
    answer: dict[str, Any] = {"statusCode": response.status, "body": response.body, "headers": headers}
    if "http" in event.get("requestContext", {}):
        return {**answer, "cookies": list(response.cookies), "isBase64Encoded": False}
    return {**answer, "multiValueHeaders": {"set-cookie": list(response.cookies)}, "isBase64Encoded": False}


def _body(event: Mapping[str, Any]) -> bytes:
    body: str = event.get("body") or ""
    if not event.get("isBase64Encoded"):
        return body.encode("utf-8", "surrogatepass")
    try:
        return base64.b64decode(body, validate=True)
    except ValueError:
        # Not base64, or not even ASCII.
        return b"\xff"


def _text(received: str) -> str:
    """Return a text that can be encoded again: JSON can bring half a surrogate pair, which is no character."""
    return received.encode("utf-8", "replace").decode()


def _value_of(name: str, pair: str) -> str | None:
    key, separator, value = pair.strip(" \t").partition("=")
    return value if separator and key == name else None


def _query_of_version_1(event: Mapping[str, Any]) -> str:
    from urllib.parse import urlencode  # noqa: PLC0415  only REST APIs need it

    parameters = event.get("multiValueQueryStringParameters") or {}
    return urlencode([(_text(name), _text(value)) for name, values in parameters.items() for value in values])
