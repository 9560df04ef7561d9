"""The people who approve: what the identity provider said of them, and what the operator did."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, fields

from functions.domain.limits import Lock

_USER_ID_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What the identity provider said of a person at the last sign-in; "" where it said nothing. For display only.

    One more claim is one more field here, in ClaimNames, in the table (`store.users`) and in the configuration: tokens,
    userinfo, introspection and the metadata follow.
    """

    email: str = ""
    name: str = ""
    role: str = ""
    workspace: str = ""

    def said(self) -> dict[str, str]:
        """Return what it says, by the names that our tokens have for it. What nobody said is left out."""
        return {part: value for part in PROFILE if (value := getattr(self, part))}


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimNames:
    """Which claims of the provider's ID token say each part of a profile. None: nothing says it."""

    email: str
    name: str
    role: str | None
    workspace: str | None


PROFILE = tuple(field.name for field in fields(Profile))
"""The parts of a profile, which are also the names of our own claims."""


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A person, keyed by the identity provider's (iss, sub).

    Times are seconds since the epoch: when they first came, and when they last signed in. `consents` is what they have
    approved before, of the clients where that is remembered (`Client.consent_to`); `lock` is what their wrong user codes
    have brought upon them. What began by `ended_at` is over, sessions, browsers and approvals alike; what was approved by
    `approvals_ended_at` may not be collected any more. Both count whole seconds, on the safe side: what began in that very
    second is over.
    """

    user_id: str
    profile: Profile
    created_at: int = 0
    signed_in_at: int = 0
    disabled: bool = False
    ended_at: int = 0
    approvals_ended_at: int = 0
    consents: frozenset[str] = frozenset()
    lock: Lock = field(default_factory=Lock)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who the provider says has signed in, and when they proved it. `subject` is only unique together with `issuer`."""

    issuer: str
    subject: str
    auth_time: int
    profile: Profile


def entitled(user: User | None, since: float) -> User | None:
    """Return the person if what began then still counts. None for nobody, for somebody disabled, and for what was ended.

    Enabling them again revives nothing: whatever had begun by the time of `ended_at` stays over.
    """
    return None if user is None or user.disabled or since <= user.ended_at else user


def user_id_of(issuer: str, subject: str) -> str:
    """Return our stable id, `usr_` and 32 hexadecimal digits, for the provider's (iss, sub).

    The separator keeps two different pairs from running together into the same text.
    """
    return "usr_" + hashlib.sha256(f"{issuer}\x00{subject}".encode()).hexdigest()[: 2 * _USER_ID_BYTES]
