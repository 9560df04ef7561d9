"""The HTTP client as a protocol of one method, so that tests and tools can bring their own."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tallystick.credentials.secret import Secret

LARGEST_ANSWER = 1_000_000
"""More than this many bytes are not read, whatever a server sends."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request. It must not follow redirects: a redirected POST would take its body, and the secret in it, elsewhere."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Response:
    """The answer, whatever its status. Header names are lower case."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = field(default=b"", repr=False)

    def document(self) -> dict[str, Any] | None:
        """Return the body as a JSON object, or None when it is none: HTML of a proxy, an empty page."""
        try:
            found = json.loads(self.body)
        except (ValueError, RecursionError):
            return None
        return found if isinstance(found, dict) else None

    def retry_after(self) -> float | None:
        """Return the seconds of a Retry-After header (RFC 9110 §10.2.3). Its date form is not worth trusting a clock."""
        value = self.headers.get("retry-after", "")
        return float(value) if value.isascii() and value.isdecimal() else None


FailureKind = Literal["dns", "connect", "tls", "timeout", "reset", "proxy", "too_large"]
REASONS: dict[FailureKind, str] = {
    "dns": "the host name could not be found",
    "connect": "the connection was refused",
    "tls": "the secure connection failed",
    "timeout": "the server did not answer in time",
    "reset": "the connection broke off",
    "proxy": "the proxy refused the connection",
    "too_large": "the server sent more than is sensible",
}


class TransportFailed(Exception):
    """There is no answer. `kind` says why for programs, `reason` for people."""

    def __init__(self, kind: FailureKind, reason: str = "") -> None:
        self.kind = kind
        self.reason = reason or REASONS[kind]
        super().__init__(self.reason)


class Transport(Protocol):
    """Sends requests. May be called from several threads."""

    def send(self, request: Request) -> Response:
        """Return the answer, at most LARGEST_ANSWER bytes of it, or raise TransportFailed. Follows no redirects."""


def bearer_header(token: Secret) -> str:
    """Return the value of the Authorization header that carries a token (RFC 6750 §2.1)."""
    return f"Bearer {token.reveal()}"
