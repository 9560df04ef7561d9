"""The states of a grant, as types: each carries only the fields that it has. `transitions` says how one becomes another.

Expired is not a state: it is a fact about a grant and a time. All times are seconds since the epoch.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass

ANYWHERE = ""
"""Where a browser must be to approve, when nothing is demanded. `proximity` has the rules, which a poll does not need."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where the device authorization request came from. The last is the device's own word, the others are what we saw."""

    address: str
    country: str
    agent: str
    device_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What a poll shows of its tool. `code_challenge` is made from its code_verifier (RFC 7636), "" when it sent none."""

    client_id: str
    secret_digest: str
    code_challenge: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approver:
    """Who says yes, and what their browser has to show for it.

    `auth_time` is when they last proved who they are, `places` where the browser is (`proximity.places_of`), `number_digest`
    the number that it shows (`ApprovalNumber.bound_to` the grant).
    """

    user_id: str
    auth_time: int
    number_digest: str
    places: tuple[str, ...] = (ANYWHERE,)


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantRequest:
    """What was asked, by which client, from where, and until when. The same in every state.

    `locator` is the grant's key, `secret_digest` the SHA-256 of the device secret; both 64 hexadecimal digits.
    `code_challenge` is what the tool promised to prove with its polls (RFC 7636), "" when it did not. The rest is what
    approving takes: where the browser must be (`proximity.demanded`), for how many seconds a sign-in counts, and whether the
    page shows a number that the tool must send.
    """

    locator: str
    secret_digest: str
    client_id: str
    scopes: tuple[str, ...]
    origin: Origin
    created_at: int
    expires_at: int
    max_auth_age: int
    code_challenge: str = ""
    near: str = ANYWHERE
    approval_number: bool = False

    def proven_by(self, proof: Proof) -> bool:
        """Tell whether a poll is the tool's own. A verifier nobody announced fails too: it hides a stripped challenge."""
        return (
            self.client_id == proof.client_id
            and hmac.compare_digest(self.secret_digest, proof.secret_digest)
            and hmac.compare_digest(self.code_challenge, proof.code_challenge)
        )

    def fresh(self, auth_time: int, now: float) -> bool:
        """Whether who proved then who they are may approve now. To the millisecond, as the table compares it."""
        return round(now - auth_time, 3) <= self.max_auth_age

    def expired(self, now: float) -> bool:
        """Whether the grant's time is over, whether or not TTL has swept it away yet."""
        return self.expires_at <= now


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """Issued; nobody has opened it. `next_poll_at` is when a poll stops being too early."""

    request: GrantRequest
    next_poll_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """Opened by a signed-in person, to whom it is now bound."""

    request: GrantRequest
    next_poll_at: float
    user_id: str
    claimed_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Approved:
    """The person said yes. `auth_time` is when they last proved who they are to the identity provider.

    `number_digest` is that of the number which their browser shows, `wrong_numbers` how many others came.
    """

    request: GrantRequest
    user_id: str
    auth_time: int
    approved_at: int
    number_digest: str
    wrong_numbers: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Denied:
    """The person said no, or too many wrong numbers came after their yes."""

    request: GrantRequest
    user_id: str
    denied_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Redeemed:
    """Exchanged for a session, once. `session_id` tells the winner of a race apart from the others."""

    request: GrantRequest
    user_id: str
    session_id: str
    redeemed_at: int


Grant = Pending | Claimed | Approved | Denied | Redeemed
