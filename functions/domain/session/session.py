"""A session: the family of tokens that one login becomes (RFC 6749 §6, RFC 9700 §4.14), and when a refresh is replayed.

Each refresh token works once; its successor is an HMAC of it with a salt that the item keeps, so that a retry can be given
the same successor again although no secret is stored. Anything older than that retry is theft, and ends the family.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import TYPE_CHECKING

from functions.domain.errors import InvalidScope

if TYPE_CHECKING:
    from functions.domain.client import Client
    from functions.domain.device_grant.states import Approved, Origin
    from functions.domain.session.refresh_token import RefreshToken

# Two processes of one tool, or one whose answer was lost, present the same token within moments.
REPLAY_SECONDS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What a login has become. Times are seconds since the epoch, digests 64 hexadecimal digits.

    `live_digest` is the SHA-256 of the refresh secret that works now, `previous_digest` of the one before ("" at first);
    `salt` made the live one out of the one before, the first out of the device secret. `idle_until` moves with each
    refresh, `expires_at` never. Every login is one; where no refresh token was given out it lives as its access token does.
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

    @property
    def over_at(self) -> int:
        """When the session's time is over unless it is refreshed."""
        return min(self.idle_until, self.expires_at)

    def live(self, now: float) -> bool:
        """Whether the session's time is not over, whether or not TTL has swept it away yet."""
        return now < self.over_at


def opened(approved: Approved, client: Client, first: RefreshToken, salt: str, now: float) -> Session:
    """Return the session that an approved login becomes. `salt` made the first refresh token."""
    request, moment = approved.request, int(now)
    lasting = client.may_refresh(request.scopes)
    return Session(
        session_id=first.session_id,
        user_id=approved.user_id,
        client_id=client.client_id,
        scopes=request.scopes,
        label=request.origin.device_name,
        origin=request.origin,
        auth_time=approved.auth_time,
        created_at=moment,
        used_at=moment,
        rotated_at=round(now, 3),
        generation=0,
        live_digest=first.secret.digest(),
        previous_digest="",
        salt=salt,
        idle_until=moment + (client.refresh_idle_lifetime if lasting else client.access_token_lifetime),
        expires_at=moment + (client.refresh_absolute_lifetime if lasting else client.access_token_lifetime),
    )


def rotated(session: Session, successor: RefreshToken, salt: str, client: Client, now: float) -> Session:
    """Return the session's next generation, for which `successor` works. `salt` made it out of the token that worked."""
    return replace(
        session,
        used_at=int(now),
        rotated_at=round(now, 3),
        generation=session.generation + 1,
        live_digest=successor.secret.digest(),
        previous_digest=session.live_digest,
        salt=salt,
        idle_until=int(now) + client.refresh_idle_lifetime,
    )


def advanced(found: Session | None, successor: Session, now: float) -> Session | None:
    """Return what stands when the next generation was put: it, if it comes after the one that stands and lives; else that.

    The label is the one that stands: it may be given a new name meanwhile.
    """
    if found is None or not found.live(now) or found.client_id != successor.client_id:
        return found
    return replace(successor, label=found.label) if found.live_digest == successor.previous_digest else found


def renamed(found: Session | None, label: str, now: float) -> Session | None:
    """Return a live session with another label. None when there is none."""
    return replace(found, label=label) if found and found.live(now) else None


def narrowed(session: Session, asked: tuple[str, ...]) -> tuple[str, ...]:
    """Return the scopes of one access token: those asked for, or all. Raises InvalidScope for a new one (RFC 6749 §6)."""
    if not set(asked) <= set(session.scopes):
        raise InvalidScope
    return tuple(dict.fromkeys(asked)) or session.scopes


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
    if in_time and token.secret.matches(session.previous_digest):
        return Presented.RETRIED
    return Presented.STOLEN
