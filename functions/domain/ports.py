"""What the use cases ask of storage, keys and clock. `store`, `tokens` and the tests' doubles answer it.

Every method raises StoreUnavailable when the table cannot answer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from functions.domain.browser_session import BrowserSession
    from functions.domain.client import Client
    from functions.domain.device_grant.states import Approved, Approver, Claimed, Denied, Grant, Pending, Proof, Redeemed
    from functions.domain.device_grant.transitions import NumberMatched, NumberWrong
    from functions.domain.limits import Guesser, GuessLimits, Lock, Rate, Tally
    from functions.domain.person import User
    from functions.domain.secret import Secret
    from functions.domain.session.access import Access
    from functions.domain.session.session import Session

Clock = Callable[[], float]
"""Seconds since the epoch."""

RandomBytes = Callable[[int], bytes]
"""n bytes fit for secrets."""

ReadSecret = Callable[[str], "Secret"]
"""The secret of an ARN. Raises StoreUnavailable when it cannot be had."""


class Grants(Protocol):
    """The grants' items: each method is the transition of its name, by one conditional write.

    It returns the grant after it or raises why not, as `device_grant.transitions` says. Times are seconds since the epoch;
    `locator` is the key of a grant.
    """

    def add(self, grant: Pending, now: float) -> Grant:
        """Put a new grant (`issue`). Its own retried write returns what stands. Raises UserCodeTaken."""

    def poll(self, locator: str, proof: Proof, now: float) -> Pending | Claimed | Approved | Redeemed:
        """Accept a poll and start the next pause, or hand over what was decided."""

    def claim(self, locator: str, user_id: str, now: float) -> Claimed:
        """Bind a pending grant to the person, or find it bound to them already."""

    def release(self, locator: str, user_id: str, now: float) -> Pending:
        """Undo the person's claim."""

    def approve(self, locator: str, approver: Approver, now: float) -> Approved:
        """Say yes: only from where, and as lately, as asked."""

    def deny(self, locator: str, user_id: str, now: float) -> Denied:
        """Say no."""

    def match_number(self, seen: Approved, proof: Proof, presented: str, now: float) -> NumberMatched | NumberWrong:
        """Hold the digest of a number against an approved grant, which was `seen` before; a wrong one is counted."""

    def redeem(self, approved: Approved, proof: Proof, session: Session, now: float) -> Redeemed:
        """Exchange the grant, and in the same write store the session that it becomes: never one without the other."""


class Sessions(Protocol):
    """The sessions, each by its person and its id. `Grants.redeem` opens them."""

    def get(self, user_id: str, session_id: str, now: float) -> Session | None:
        """Return a live session, read consistently: one that was ended is over."""

    def list_of(self, user_id: str, now: float) -> tuple[Session, ...]:
        """Return the person's live sessions, the one used last first."""

    def rotate(self, session: Session, now: float) -> Session | None:
        """Put `session`, as `session.rotated` made it, in place of the generation before it (`session.advanced`).

        Returns what stands there then: `session` itself, by this write or an earlier one whose acknowledgement was lost; or
        what it lost to; or None when the session has been ended.
        """

    def rename(self, user_id: str, session_id: str, label: str, now: float) -> Session | None:
        """Give a live session another label and return it. None when there is none: no item is made."""

    def end(self, user_id: str, session_id: str) -> Session | None:
        """End a session for good and return it as it was. None when there was none: ending it again does no harm."""

    def end_all(self, user_id: str, *, keep: str = "") -> tuple[Session, ...]:
        """End all of the person's sessions, except the one with the id `keep`, and return those that were ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessToken:
    """A signed access token and its life in seconds."""

    token: Secret
    expires_in: int


class Counters(Protocol):
    """Counts of events, each by what is counted, whose it is, and the window."""

    def take(self, what: str, key: str, rate: Rate, now: float) -> bool:
        """Count one event, unless the window has had as many as it may: then False. Never one more, however many at once."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A wrong code was counted; `tally` has it."""

    tally: Tally


@dataclass(frozen=True, slots=True)
class Full:
    """Nothing was counted: one of the counts is as high as it may be."""

    tally: Tally


class Guesses(Protocol):
    """The wrong user codes. All counts of a window are changed in one write, or none is."""

    def tally(self, guesser: Guesser, limits: GuessLimits, now: float) -> Tally:
        """Return the wrong codes of the window as they were a moment ago. What `count` says of them is exact."""

    def count(self, guesser: Guesser, limits: GuessLimits, now: float) -> Counted | Full:
        """Count a wrong code against the account, the network and the total, unless one of them is full."""

    def give_back(self, guesser: Guesser, limits: GuessLimits, now: float) -> None:
        """Take back what `count` counted at `now`: the code was right."""


class AccessTokens(Protocol):
    """Whoever signs access tokens. Raises StoreUnavailable when it cannot, so it is asked before anything is used up."""

    def mint(self, session: Session, scopes: tuple[str, ...], client: Client, user: User, now: float) -> AccessToken:
        """Return a new token of the session for exactly these scopes. It does not outlive the session."""

    def identify(self, session: Session, scopes: tuple[str, ...], client: Client, user: User, now: float) -> Secret | None:
        """Return an ID token: who the person is, signed for the client itself. None unless the scopes have `openid`."""


class AccessTokenReader(Protocol):
    """Whoever knows our access tokens by sight."""

    def read(self, token: Secret, now: float) -> Access | None:
        """Return what the token says, or None when it is not ours or its time is over. It may have been revoked since."""


class OpaqueTokens(AccessTokenReader, Protocol):
    """What the opaque access tokens say, by their SHA-256."""

    def add(self, token: Secret, access: Access) -> None:
        """Store what a new token says, until it expires."""


class Users(Protocol):
    """The people's profiles."""

    def save(self, user: User) -> None:
        """Put what the identity provider said now; leaves what the operator, or the person, has done here."""

    def get(self, user_id: str, *, consistent: bool = True) -> User | None:
        """Return the person or None. An eventually consistent read costs half, and is for what is only shown."""

    def lock(self, user_id: str, lock: Lock) -> None:
        """Lock the account. Nothing happens when there is no such person."""

    def end_approvals(self, user_id: str, now: float) -> None:
        """Let nothing be collected that the person has approved by now. Nothing happens when there is no such person."""

    def remember(self, user_id: str, consent: str) -> None:
        """Add to the person's consents. Nothing happens when there is no such person."""


class BrowserSessions(Protocol):
    """Signed-in browsers, keyed by the SHA-256 of their cookie."""

    def add(self, cookie: Secret, session: BrowserSession) -> None:
        """Store a new session."""

    def get(self, cookie: Secret, now: float) -> BrowserSession | None:
        """Return the live session of this cookie, or None. One that was ended may live on for a moment."""

    def remove(self, cookie: Secret) -> None:
        """End the session; nothing happens when there is none."""

    def use_sign_in(self, transaction: Secret, expires_at: int, now: float) -> bool:
        """Mark a sign-in transaction as used. False when it was used before: each one works once."""
