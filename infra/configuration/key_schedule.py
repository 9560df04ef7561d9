"""The part of the configuration that says which keys sign tokens, and from when; and the rule by which they are rotated."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pydantic import AwareDatetime, Field

from infra.configuration.block import Block

if TYPE_CHECKING:
    from collections.abc import Sequence

# No client's tokens may live for longer (`infra.configuration.client`). The rotation counts on that, not on what the clients
# have today: a key must outlive tokens that it signed when a lifetime was longer than it is now.
LONGEST_TOKEN_LIFE = timedelta(days=30)
# How long a verifier may go on with the key set that it has. API Gateway keeps it for two hours, we allow five minutes.
KEPT_BY_VERIFIERS = timedelta(hours=24)
# Between this command and `cdk deploy`, by which the new key is published.
TIME_TO_DEPLOY = timedelta(hours=24)


class SigningKeyEntry(Block):
    """A key for signing tokens and the time from which it does, such as 2026-12-01T00:00:00Z; without one, from the start.

    `infra.commands.rotate_key` adds and removes these: a new key must be known to verifiers before its first token.
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9]{0,30}$")
    signs_from: AwareDatetime | None = None

    @property
    def epoch(self) -> int:
        """The time in seconds since the epoch."""
        return int(self.signs_from.timestamp()) if self.signs_from else 0


def wrong_signing_keys(keys: Sequence[SigningKeyEntry]) -> list[str]:
    """Return what is wrong with the list: names are one of a kind, and times rise."""
    names, times = [key.name for key in keys], [key.epoch for key in keys]
    problems = []
    if len(set(names)) < len(names):
        problems.append("signing_keys has a name twice")
    if sorted(set(times)) != times:
        problems.append("signing_keys are not one after another: each needs a later signs_from than the one before")
    return problems


class StillWaiting(Exception):
    """There is a next key already. The text is meant for the operator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """What changes: the keys that stay, the oldest first, the new one, and those whose tokens are all over."""

    kept: tuple[SigningKeyEntry, ...]
    added: SigningKeyEntry
    removed: tuple[SigningKeyEntry, ...]

    @property
    def keys(self) -> tuple[SigningKeyEntry, ...]:
        """The list as it is to be."""
        return (*self.kept, self.added)


def rotate(keys: Sequence[SigningKeyEntry], now: datetime) -> Rotation:
    """Return the next step of the rotation. Raises StillWaiting.

    A key has had its time when the one after it has signed for longer than any token lives and a verifier is behind.
    """
    newest = keys[-1]
    if newest.signs_from and newest.signs_from > now:
        raise StillWaiting(
            f"{newest.name} is there already and signs from {shown(newest.signs_from)}. Rotate again after that."
        )
    over = (now - LONGEST_TOKEN_LIFE - KEPT_BY_VERIFIERS).timestamp()
    ended = sum(successor.epoch < over for successor in keys[1:])
    signs_from = (now + TIME_TO_DEPLOY + KEPT_BY_VERIFIERS + timedelta(minutes=1)).replace(second=0, microsecond=0)
    return Rotation(
        kept=tuple(keys[ended:]),
        added=SigningKeyEntry(name=_next_name(keys), signs_from=signs_from),
        removed=tuple(keys[:ended]),
    )


def shown(time: datetime) -> str:
    """Return a time for people."""
    return f"{time:%Y-%m-%d %H:%M} {time.tzname()}"


def _next_name(keys: Sequence[SigningKeyEntry]) -> str:
    """Return a name that none of them has, those that go included: under the same name a key would stay the same."""
    numbers = [int(key.name[1:]) for key in keys if key.name[0] == "k" and key.name[1:].isdecimal()]
    return f"k{max(numbers, default=0) + 1}"
