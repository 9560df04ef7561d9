"""The scripted issuer's `/auth/sessions`: a person's own sessions, to be listed, named and ended."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tallystick.oauth.http import Response
from tallystick.testing.responses import NOT_FOUND, json_answer

if TYPE_CHECKING:
    from tallystick.oauth.http import Request


def answer_sessions(sessions: list[dict[str, object]], request: Request) -> Response:
    """List `sessions`, or rename or take out the one that the path names."""
    method = request.method
    named = urlsplit(request.url).path.removeprefix("/auth/sessions").removeprefix("/")
    if method == "GET" and not named:
        return json_answer({"sessions": list(sessions)})
    found = [session for session in sessions if session.get("id") == named]
    if method not in {"DELETE", "PATCH"} or not found:
        return NOT_FOUND
    if method == "PATCH":
        found[0]["label"] = json.loads(request.body)["label"]
        return json_answer(found[0])
    sessions.remove(found[0])
    return Response(204)
