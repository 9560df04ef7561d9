"""What the scripted issuer answers under `/auth/sessions`: a person's own sessions, to be listed and ended."""

from __future__ import annotations

from tallystick.http import Response
from tallystick.testing.answers import NOT_FOUND, json_answer


def answer_sessions(sessions: list[dict[str, object]], method: str, path: str) -> Response:
    """List `sessions`, or take out the one that the path names."""
    named = path.removeprefix("/auth/sessions").removeprefix("/")
    if method == "GET" and not named:
        return json_answer({"sessions": list(sessions)})
    found = [session for session in sessions if session.get("id") == named]
    if method != "DELETE" or not found:
        return NOT_FOUND
    sessions.remove(found[0])
    return Response(204)
