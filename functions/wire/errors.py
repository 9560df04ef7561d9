"""The one table from errors to HTTP: status, OAuth error code (RFC 6749 §5.2, RFC 8628 §3.5) and the page's code.

A fault of ours (503, 500) and a request too many (429) carry no OAuth `error` member: a tool must stop at an error it does
not know, and may try again after these.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from functions.domain import errors
from functions.wire.http import Response

if TYPE_CHECKING:
    from collections.abc import Mapping

RETRY_AFTER_SECONDS = 5


# What the page is told of an error that its own code would have to make.
_ANY = "invalid_request"


@dataclass(frozen=True, slots=True)
class _Row:
    status: int
    code: str
    page_status: int = 400
    page_code: str = _ANY


_TABLE: Mapping[type[errors.GrantError], _Row] = {
    errors.InvalidRequest: _Row(400, "invalid_request"),
    errors.InvalidClient: _Row(401, "invalid_client"),
    errors.UnauthorizedClient: _Row(400, "unauthorized_client"),
    errors.UnsupportedGrantType: _Row(400, "unsupported_grant_type"),
    errors.InvalidScope: _Row(400, "invalid_scope"),
    errors.InvalidGrant: _Row(400, "invalid_grant"),
    errors.InvalidRefreshToken: _Row(400, "invalid_grant"),
    errors.RefreshReused: _Row(400, "invalid_grant"),
    errors.ForeignToken: _Row(400, "invalid_grant"),
    errors.TokenRequired: _Row(401, "token_required", 401, "token_required"),
    errors.InvalidToken: _Row(401, "invalid_token", 401, "invalid_token"),
    errors.InsufficientScope: _Row(403, "insufficient_scope", 403, "insufficient_scope"),
    errors.AuthorizationPending: _Row(400, "authorization_pending"),
    errors.ApprovalNumberRequired: _Row(400, "authorization_pending"),
    errors.WrongApprovalNumber: _Row(400, "authorization_pending"),
    errors.SlowDown: _Row(400, "slow_down"),
    errors.AccessDenied: _Row(400, "access_denied"),
    errors.TooManyWrongNumbers: _Row(400, "access_denied"),
    errors.ExpiredToken: _Row(400, "expired_token"),
    errors.ForbiddenRequest: _Row(403, "invalid_request", 403, "forbidden"),
    errors.SignInRequired: _Row(401, "invalid_request", 401, "sign_in_required"),
    errors.FreshSignInRequired: _Row(401, "invalid_request", 401, "fresh_sign_in_required"),
    errors.TooFar: _Row(403, "invalid_request", 403, "too_far"),
    errors.SignInRefused: _Row(400, "invalid_request", 400, "sign_in_refused"),
    errors.SignInNotFresh: _Row(400, "invalid_request", 400, "sign_in_not_fresh"),
    errors.SignInDenied: _Row(400, "access_denied", 400, "sign_in_denied"),
    errors.UnknownSession: _Row(400, "invalid_request", 404, "unknown_session"),
    errors.UnknownUserCode: _Row(400, "invalid_request", 404, "unknown_code"),
    errors.ExpiredUserCode: _Row(400, "invalid_request", 410, "expired_code"),
    errors.AlreadyDecided: _Row(400, "invalid_request", 409, "already_decided"),
    errors.TooManyRequests: _Row(429, "too_many_requests", 429, "too_many_requests"),
    errors.TooManyAttempts: _Row(429, "too_many_attempts", 429, "too_many_attempts"),
}


def code_of(error: errors.GrantError) -> str:
    """Return the short name of an error, for logs: the one that tells it best from others."""
    if isinstance(error, errors.Unavailable):
        return "unavailable"
    row = _TABLE[type(error)]
    return row.code if row.page_code == _ANY else row.page_code


def oauth_error(error: errors.GrantError) -> Response:
    """Answer a program, in OAuth's shape."""
    if isinstance(error, errors.Unavailable):
        return unavailable(error)
    if isinstance(error, errors.TooManyRequests):
        # No `error` here either. The only one for "not so fast" is `slow_down`, which is about polls (RFC 8628 §3.5): a tool
        # that asks for codes knows none that means "later", and the status and Retry-After say it to every HTTP client.
        return _later(429, {"message": error.public}, error.retry_after)
    row = _TABLE[type(error)]
    body: dict[str, str | int] = {"error": row.code, "error_description": error.public}
    if isinstance(error, errors.TokenRequired):
        # RFC 6750 §3.1: who came without any token may not even know that one is needed, and has made no error.
        body = {"message": error.public}
    return json_response(row.status, body | _advice(error), _challenge(error))


def page_error(error: errors.GrantError) -> Response:
    """Answer the approval page, in its own shape."""
    if isinstance(error, errors.Unavailable):
        return unavailable(error)
    row = _TABLE[type(error)]
    if isinstance(error, errors.TooManyRequests):
        return _later(row.page_status, {"error": row.page_code, "message": error.public}, error.retry_after)
    return json_response(row.page_status, {"error": row.page_code, "message": error.public}, _challenge(error))


def _advice(error: errors.GrantError) -> dict[str, str | int]:
    """Tell a tool what to do differently with its next poll."""
    match error:
        case errors.SlowDown(interval=interval):
            return {"interval": interval}
        case errors.ApprovalNumberRequired():
            return {"approval_number": "required"}
        case errors.WrongApprovalNumber(attempts_left=attempts_left):
            return {"approval_number": "wrong", "attempts_left": attempts_left}
        case _:
            return {}


def _challenge(error: errors.GrantError) -> dict[str, str]:
    """Say how to authenticate: with HTTP Basic (RFC 6749 §5.2), or with an access token (RFC 6750 §3)."""
    match error:
        case errors.InvalidClient(challenge=True):
            value = 'Basic realm="tallystick"'
        case errors.TokenRequired():
            value = 'Bearer realm="tallystick"'
        case errors.InvalidToken():
            value = 'Bearer realm="tallystick", error="invalid_token"'
        case errors.InsufficientScope(scope=scope):
            value = f'Bearer realm="tallystick", error="insufficient_scope", scope="{scope}"'
        case _:
            return {}
    return {"www-authenticate": value}


def unavailable(error: errors.Unavailable) -> Response:
    """Say that nothing was decided and when to try again."""
    return _later(503, {"message": error.public}, RETRY_AFTER_SECONDS)


def _later(status: int, body: Mapping[str, object], seconds: int) -> Response:
    return json_response(status, body, {"retry-after": str(seconds)})


def json_response(status: int, body: Mapping[str, object], headers: Mapping[str, str] | None = None) -> Response:
    """Return a JSON answer. Only ASCII leaves the server, so that no character set can be guessed wrong."""
    return Response(
        status=status,
        body=json.dumps(body, separators=(",", ":")),
        headers={"content-type": "application/json", **(headers or {})},
    )
