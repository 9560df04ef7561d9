"""A session: the family of tokens that one login becomes (RFC 6749 §6, RFC 9700 §4.14), and when a refresh is replayed.

Each refresh token works once; its successor is an HMAC of it with a salt that the item keeps, so that a retry can be given
the same successor again although no secret is stored. Anything older than that retry is theft, and ends the family.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from functions.grant.refresh import RefreshToken
    from functions.grant.states import Origin

# Two processes of one tool, or one whose answer was lost, present the same token within moments.
REPLAY_SECONDS = 30
# A proven client whose tokens were lost on the wire comes back with its next polls.
REFETCH_SECONDS = 60
OFFLINE_ACCESS = "offline_access"


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What a login has become. Times are seconds since the epoch, digests 64 hexadecimal digits.

    `live_digest` is the SHA-256 of the refresh secret that works now, `previous_digest` of the one before ("" at first);
    `salt` made the live one out of the one before. `idle_until` moves with each refresh, `expires_at` never.
    """

    session_id: str
    user_id: str
    client_id: str
    scopes: tuple[str, ...]
    label: str
    origin: Origin
    auth_time: int
    created_at: int
    used_at: int
    rotated_at: float
    generation: int
    live_digest: str
    previous_digest: str
    salt: str
    idle_until: int
    expires_at: int

    def live(self, now: float) -> bool:
        """Whether the session's time is not over."""
        return now < min(self.idle_until, self.expires_at)


class Presented(Enum):
    """What a refresh token is to the session that it names."""

    LIVE = auto()
    """The one that works now."""
    RETRIED = auto()
    """The one before, again, within moments and with its successor unused: give the same successor."""
    STOLEN = auto()
    """An older one: two hold the family, and nobody knows which is the thief."""
    DEAD = auto()
    """Its session is over, or another client's."""


def judge(session: Session | None, token: RefreshToken, client_id: str, now: float) -> Presented:
    """Tell what `token` is. A session that is over, or was opened by another client, gives nothing away."""
    if session is None or session.client_id != client_id or not session.live(now):
        return Presented.DEAD
    if token.secret.matches(session.live_digest):
        return Presented.LIVE
    in_time = now - session.rotated_at <= REPLAY_SECONDS
    if in_time and session.previous_digest and token.secret.matches(session.previous_digest):
        return Presented.RETRIED
    return Presented.STOLEN
