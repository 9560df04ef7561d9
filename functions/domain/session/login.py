"""What a tool has won when the token endpoint lets it in, with either grant: each dialect writes it in its own words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from functions.domain.person import User
    from functions.domain.ports import AccessToken
    from functions.domain.secret import Secret
    from functions.domain.session.refresh_token import RefreshToken


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """Tokens, for these scopes, as this person. `outcome` is how, in a word for the log."""

    access_token: AccessToken
    refresh_token: RefreshToken | None
    id_token: Secret | None
    scopes: tuple[str, ...]
    user: User
    session_id: str
    outcome: str
