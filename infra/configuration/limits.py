"""The part of the configuration that says how much is too much. `functions.domain.limits` says what is counted, and how."""

from __future__ import annotations

from pydantic import Field, model_validator

from infra.configuration.block import Block

_DAY = 24 * 3600


class Rate(Block):
    """So many in so many seconds."""

    count: int = Field(ge=1, le=1_000_000)
    seconds: int = Field(ge=10, le=_DAY)


class GuessLimits(Block):
    """How many wrong user codes there may be in `seconds`, and for how many seconds an account is locked at the longest.

    All accounts and networks with a wrong code stand in one item of the table, which `in_total` keeps small.
    """

    seconds: int = Field(default=600, ge=60, le=_DAY)
    per_account: int = Field(default=5, ge=1, le=100)
    per_network: int = Field(default=20, ge=1, le=1_000_000)
    in_total: int = Field(default=1000, ge=1, le=5000)
    longest_lock: int = Field(default=_DAY, ge=60, le=30 * _DAY)

    @model_validator(mode="after")
    def _locks_grow(self) -> GuessLimits:
        if self.longest_lock < self.seconds:
            raise ValueError("longest_lock is shorter than seconds, which is how long the first lock lasts")
        return self


class Limits(Block):
    """Requests for codes, of a network (an IPv4 address, or an IPv6 /64) and of a client; and guesses."""

    codes_per_network: Rate = Rate(count=30, seconds=600)
    codes_per_client: Rate = Rate(count=600, seconds=60)
    guesses: GuessLimits = GuessLimits()
