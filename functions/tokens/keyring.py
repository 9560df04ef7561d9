"""Which key signs at what time. All of them are published, so that verifiers know a key long before its first token."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from functions.tokens.kms import SigningKey

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from functions.tokens.kms import KmsClient


class KeyRing:
    """The configured keys. `schedule` has each one's ARN and the time, in seconds since the epoch, from which it signs."""

    def __init__(self, schedule: Mapping[str, int], make_client: Callable[[], KmsClient]) -> None:
        one_client = cache(make_client)
        ordered = sorted(schedule, key=schedule.__getitem__)
        self._schedule = [(schedule[arn], SigningKey(arn, one_client)) for arn in ordered]

    @property
    def keys(self) -> tuple[SigningKey, ...]:
        """All of them, the oldest first: those that signed what is still in use, the one that signs, the one that will."""
        return tuple(key for _, key in self._schedule)

    def signer(self, now: float) -> SigningKey:
        """Return the newest key whose time has come. Before anyone's, the oldest signs, for one has to.

        Asked for each token: a process that lives on past the hour must not go on with the old key, which will be removed.
        """
        due = [key for signs_from, key in self._schedule if signs_from <= now]
        return due[-1] if due else self.keys[0]
