"""The page's API as a script: each path has a line of answers, the last of which stays. Remembers what was asked."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Route

SESSION = "/auth/session"
LOGOUT = "/auth/logout"
LOOKUP = "/auth/device/lookup"
DECIDE = "/auth/device/approve"
SESSIONS = "/auth/sessions"

USER = {"email": "ada@example.com", "name": "Ada Lovelace"}
LOGIN: dict[str, Any] = {
    "user_code": "WDJB-MJHT",
    "client": {"name": "Acme CLI", "third_party": False},
    "allowed_before": False,
    "scopes": [
        {"scope": "openid", "text": "Know who you are"},
        {"scope": "deploy", "text": "Deploy applications in your name"},
    ],
    "device_name": "adas-laptop",
    "request": {"address": "203.0.113.7", "country": "DE", "agent": "acme-cli/2.1 (linux)", "seconds_ago": 12},
    "browser": {"address": "203.0.113.7", "country": "DE"},
    "proximity": {"country": "same", "network": "same", "required": ""},
    "expires_in": 570,
    "access_lifetime": 900,
    "user": USER,
}
FIRST: dict[str, Any] = {
    "id": "ses_" + "1" * 32,
    "client": {"id": "acme-cli", "name": "Acme CLI"},
    "label": "adas-laptop",
    "scopes": ["openid", "deploy"],
    "created_at": 1_700_000_000,
    "used_at": 1_700_003_600,
    "expires_at": 4_000_000_000,
    "request": {"address": "203.0.113.7", "country": "DE", "agent": "acme-cli/2.1 (linux)"},
    "network": "same",
    "current": False,
}
SECOND: dict[str, Any] = {
    **FIRST,
    "id": "ses_" + "2" * 32,
    "client": {"id": "other-cli", "name": "Other CLI"},
    "label": "",
    "request": {"address": "2001:db8::1", "country": "", "agent": ""},
    "network": "different",
}


@dataclass(frozen=True)
class Reply:
    """What the server says. A text as body is sent as it is; `lost` cuts the line instead."""

    status: int = 200
    body: object = None
    headers: dict[str, str] = field(default_factory=dict)
    lost: bool = False


LOST = Reply(lost=True)
SIGNED_OUT = Reply(body={"signed_in": False})
SIGNED_IN = Reply(body={"signed_in": True, "user": USER})
DONE = Reply(status=204)


def listing(*sessions: dict[str, Any]) -> Reply:
    """Return the answer that lists these sessions."""
    return Reply(body={"sessions": list(sessions)})


def path_of(session: dict[str, Any]) -> str:
    """Return where one session is."""
    return f"{SESSIONS}/{session['id']}"


def refusal(status: int, error: str, **headers: str) -> Reply:
    """Return an error answer in the page's shape."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status=status, body={"error": error, "message": "A sentence for people."}, headers=named)


@dataclass(frozen=True)
class Call:
    """What the page asked."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any


class ScriptedApi:
    """Answers `/auth/…` in one browser context. Anything that is not scripted fails the page's call loudly, with a 418."""

    def __init__(self, context: BrowserContext) -> None:
        self.calls: list[Call] = []
        self._script: dict[str, list[Reply]] = {}
        self.on(SESSION, SIGNED_IN)
        self.on(LOOKUP, Reply(body=LOGIN))
        self.on(LOGOUT, Reply(status=204))
        self.on(SESSIONS, listing(FIRST, SECOND))
        self.on(f"DELETE {SESSIONS}", Reply(body={"ended": 2}))
        self.on("/auth/login", Reply(body="The identity provider's form", headers={"Content-Type": "text/plain"}))
        context.route("**/auth/**", self._answer)

    def on(self, path: str, *replies: Reply) -> None:
        """Script the answers of one path, or of one method of it ("DELETE /auth/sessions"), one after the other."""
        self._script[path] = list(replies)

    def asked(self, path: str) -> list[Call]:
        """Return the calls of one path."""
        return [call for call in self.calls if call.path == path]

    def _answer(self, route: Route) -> None:
        request = route.request
        path = urlsplit(request.url).path
        body = json.loads(request.post_data) if request.post_data else None
        self.calls.append(Call(request.method, path, request.all_headers(), body))
        replies = self._script.get(f"{request.method} {path}") or self._script.get(path, [Reply(status=418)])
        reply = replies.pop(0) if len(replies) > 1 else replies[0]
        if reply.lost:
            route.abort("connectionfailed")
            return
        if reply.status == 204:
            route.fulfill(status=204)
            return
        text = reply.body if isinstance(reply.body, str) else json.dumps(reply.body)
        route.fulfill(status=reply.status, body=text, headers={"Content-Type": "application/json", **reply.headers})
