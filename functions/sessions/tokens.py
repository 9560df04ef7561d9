"""The use case: what a token is worth now. A signature proves its origin, only its session whether it still counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from functions.domain.errors import ForeignToken, InsufficientScope, InvalidClient, InvalidToken, TokenRequired
from functions.domain.person import entitled
from functions.domain.session.access import Live
from functions.domain.session.refresh_token import RefreshToken
from functions.domain.session.session import Presented, judge

if TYPE_CHECKING:
    from collections.abc import Mapping

    from functions.domain.client import Client
    from functions.domain.ports import AccessTokenReader, Clock, Sessions, Users
    from functions.domain.secret import Secret
    from functions.domain.session.session import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """The tokens that this server gave out, both kinds."""

    clients: Mapping[str, Client]
    sessions: Sessions
    users: Users
    access_tokens: AccessTokenReader
    clock: Clock

    def introspect(self, token: Secret, caller: Client, *, in_header: bool = False) -> Live | None:
        """Return what the token is worth to `caller`. Raises InvalidClient unless that is a confidential client.

        A token for another audience is worth nothing to it (RFC 7662 §4): an API that was handed one must not learn whose.
        """
        if not caller.confidential:
            raise InvalidClient("Only a client with a secret may ask about tokens.", challenge=in_header)
        live = self._live_refresh(token) or self._live_access(token)
        return live if live and live.audience == caller.audience else None

    def bearer(self, token: Secret | None, *, scope: str = "") -> Live:
        """Return what a request's access token is worth. Raises TokenRequired, InvalidToken or InsufficientScope."""
        if token is None:
            raise TokenRequired
        live = self._live_access(token)
        if live is None:
            raise InvalidToken
        if scope and scope not in live.scopes:
            raise InsufficientScope(scope)
        return live

    def revoke(self, token: Secret, client: Client) -> Session | None:
        """End the session of a token, and return it. None when there is none: that is no error (RFC 7009 §2.2).

        Any refresh token of the family does it, one that was used before too: a tool may log out while another process of it
        refreshes. Raises ForeignToken when it is another client's (§2.1).
        """
        found = self._session_of(token)
        if found is None:
            return None
        if found.client_id != client.client_id:
            raise ForeignToken
        return self.sessions.end(found.user_id, found.session_id)

    def _session_of(self, token: Secret) -> Session | None:
        now = self.clock()
        named = RefreshToken.parse(token.reveal()) or self.access_tokens.read(token, now)
        return self.sessions.get(named.user_id, named.session_id, now) if named else None

    def _live_access(self, token: Secret) -> Live | None:
        now = self.clock()
        access = self.access_tokens.read(token, now)
        session = self.sessions.get(access.user_id, access.session_id, now) if access else None
        if access is None or session is None:
            return None
        user, client = entitled(self.users.get(session.user_id), session.created_at), self.clients.get(session.client_id)
        if user is None or client is None:
            return None
        return Live(
            session=session,
            user=user,
            client=client,
            scopes=client.kept_of(access.scopes),
            audience=access.audience,
            issued_at=access.issued_at,
            expires_at=access.expires_at,
        )

    def _live_refresh(self, token: Secret) -> Live | None:
        """Return what a refresh token is worth. One that was used before: nothing, but asking about it ends nothing."""
        now, refresh = self.clock(), RefreshToken.parse(token.reveal())
        session = self.sessions.get(refresh.user_id, refresh.session_id, now) if refresh else None
        if refresh is None or session is None or judge(session, refresh, session.client_id, now) is not Presented.LIVE:
            return None
        user, client = entitled(self.users.get(session.user_id), session.created_at), self.clients.get(session.client_id)
        if user is None or client is None or not client.may_refresh(session.scopes):
            return None
        return Live(
            session=session,
            user=user,
            client=client,
            scopes=client.kept_of(session.scopes),
            audience=client.audience,
            issued_at=int(session.rotated_at),
            expires_at=session.over_at,
            refresh=True,
        )
