"""Finds out who has logged in: from the ID token, the issuer's userinfo, or what the access token itself says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tallystick.credentials.secret import Secret
from tallystick.errors import NetworkError, ServerError
from tallystick.oauth.claims import claims_of, user_from

if TYPE_CHECKING:
    from tallystick.credentials.account import User
    from tallystick.oauth.endpoints import Endpoints
    from tallystick.oauth.http import Response

_OK = 200


def identify(answer: Response | None, access_token: Secret, endpoints: Endpoints) -> User:
    """Return who has logged in. `answer` is the token endpoint's, None when the token came another way.

    An ID token for somebody else (OpenID Connect Core §3.1.3.7) is not believed. An issuer whose userinfo is out of order
    does not cost anybody the login.
    """
    document = (answer.document() if answer else None) or {}
    user = _from_id_token(document, endpoints) or _from_member(document)
    if user is None or not (user.email or user.name):
        user = _from_userinfo(access_token, endpoints, user) or user
    return user or user_from(claims_of(access_token))


def _from_id_token(document: dict[str, Any], endpoints: Endpoints) -> User | None:
    text = document.get("id_token")
    claims = claims_of(Secret(text)) if isinstance(text, str) else {}
    audience = claims.get("aud")
    ours = endpoints.client_id in (audience if isinstance(audience, list) else [audience])
    return user_from(claims) if claims.get("iss") == endpoints.metadata.issuer and ours else None


def _from_member(document: dict[str, Any]) -> User | None:
    """Some servers say it beside the token, as `user`."""
    user = document.get("user")
    return user_from(user) if isinstance(user, dict) else None


def _from_userinfo(access_token: Secret, endpoints: Endpoints, known: User | None) -> User | None:
    try:
        answer = endpoints.userinfo(access_token)
    except (NetworkError, ServerError):
        return None
    document = answer.document() if answer is not None and answer.status == _OK else None
    if not document:
        return None
    found = user_from(document)
    # Core §5.3.2: a userinfo answer about somebody else must not be used.
    return found if known is None or not known.id or found.id == known.id else None
