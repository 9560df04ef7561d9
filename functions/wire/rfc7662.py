"""What a client may ask about a token, and do to it: introspection (RFC 7662) and revocation (RFC 7009)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from functions.domain.errors import InvalidRequest
from functions.domain.secret import Secret
from functions.wire.client_authentication import read_credentials
from functions.wire.errors import json_response
from functions.wire.form import read_form, refuse_web_pages

if TYPE_CHECKING:
    from functions.domain.client import Credentials
    from functions.domain.session.access import Live
    from functions.wire.http import Request, Response


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutToken:
    """A request about a token. The token_type_hint is not read: ours tell by themselves what they are."""

    credentials: Credentials
    token: Secret


def read_about_token(request: Request, issuer: str) -> AboutToken:
    """Read a revocation (RFC 7009 §2.1) or an introspection (RFC 7662 §2.1). Raises InvalidClient or InvalidRequest."""
    refuse_web_pages(request, issuer)
    form = read_form(request)
    credentials = read_credentials(request, form)
    if "token" not in form:
        raise InvalidRequest("Send the token.")
    return AboutToken(credentials=credentials, token=Secret(form["token"]))


def write_introspection(live: Live | None, issuer: str) -> Response:
    """Say what a token is worth (RFC 7662 §2.2). Of one that is not live, nothing: not even whether it ever was."""
    if live is None:
        return json_response(200, {"active": False})
    body: dict[str, str | int] = {
        "active": True,
        "iss": issuer,
        "sub": live.user.user_id,
        "aud": live.audience,
        "client_id": live.client.client_id,
        "scope": " ".join(live.scopes),
        "iat": live.issued_at,
        "exp": live.expires_at,
    }
    if not live.refresh:
        body["token_type"] = "Bearer"  # noqa: S105  a type of tokens
    return json_response(200, body)
