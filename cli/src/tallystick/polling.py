"""How to wait for the person's decision (RFC 8628 §3.5), without a clock, a network or a loop of its own.

Whoever drives it waits `pause()` seconds, sends a poll, and hands the answer to `heard()` or the failure to `failed()`.
So the threaded and the asynchronous login obey the very same rules.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tallystick.answers import Granted, error_of, read_tokens, refusal, slower
from tallystick.errors import AccessDenied, CodeExpired, ServerError
from tallystick.number_matching import tidy, wanted_by

if TYPE_CHECKING:
    from collections.abc import Callable

    from tallystick.http import Response, TransportFailed
    from tallystick.number_matching import NumberWanted
    from tallystick.pending import PendingLogin

_OK = 200
_JITTER = 0.1
_LONGEST_PAUSE = 60.0
_TOO_LITTLE = 0.1
_WAIT = frozenset({"authorization_pending", "slow_down"})
# The server's own trouble, said as an OAuth error: waiting may cure it.
_TRANSIENT = frozenset({"server_error", "temporarily_unavailable"})


class Polling:
    """One wait. `fraction()` is random, 0 to 1: many tools started at once must not poll in step."""

    def __init__(
        self,
        pending: PendingLogin,
        *,
        monotonic: Callable[[], float],
        clock: Callable[[], float],
        fraction: Callable[[], float],
    ) -> None:
        self._pending = pending
        self._monotonic = monotonic
        self._clock = clock
        self._fraction = fraction
        self._interval = pending.interval
        self._failures = 0
        self._trouble = ""
        self._asked_to_wait = 0.0
        self._heard_at = monotonic()
        self.number = ""
        """The approval number, sent with each poll until it is found wrong."""
        self.wanted: NumberWanted | None = None
        """Set where the login is approved and waits for the number: ask, and call `typed`."""

    def typed(self, number: str) -> None:
        """Take the number that the person has typed. The next poll sends it, as soon as the interval allows."""
        self.number, self.wanted = tidy(number), None

    def pause(self) -> float:
        """Return the seconds to wait before the next poll: never past the deadline, where one last poll is made.

        The time that went by since the last answer counts: a person may have typed a number meanwhile.
        """
        backed_off = min(self._interval * 2.0**self._failures, _LONGEST_PAUSE)
        pause = max(self._interval, backed_off, self._asked_to_wait)
        since = self._monotonic() - self._heard_at
        return min(max(pause * (1 + _JITTER * self._fraction()) - since, 0.0), self.remaining())

    def remaining(self) -> float:
        """Return the seconds that the code still lives."""
        return max(self._pending.deadline - self._monotonic(), 0.0)

    def heard(self, answer: Response) -> Granted | None:
        """Take an answer: what was granted, or None to go on. Raises AccessDenied, CodeExpired or ServerError."""
        error, self._heard_at = error_of(answer), self._monotonic()
        if error in _WAIT:
            self._failures, self._asked_to_wait, self._trouble = 0, 0.0, ""
            if error == "slow_down":
                self._interval = slower(answer, self._interval)
            else:
                self._look_for_number(answer)
            self._go_on()
            return None
        if error == "access_denied":
            raise AccessDenied
        if error == "expired_token":
            raise CodeExpired
        if answer.status == _OK and error is None and answer.document():
            tokens = read_tokens(answer, now=self._clock(), asked=self._pending.scopes)
            return Granted(tokens=tokens, answer=answer)
        if error is None or error in _TRANSIENT or answer.status >= 500:  # noqa: PLR2004  the server's own trouble
            # 429, a proxy's HTML page, a captive portal: none of them is the issuer's decision.
            self._stumble(f"status {answer.status}", answer.retry_after())
            return None
        if error == "invalid_grant" and self._trouble:
            raise ServerError("The login was completed, but the answer was lost on the way.", hint="Start the login again.")
        raise refusal(answer)

    def failed(self, failure: TransportFailed) -> None:
        """Take a failure of the network, to go on. Raises CodeExpired when no time is left."""
        self._stumble(failure.reason)

    def _look_for_number(self, answer: Response) -> None:
        self.wanted = wanted_by(answer)
        if self.wanted is not None:
            self.number = ""

    def _stumble(self, trouble: str, retry_after: float | None = None) -> None:
        """Wait twice as long as before (RFC 8628 §3.5) and at least as long as the server asks."""
        self._failures = min(self._failures + 1, 10)
        self._asked_to_wait = retry_after or 0.0
        self._trouble = trouble
        self._heard_at = self._monotonic()
        self._go_on()

    def _go_on(self) -> None:
        if self.remaining() > _TOO_LITTLE:
            return
        said = f" The last attempt failed: {self._trouble}." if self._trouble else ""
        raise CodeExpired(f"The code expired before the login was approved.{said}")
