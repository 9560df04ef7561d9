"""The use case: exchange a refresh token for new tokens; notice one that two people hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from functions.domain.client import REFRESH_GRANT
from functions.domain.errors import InvalidRefreshToken, RefreshReused
from functions.domain.session.login import Login
from functions.domain.session.refresh_token import SALT_BYTES
from functions.domain.session.session import Presented, judge, narrowed, rotated
from functions.poll.entitlement import require

if TYPE_CHECKING:
    from functions.domain.client import Client
    from functions.domain.ports import AccessTokens, Clock, RandomBytes, Sessions, Users
    from functions.domain.session.refresh_token import RefreshToken
    from functions.domain.session.session import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshGrant:
    """The refresh token grant at the token endpoint (RFC 6749 §6)."""

    sessions: Sessions
    users: Users
    tokens: AccessTokens
    clock: Clock
    random_bytes: RandomBytes

    def refresh(self, token: RefreshToken | None, asked: tuple[str, ...], client: Client) -> Login:
        """Return new tokens for the scopes `asked`, all that were granted if none. The next refresh can ask for all again.

        A `token` of None stands for a text that cannot be one. Raises UnauthorizedClient, InvalidGrant or InvalidScope.
        """
        client.check_grant_type(REFRESH_GRANT)
        if token is None:
            raise InvalidRefreshToken
        now = self.clock()
        session, presented = self._judged(self.sessions.get(token.user_id, token.session_id, now), token, client, now)
        user = require(self.users, session.user_id, session.created_at)
        if not client.may_refresh(session.scopes):
            raise InvalidRefreshToken(detail="the client may not ask for offline_access any more")
        scopes = narrowed(session, asked)
        client.check_scopes(scopes)
        salt = self.random_bytes(SALT_BYTES).hex()
        if presented is Presented.LIVE:
            session = rotated(session, token.successor(salt), salt, client, now)
        # Signed before the token is used up: while the key service is down, a tool can try again for longer than a replay.
        access_token = self.tokens.mint(session, scopes, client, user, now)
        id_token = self.tokens.identify(session, scopes, client, user, now)
        if presented is Presented.LIVE:
            session, presented = self._rotate(session, token, client)
        return Login(
            access_token=access_token,
            refresh_token=token.successor(session.salt),
            id_token=id_token,
            scopes=scopes,
            user=user,
            session_id=session.session_id,
            outcome="refreshed" if presented is Presented.LIVE else "refreshed_again",
        )

    def _rotate(self, session: Session, token: RefreshToken, client: Client) -> tuple[Session, Presented]:
        """Write the next generation. Whoever was a moment faster with the same token has written one to share."""
        now = self.clock()
        standing = self.sessions.rotate(session, now)
        if standing is not None and standing.live_digest == session.live_digest:
            return standing, Presented.LIVE
        standing, presented = self._judged(standing, token, client, now)
        if presented is Presented.LIVE:
            raise InvalidRefreshToken(detail="a session that could be refreshed refused to be")
        return standing, presented

    def _judged(self, session: Session | None, token: RefreshToken, client: Client, now: float) -> tuple[Session, Presented]:
        """Return the session and what the token is to it. Raises InvalidRefreshToken, or ends it: RefreshReused."""
        presented = judge(session, token, client.client_id, now)
        if session is None or presented is Presented.DEAD:
            raise InvalidRefreshToken
        if presented is Presented.STOLEN:
            self.sessions.end(session.user_id, session.session_id)
            raise RefreshReused(session.user_id, session.session_id)
        return session, presented
