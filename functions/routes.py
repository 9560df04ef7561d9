"""The routes that are the same whatever dialects there are. `functions.api` has them all.

The functions take their paths and methods from here; the stack, the local run and the tests from `functions.api`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Route:
    """One method and path, and the folder of the function that answers it. A part of a path in braces stands for any."""

    method: str
    path: str
    function: str


DEVICE_AUTHORIZATION = "/oauth2/device_authorization"
TOKEN = "/oauth2/token"  # noqa: S105  a path, not a password
REVOKE = "/oauth2/revoke"
INTROSPECT = "/oauth2/introspect"
USERINFO = "/oauth2/userinfo"
OAUTH_METADATA = "/.well-known/oauth-authorization-server"
OPENID_CONFIGURATION = "/.well-known/openid-configuration"
KEY_SET = "/.well-known/jwks.json"
LOGIN = "/auth/login"
CALLBACK = "/auth/callback"
BROWSER_SESSION = "/auth/session"
LOGOUT = "/auth/logout"
LOOKUP = "/auth/device/lookup"
DECIDE = "/auth/device/approve"
SESSIONS = "/auth/sessions"
SESSION = "/auth/sessions/{session_id}"
REPORT = "/auth/sessions/{session_id}/report"
PAGE = "/device"
SESSIONS_PAGE = "/sessions"

FIXED_ROUTES = (
    Route("POST", LOOKUP, "approve"),
    Route("POST", DECIDE, "approve"),
    Route("GET", LOGIN, "signin"),
    Route("GET", CALLBACK, "signin"),
    Route("GET", BROWSER_SESSION, "signin"),
    Route("POST", LOGOUT, "signin"),
    Route("POST", REVOKE, "sessions"),
    Route("POST", INTROSPECT, "sessions"),
    Route("GET", USERINFO, "sessions"),
    Route("POST", USERINFO, "sessions"),
    Route("GET", SESSIONS, "sessions"),
    Route("DELETE", SESSIONS, "sessions"),
    Route("PATCH", SESSION, "sessions"),
    Route("DELETE", SESSION, "sessions"),
    Route("POST", REPORT, "sessions"),
    Route("GET", OAUTH_METADATA, "discovery"),
    Route("GET", OPENID_CONFIGURATION, "discovery"),
    Route("GET", KEY_SET, "discovery"),
)


def methods_of(path: str) -> tuple[str, ...]:
    """Return the methods that a path, as it stands in FIXED_ROUTES, is answered for."""
    return tuple(route.method for route in FIXED_ROUTES if route.path == path)


def path_of(requested: str) -> str:
    """Return the path that a requested one stands for: itself, unless there is one that fits it with a part in braces."""
    return next((path for path, pattern in _TEMPLATES.items() if pattern.fullmatch(requested)), requested)


_TEMPLATES = {route.path: re.compile(re.sub(r"\{\w+\}", "[^/]+", route.path)) for route in FIXED_ROUTES if "{" in route.path}
