"""The device authorization endpoint in every dialect, on whatever ports: Lambda's handler and the tests make the same."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from functions.entry import Endpoint
from functions.issue.device_authorization import DeviceAuthorization
from functions.issue.endpoint import DeviceAuthorizationEndpoint
from functions.issue.rate_limit import RateLimit
from functions.wire.dialects.registry import DIALECTS

if TYPE_CHECKING:
    from functions.domain.ports import Clock, Counters, Grants, RandomBytes, ReadSecret
    from functions.settings import Settings


def issue_app(
    *,
    issuer: str,
    settings: Settings,
    grants: Grants,
    counters: Counters,
    read_secret: ReadSecret,
    clock: Clock,
    random_bytes: RandomBytes,
) -> dict[str, Endpoint]:
    """Return path → Endpoint."""
    endpoint = DeviceAuthorizationEndpoint(
        issuer=issuer,
        settings=settings,
        read_secret=read_secret,
        device_authorization=DeviceAuthorization(
            grants=grants,
            rate_limit=RateLimit(limits=settings.limits, counters=counters),
            max_auth_age=settings.max_auth_age_for,
            clock=clock,
            random_bytes=random_bytes,
        ),
    )
    return {
        dialect.device_authorization_path: Endpoint(("POST",), partial(endpoint.answer, dialect=dialect), dialect.refuse)
        for dialect in DIALECTS
    }
