"""Every route of the API, once: the stack makes them, the functions answer them, the tests count them.

Standard library only, like all that it imports: the stack is made where the functions' libraries are not.
"""

from __future__ import annotations

from functions.routes import FIXED_ROUTES, Route
from functions.wire.dialects.registry import DIALECTS

ROUTES = (
    *(Route("POST", dialect.device_authorization_path, "issue") for dialect in DIALECTS),
    *(Route("POST", dialect.token_path, "poll") for dialect in DIALECTS),
    *FIXED_ROUTES,
)


def methods_of(path: str) -> tuple[str, ...]:
    """Return the methods that a path, as it stands in ROUTES, is answered for."""
    return tuple(route.method for route in ROUTES if route.path == path)


def first_segments() -> tuple[str, ...]:
    """Return the first segment of every path, each once: by it CloudFront and the local run tell the API from the page."""
    return tuple(dict.fromkeys(route.path.split("/")[1] for route in ROUTES))


def functions_of_paths() -> dict[str, str]:
    """Return path → function: each path once, for one function answers all its methods."""
    return {route.path: route.function for route in ROUTES}
