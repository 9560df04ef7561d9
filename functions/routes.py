"""Every route of the API, once: the stack makes them, the functions answer them, the tests count them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Route:
    """One method and path, and the folder of the function that answers it."""

    method: str
    path: str
    function: str


DEVICE_AUTHORIZATION = "/oauth2/device_authorization"
TOKEN = "/oauth2/token"  # noqa: S105  a path, not a password
OAUTH_METADATA = "/.well-known/oauth-authorization-server"
OPENID_CONFIGURATION = "/.well-known/openid-configuration"
KEY_SET = "/.well-known/jwks.json"
LOGIN = "/auth/login"
CALLBACK = "/auth/callback"
BROWSER_SESSION = "/auth/session"
LOGOUT = "/auth/logout"
LOOKUP = "/auth/device/lookup"
DECIDE = "/auth/device/approve"
PAGE = "/device"

ROUTES = (
    Route("POST", DEVICE_AUTHORIZATION, "issue"),
    Route("POST", TOKEN, "poll"),
    Route("POST", LOOKUP, "approve"),
    Route("POST", DECIDE, "approve"),
    Route("GET", LOGIN, "signin"),
    Route("GET", CALLBACK, "signin"),
    Route("GET", BROWSER_SESSION, "signin"),
    Route("POST", LOGOUT, "signin"),
    Route("GET", OAUTH_METADATA, "discovery"),
    Route("GET", OPENID_CONFIGURATION, "discovery"),
    Route("GET", KEY_SET, "discovery"),
)


def paths_of(function: str) -> dict[str, str]:
    """Return path → method for one function's folder name."""
    return {route.path: route.method for route in ROUTES if route.function == function}
