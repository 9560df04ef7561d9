"""What a dialect is: the words of the tools' two endpoints, around the same two flows.

A dialect is a module of `wire` with one of these in it, two paths in `functions.routes`, and a row for each in the endpoints
of `issue` and `poll`. The answer with the codes is RFC 8628's in all of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from functions.domain.errors import GrantError
    from functions.domain.session.login import Login
    from functions.wire.dialects.rfc6749 import Refresh
    from functions.wire.dialects.rfc8628 import DeviceAuthorizationRequest, Poll
    from functions.wire.http import Request, Response

Refuse = Callable[["GrantError"], "Response"]
"""How an error is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """How requests are read, by a given issuer, and answers written. Reading raises what the tool did wrong."""

    read_device_authorization: Callable[[Request, str], DeviceAuthorizationRequest]
    read_token_request: Callable[[Request, str], Poll | Refresh]
    write_login: Callable[[Login], Response]
    refuse: Refuse
