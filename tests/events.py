"""API Gateway's events as its documentation shows them, and what came back of one."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode

from functions.settings import EDGE_SECRET_HEADER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from functions.entry import LambdaHandler

EDGE_SECRET = "the edge's own word"
FORM = "application/x-www-form-urlencoded"
VIEWER = {
    EDGE_SECRET_HEADER: EDGE_SECRET,
    "CloudFront-Viewer-Address": "203.0.113.7:46532",
    "CloudFront-Viewer-Country": "DE",
    "User-Agent": "acme/1.0",
}


@dataclass(frozen=True, kw_only=True)
class Answer:
    """An answer as the client sees it; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    text: str
    cookies: tuple[str, ...] = field(default=())

    @property
    def json(self) -> dict[str, Any]:
        """The body as an object."""
        value: dict[str, Any] = json.loads(self.text)
        return value

    @property
    def error(self) -> str:
        """The OAuth or page error code."""
        return str(self.json["error"])


@dataclass(frozen=True)
class Gateway:
    """Calls a Lambda handler the way an HTTP API does (payload 2.0), or a REST API (payload 1.0)."""

    handler: LambdaHandler
    rest: bool = False

    def send(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None, query: str = ""
    ) -> Answer:
        """Send a request as it would arrive from CloudFront."""
        make = rest_event if self.rest else http_event
        raw = self.handler(make(method, path, body, {**VIEWER, **(headers or {})}, query), None)
        cookies = raw.get("cookies") or raw.get("multiValueHeaders", {}).get("set-cookie", [])
        return Answer(status=raw["statusCode"], headers=raw["headers"], text=raw["body"], cookies=tuple(cookies))

    def form(self, path: str, parameters: Mapping[str, str] | list[tuple[str, str]], **headers: str) -> Answer:
        """POST a form; header names are given with underscores."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.send("POST", path, urlencode(parameters).encode(), {"Content-Type": FORM, **named})


def http_event(method: str, path: str, body: bytes, headers: Mapping[str, str], query: str) -> dict[str, Any]:
    """Return an HTTP API's event, payload 2.0: header names in lower case, cookies apart."""
    lower = {name.lower(): value for name, value in headers.items()}
    cookies = lower.pop("cookie", "")
    return {
        "version": "2.0",
        "rawPath": path,
        "rawQueryString": query,
        "headers": lower,
        **({"cookies": cookies.split("; ")} if cookies else {}),
        "requestContext": {"http": {"method": method, "path": path}, "requestId": "r-1", "stage": "$default"},
        "body": base64.b64encode(body).decode(),
        "isBase64Encoded": True,
    }


def rest_event(method: str, path: str, body: bytes, headers: Mapping[str, str], query: str) -> dict[str, Any]:
    """Return a REST API's event, payload 1.0: header names as sent, the query parsed."""
    return {
        "httpMethod": method,
        "path": path,
        "headers": dict(headers),
        "multiValueQueryStringParameters": parse_qs(query, keep_blank_values=True) or None,
        "requestContext": {"path": f"/prod{path}", "requestId": "r-1", "stage": "prod"},
        "body": body.decode("utf-8", "surrogateescape") if body else None,
        "isBase64Encoded": False,
    }
