"""The lockout against brute force (RFC 8628 §5.1): after too many wrong codes the next one is not looked at."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from functions.domain.errors import ExpiredUserCode, TooManyAttempts, UnknownUserCode
from functions.domain.limits import Guesser, Standing, network_of, seconds_until
from functions.domain.ports import Full

if TYPE_CHECKING:
    from collections.abc import Iterator

    from functions.domain.limits import GuessLimits
    from functions.domain.person import User
    from functions.domain.ports import Guesses, Users


@dataclass(frozen=True, slots=True, kw_only=True)
class Lockout:
    """Counts wrong user codes against their account, its network and the total. A right one resets none of them.

    Else a guesser would look up a code of their own now and then.
    """

    limits: GuessLimits
    guesses: Guesses
    users: Users

    @contextmanager
    def attempt(self, user: User, address: str, now: float) -> Iterator[None]:
        """Look at a code inside this. Raises TooManyAttempts, before or after; UnknownUserCode inside means it was wrong.

        Nearly everybody is right at once, at the price of one eventually consistent read. Where somebody has been wrong
        lately, the attempt is counted before the code is looked at, and given back if it was right: of any number of guesses
        made at once, only as many are looked at as are left. The first ones of a clean account may all be looked at, if they
        come before the read shows the first of them; but of the wrong ones only as many are told apart from "too many".
        """
        guesser = Guesser(user_id=user.user_id, network=network_of(address))
        tally = self.guesses.tally(guesser, self.limits, now)
        standing = Standing(tally=tally, lock=self.limits.remembered(user.lock, now))
        if standing.lock.until > now or self.limits.exceeded(standing.tally):
            self._refuse(guesser, standing, now)
        counted = None if standing.clean else self._count(guesser, standing, now)
        try:
            yield
        except UnknownUserCode:
            if (counted or self._count(guesser, standing, now)) >= self.limits.per_account:
                self.users.lock(user.user_id, self.limits.next_lock(standing.lock, now))
            raise
        except ExpiredUserCode:
            self._give_back(guesser, counted, now)
            raise
        self._give_back(guesser, counted, now)

    def _count(self, guesser: Guesser, standing: Standing, now: float) -> int:
        """Count a wrong code and return how many the account has."""
        result = self.guesses.count(guesser, self.limits, now)
        if isinstance(result, Full):
            self._refuse(guesser, Standing(tally=result.tally, lock=standing.lock), now)
        return result.tally.account

    def _give_back(self, guesser: Guesser, counted: int | None, now: float) -> None:
        if counted:
            self.guesses.give_back(guesser, self.limits, now)

    def _refuse(self, guesser: Guesser, standing: Standing, now: float) -> NoReturn:
        whose = "account" if standing.lock.until > now else self.limits.exceeded(standing.tally)
        detail = {"account": f"account {guesser.user_id}", "network": f"network {guesser.network}"}.get(whose, whose)
        # A full account that is not locked yet soon will be: by the guess that has just filled it.
        until = max(standing.lock.until, self.limits.ends_at(now)) if whose == "account" else self.limits.ends_at(now)
        raise TooManyAttempts(seconds_until(until, now), detail=detail) from None
