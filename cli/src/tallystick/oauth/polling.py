"""How to wait for the person's decision (RFC 8628 §3.5), without a clock, a network or a loop of its own.

Its driver waits `pause()` seconds, sends a poll, and hands the answer to `heard()` or the failure to `failed()`. So the
threaded and the asynchronous login obey the very same rules.
"""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING, assert_never

from tallystick.errors import AccessDenied, CodeExpired, ServerError
from tallystick.oauth.number_matching import tidy, wanted_by
from tallystick.oauth.responses import Granted, error_of, read_tokens, refusal, slower

if TYPE_CHECKING:
    from collections.abc import Callable

    from tallystick.oauth.http import Response, TransportFailed
    from tallystick.oauth.number_matching import NumberWanted

_OK = 200
_JITTER = 0.1
_LONGEST_PAUSE = 60.0
_TOO_LITTLE = 0.1


class Verdict(Enum):
    """The meaning of an answer to a poll."""

    APPROVED = auto()
    PENDING = auto()
    SLOW_DOWN = auto()
    DENIED = auto()
    EXPIRED = auto()
    USED_UP = auto()
    REFUSED = auto()
    TROUBLE = auto()
    """Not the issuer's decision but its own trouble, or that of something on the way: waiting may cure it."""


_VERDICTS = {
    "authorization_pending": Verdict.PENDING,
    "slow_down": Verdict.SLOW_DOWN,
    "access_denied": Verdict.DENIED,
    "expired_token": Verdict.EXPIRED,
    "server_error": Verdict.TROUBLE,
    "temporarily_unavailable": Verdict.TROUBLE,
}


def verdict_of(answer: Response) -> Verdict:
    """Return what an answer means: its error code (RFC 8628 §3.5) counts before its status."""
    error = error_of(answer)
    if error in _VERDICTS:
        return _VERDICTS[error]
    if error is None and answer.status == _OK and answer.document():
        return Verdict.APPROVED
    if error is None or answer.status >= 500:  # noqa: PLR2004  the server's own trouble
        # A rate limit at a gateway, a proxy's HTML page, a captive portal.
        return Verdict.TROUBLE
    return Verdict.USED_UP if error == "invalid_grant" else Verdict.REFUSED


class Polling:
    """One wait, until `deadline` by the monotonic clock. `number` is the approval number, where it is known already.

    `fraction()` is random, 0 to 1, for the jitter: many tools started at once must not poll in step.
    """

    def __init__(
        self,
        *,
        interval: float,
        deadline: float,
        scopes: tuple[str, ...],
        number: str,
        monotonic: Callable[[], float],
        clock: Callable[[], float],
        fraction: Callable[[], float],
    ) -> None:
        self._interval = interval
        self._deadline = deadline
        self._scopes = scopes
        self._monotonic = monotonic
        self._clock = clock
        self._fraction = fraction
        self._failures = 0
        self._trouble = ""
        self._asked_to_wait = 0.0
        self._heard_at = monotonic()
        self.number = tidy(number)
        """The approval number, sent with each poll until it is found wrong."""

    def typed(self, number: str) -> None:
        """Take the number that the person has typed. The next poll sends it, as soon as the interval allows."""
        self.number = tidy(number)

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
        return max(self._deadline - self._monotonic(), 0.0)

    def heard(self, answer: Response) -> Granted | NumberWanted | None:
        """Take an answer: what was granted, the number that is to be asked for, or None to go on.

        Raises AccessDenied, CodeExpired or ServerError.
        """
        self._heard_at = self._monotonic()
        match verdict := verdict_of(answer):
            case Verdict.APPROVED:
                return Granted(tokens=read_tokens(answer, now=self._clock(), asked=self._scopes), answer=answer)
            case Verdict.PENDING:
                wanted = wanted_by(answer)
                if wanted is not None:
                    self.number = ""
                self._recover()
                return wanted
            case Verdict.SLOW_DOWN:
                self._interval = slower(answer, self._interval)
                self._recover()
                return None
            case Verdict.TROUBLE:
                self._back_off(f"status {answer.status}", answer.retry_after())
                return None
            case Verdict.DENIED:
                raise AccessDenied
            case Verdict.EXPIRED:
                raise CodeExpired
            case Verdict.USED_UP if self._trouble:
                raise ServerError(
                    "The login was completed, but the answer was lost on the way.", hint="Start the login again."
                )
            case Verdict.USED_UP | Verdict.REFUSED:
                raise refusal(answer)
            case _:
                assert_never(verdict)

    def failed(self, failure: TransportFailed) -> None:
        """Take a failure of the network, to go on. Raises CodeExpired when no time is left."""
        self._heard_at = self._monotonic()
        self._back_off(failure.reason)

    def _recover(self) -> None:
        self._failures, self._asked_to_wait, self._trouble = 0, 0.0, ""
        self._go_on()

    def _back_off(self, trouble: str, retry_after: float | None = None) -> None:
        """Back off exponentially (RFC 8628 §3.5), and wait at least as long as the server asks."""
        self._failures = min(self._failures + 1, 10)
        self._asked_to_wait = retry_after or 0.0
        self._trouble = trouble
        self._go_on()

    def _go_on(self) -> None:
        if self.remaining() > _TOO_LITTLE:
            return
        said = f" The last attempt failed: {self._trouble}." if self._trouble else ""
        raise CodeExpired(f"The code expired before the login was approved.{said}")
