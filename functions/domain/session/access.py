"""What an access token says, whatever its format; what a token is worth now (RFC 7662); what a tool may know of a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from functions.domain.client import Client
    from functions.domain.person import User
    from functions.domain.session.session import Session

OPENID = "openid"
EMAIL = "email"
PROFILE = "profile"
"""The scopes that ask who the person is (OpenID Connect Core §3.1.2.1, §5.4)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What an access token of ours says. Whether its session still stands is another question."""

    user_id: str
    session_id: str
    client_id: str
    scopes: tuple[str, ...]
    audience: str
    issued_at: int
    expires_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """A token that works now: whose it is, and for what. `refresh` tells a refresh token from an access token."""

    session: Session
    user: User
    client: Client
    scopes: tuple[str, ...]
    audience: str
    issued_at: int
    expires_at: int
    refresh: bool = False


def claims_about(user: User, scopes: Collection[str]) -> dict[str, str]:
    """Return what a tool may know of the person (OpenID Connect Core §5.4): their id; by `email` and `profile` the rest.

    What the identity provider did not say is left out.
    """
    said = user.profile.said()
    return {"sub": user.user_id} | {
        claim: value for claim, value in said.items() if (EMAIL if claim == "email" else PROFILE) in scopes
    }
