"""The responses of the scripted issuer: good ones, refusals, and every way a network has of giving none."""

from __future__ import annotations

import json

from tallystick.oauth.http import REASONS, Response, TransportFailed
from tallystick.oauth.pkce import base64url

_HTML = b"<html><body><h1>Just a moment</h1></body></html>"


def json_answer(document: dict[str, object], status: int = 200) -> Response:
    """Return a JSON answer."""
    return Response(status, {"content-type": "application/json"}, json.dumps(document).encode())


def oauth_error(code: str, status: int = 400, **more: object) -> Response:
    """Return a refusal (RFC 6749 §5.2)."""
    return json_answer({"error": code, "error_description": f"The script says {code}.", **more}, status)


def failure(word: str, retry_after: int | None = None) -> Response | None:
    """Return or raise what a failure's word stands for; None when it is no failure's word."""
    for kind in REASONS:
        if word == kind:
            raise TransportFailed(kind)
    later = {} if retry_after is None else {"retry-after": str(retry_after)}
    match word:
        case "503":
            return Response(503, {"content-type": "text/html", **later}, _HTML)
        case "429":
            return Response(429, {"content-type": "application/json", **later}, b'{"message":"Too Many Requests"}')
        case "html":
            return Response(200, {"content-type": "text/html"}, _HTML)
        case _:
            return None


def jwt(claims: dict[str, object]) -> str:
    """Return a token that reads like a signed one. Nobody could verify it."""
    parts = [base64url(json.dumps(part).encode()) for part in ({"alg": "RS256", "typ": "at+jwt"}, claims)]
    return ".".join([*parts, base64url(b"not a signature")])


NOT_FOUND = Response(404, {"content-type": "application/json"}, b'{"message":"Not Found"}')
UNAUTHORIZED = Response(401, {"www-authenticate": "Bearer"}, b"")
