"""Reads the responses of the OAuth endpoints: the codes, the tokens, and the errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tallystick.credentials.secret import Secret
from tallystick.credentials.tokens import Tokens
from tallystick.errors import RateLimited, ServerError, TallystickError
from tallystick.machine.terminal import clean

if TYPE_CHECKING:
    from tallystick.oauth.http import Response

DEFAULT_INTERVAL = 5.0
"""RFC 8628 §3.2."""
DEFAULT_LIFE = 600.0
"""The standard demands `expires_in`; a server that leaves it out is still polled, for ten minutes."""

_OK = 200
_TOO_MANY = 429
_LONGEST_LIFE = 24 * 3600.0
_LONGEST_INTERVAL = 300.0
_LONGEST_CODE = 64
_LONGEST_ADDRESS = 2048
_LONGEST_SECRET = 100_000
_LONGEST_NUMBER = 12
_LARGEST_NUMBER = 1e11


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceCodes:
    """The device authorization answer (RFC 8628 §3.2). All that people see of it is safe to print."""

    device_code: Secret
    user_code: str
    verification_uri: str
    verification_uri_complete: str | None
    expires_in: float
    interval: float
    approval_number_required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """The tokens of an approved login, and the answer they came in: it may also say who has logged in."""

    tokens: Tokens
    answer: Response


def error_of(answer: Response) -> str | None:
    """Return the OAuth error code (RFC 6749 §5.2) of an answer, or None when it has none.

    Asked before the status: GitHub sends `authorization_pending` with 200, others `slow_down` with 429.
    """
    document = answer.document()
    code = document.get("error") if document else None
    return code if isinstance(code, str) else None


def refusal(answer: Response) -> TallystickError:
    """Return the error for an answer that says no, with the server's own words made safe."""
    if answer.status == _TOO_MANY:
        return RateLimited(retry_after=answer.retry_after())
    document = answer.document() or {}
    code, said = error_of(answer), document.get("error_description")
    if code is None:
        return ServerError(f"The server answered with status {answer.status}.")
    words = f"{clean(code, 60)}: {clean(said)}" if isinstance(said, str) and said else clean(code, 60)
    return ServerError(f"The server refused the request ({words}).", hint="Check the client id and the scopes.")


def read_codes(answer: Response) -> DeviceCodes:
    """Read a device authorization answer. Raises RateLimited or ServerError."""
    document = answer.document()
    if answer.status != _OK or document is None or "error" in document:
        raise refusal(answer)
    return DeviceCodes(
        device_code=_secret(document, "device_code"),
        user_code=_shown(document, "user_code", _LONGEST_CODE),
        verification_uri=_shown(document, "verification_uri", _LONGEST_ADDRESS, "verification_url"),
        verification_uri_complete=_optional(document, "verification_uri_complete", _LONGEST_ADDRESS),
        expires_in=min(_number(document, "expires_in") or DEFAULT_LIFE, _LONGEST_LIFE),
        interval=min(max(_number(document, "interval") or DEFAULT_INTERVAL, 1.0), _LONGEST_INTERVAL),
        approval_number_required=document.get("approval_number_required") is True,
    )


def read_tokens(answer: Response, *, now: float, asked: tuple[str, ...]) -> Tokens:
    """Read a token answer (RFC 6749 §5.1). No `scope` in it means: as asked. Raises ServerError."""
    document = answer.document() or {}
    kind = document.get("token_type", "Bearer")
    if not isinstance(kind, str) or kind.lower() != "bearer":
        raise ServerError("The server gave a token of a type that this program cannot use.")
    scope = document.get("scope")
    refresh_token = _secret(document, "refresh_token") if document.get("refresh_token") else None
    return Tokens(
        access_token=_secret(document, "access_token"),
        obtained_at=now,
        expires_in=_number(document, "expires_in"),
        refresh_token=refresh_token,
        renewable=refresh_token is not None,
        scopes=tuple(clean(scope, 2000).split()) if isinstance(scope, str) else asked,
    )


def slower(answer: Response, interval: float) -> float:
    """Return the interval after `slow_down`: 5 s more (RFC 8628 §3.5), or what the body says if that is larger."""
    said = _number(answer.document() or {}, "interval") or 0.0
    return min(max(interval + 5.0, said), _LONGEST_INTERVAL)


def _secret(document: dict[str, Any], name: str) -> Secret:
    value = document.get(name)
    # Against header injection: a token goes into a header, where a line break would add others of the server's choice.
    if not isinstance(value, str) or not value or not value.isascii() or not value.isprintable() or " " in value:
        raise ServerError(f"The server's answer has no usable {name}.")
    if len(value) > _LONGEST_SECRET:
        raise ServerError(f"The server's {name} is longer than is sensible.")
    return Secret(value)


def _shown(document: dict[str, Any], name: str, limit: int, older_name: str = "") -> str:
    text = _optional(document, name, limit) or (_optional(document, older_name, limit) if older_name else None)
    if text is None:
        raise ServerError(f"The server's answer has no usable {name}.")
    return text


def _optional(document: dict[str, Any], name: str, limit: int) -> str | None:
    value = document.get(name)
    if not isinstance(value, str) or len(value) > limit:
        return None
    return clean(value, limit) or None


def _number(document: dict[str, Any], name: str) -> float | None:
    """Return a number that is not negative; some servers send it as a string."""
    value = document.get(name)
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < _LONGEST_NUMBER:
        return float(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 <= value < _LARGEST_NUMBER else None
