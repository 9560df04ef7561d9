"""What a dialect is: the words of the tools' two endpoints, around the same use cases.

A dialect is a module here with one of these in it, and a line in `registry`. The answer with the codes is RFC 8628's in all
of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from functions.domain.errors import GrantError
    from functions.domain.session.login import Login
    from functions.wire.dialects.requests import DeviceAuthorizationRequest, Poll, Refresh
    from functions.wire.http import Request, Response

Refuse = Callable[["GrantError"], "Response"]
"""How an error is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """Where it is spoken, how requests are read, by a given issuer, and answers written.

    Both paths take POST only. Reading raises what the tool did wrong.
    """

    device_authorization_path: str
    token_path: str
    read_device_authorization: Callable[[Request, str], DeviceAuthorizationRequest]
    read_token_request: Callable[[Request, str], Poll | Refresh]
    write_login: Callable[[Login], Response]
    refuse: Refuse
