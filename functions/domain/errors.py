"""What can go wrong, as types. Each has a sentence for the public and, where it helps, a detail for the log.

The public sentence is fixed text: nothing a caller sent is ever echoed. `wire` has the one table from these types to HTTP
status and OAuth error code (RFC 6749 §5.2, RFC 8628 §3.5).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from functions.domain.device_grant.states import Origin


class GrantError(Exception):
    """The root of every refusal. `public` is safe to send to anyone, `detail` is for the operator's log only."""

    public = "The request was refused."

    def __init__(self, public: str | None = None, *, detail: str = "") -> None:
        self.public = public or type(self).public
        self.detail = detail
        super().__init__(self.public)


class InvalidRequest(GrantError):
    """A parameter is missing, repeated or malformed (RFC 6749 §5.2)."""

    public = "A required parameter is missing, repeated or malformed."


class InvalidClient(GrantError):
    """The client is unknown or did not authenticate (RFC 6749 §5.2). `challenge`: it used the Authorization header."""

    public = "The client is unknown or could not be authenticated."

    def __init__(self, public: str | None = None, *, detail: str = "", challenge: bool = False) -> None:
        super().__init__(public, detail=detail)
        self.challenge = challenge


class UnauthorizedClient(GrantError):
    """The client may not use this grant (RFC 6749 §5.2)."""

    public = "This client may not use this grant."


class UnsupportedGrantType(GrantError):
    """The grant type is not one this server offers (RFC 6749 §5.2)."""

    public = "This grant_type is not supported here."


class InvalidScope(GrantError):
    """A scope is malformed or not the client's to ask for (RFC 6749 §5.2)."""

    public = "A requested scope is not allowed for this client."


class InvalidGrant(GrantError):
    """The device code is unknown, another client's, or was redeemed already (RFC 6749 §5.2)."""

    public = "The device code is not valid. Start the login again."


class InvalidRefreshToken(InvalidGrant):
    """The refresh token is unknown, another client's, or its session is over (RFC 6749 §5.2)."""

    public = "The refresh token is not valid. Log in again."


class RefreshReused(InvalidRefreshToken):
    """A refresh token came back that had been used before: two hold the family, which is over now (RFC 9700 §4.14.2)."""

    def __init__(self, user_id: str, session_id: str) -> None:
        super().__init__()
        self.user_id = user_id
        self.session_id = session_id


class ForeignToken(InvalidGrant):
    """A client wants to revoke a token that another client was given (RFC 7009 §2.1)."""

    public = "The token was issued to another client."


class TokenRequired(GrantError):
    """There is no access token in the request (RFC 6750 §3.1: then the answer names no error)."""

    public = "Send an access token in the Authorization header."


class InvalidToken(GrantError):
    """The access token is forged, expired or revoked (RFC 6750 §3.1)."""

    public = "The access token is not valid. Refresh it, or log in again."


class InsufficientScope(GrantError):
    """The access token is good, but not for this (RFC 6750 §3.1). `scope` is what it lacks."""

    public = "The access token was not granted the scope for this."

    def __init__(self, scope: str) -> None:
        super().__init__()
        self.scope = scope


class AuthorizationPending(GrantError):
    """Nobody has decided yet (RFC 8628 §3.5)."""

    public = "The login has not been approved yet."


class ApprovalNumberRequired(AuthorizationPending):
    """Approved, but the tool must send the number that the page shows."""

    public = "Send the number that the approval page shows, as approval_number."


class WrongApprovalNumber(AuthorizationPending):
    """Approved, but that was not the number. `attempts_left` more may be sent."""

    public = "That is not the number that the approval page shows."

    def __init__(self, user_id: str, attempts_left: int) -> None:
        super().__init__()
        self.user_id = user_id
        self.attempts_left = attempts_left


class SlowDown(GrantError):
    """Polled too early (RFC 8628 §3.5). `interval`: seconds to wait between polls from now on."""

    public = "Polling too fast. Wait longer between requests."

    def __init__(self, interval: int) -> None:
        super().__init__()
        self.interval = interval


class AccessDenied(GrantError):
    """The person said no (RFC 8628 §3.5)."""

    public = "The login was denied."


class TooManyWrongNumbers(AccessDenied):
    """The last wrong approval number that was one too many: the login is denied."""

    def __init__(self, user_id: str) -> None:
        super().__init__()
        self.user_id = user_id


class ExpiredToken(GrantError):
    """The code's life is over (RFC 8628 §3.5)."""

    public = "The code has expired. Start the login again."


class UnknownUserCode(GrantError):
    """The user code is wrong, used, or opened by another account: one answer for all, so that guessing learns nothing."""

    public = "That code is not valid. Check it, or start the login again."


class ExpiredUserCode(GrantError):
    """The user code was right but its time is over."""

    public = "That code has expired. Start the login again."


class AlreadyDecided(GrantError):
    """The same person has approved or denied this login before, perhaps in another tab."""

    public = "This login has already been decided."


class UnknownSession(GrantError):
    """There is no such session among the person's own: it is over, or somebody else's."""

    public = "There is no such session."


class SignInRequired(GrantError):
    """There is no browser session, or its time is over."""

    public = "Sign in to go on."


class FreshSignInRequired(GrantError):
    """The person proved who they are too long ago for this decision."""

    public = "Sign in again to go on."


class TooFar(GrantError):
    """The browser is not in the country, or the network, that the client demands: that of the tool, which is `origin`."""

    public = "This login was started somewhere else, so it can only be denied here."

    def __init__(self, origin: Origin) -> None:
        super().__init__()
        self.origin = origin


class SignInRefused(GrantError):
    """The way back from the identity provider does not belong to a sign-in this browser began, or proves nothing."""

    public = "This sign-in could not be completed. Start it again."


class SignInNotFresh(SignInRefused):
    """The person was to prove anew who they are, and the identity provider let them through on an older sign-in."""

    public = "Your identity provider did not ask you to sign in again. Sign out there first, then try once more."


class SignInDenied(GrantError):
    """The person did not sign in at the identity provider, or it did not let them."""

    public = "You were not signed in."


class ForbiddenRequest(GrantError):
    """The request did not come from our own page (or came from a foreign one where no page may call)."""

    public = "This request may not be made from here."


class TooManyRequests(GrantError):
    """A network or a client has asked for more than it may in a while (RFC 6585 §4). `retry_after` is in seconds."""

    public = "Too many requests. Wait a while before the next one."

    def __init__(self, retry_after: int, *, detail: str = "") -> None:
        super().__init__(detail=detail)
        self.retry_after = retry_after


class TooManyAttempts(TooManyRequests):
    """Too many wrong user codes came from this account, from its network, or from everybody (RFC 8628 §5.1)."""

    public = "Too many wrong codes. Wait a while before the next one."


class Unavailable(GrantError):
    """Something we depend on did not answer. Nothing was decided; try again."""

    public = "The service is busy. Try again shortly."


class StoreUnavailable(Unavailable):
    """The table or the key service did not answer, or is throttled."""


class ProviderUnavailable(Unavailable):
    """The identity provider did not answer, or not as it should. Only sign-in suffers."""

    public = "Sign-in is not available right now. Try again shortly."


class UserCodeTaken(Exception):
    """A live grant has this user code: draw another. Nobody is ever told."""


class RuleMismatch(Exception):
    """The table refused what the domain allows, or did what it forbids: a condition has drifted from its transition."""


class CorruptGrant(Exception):
    """An item mixes the attributes of states, or lacks one. An error to look at, never a guess."""


class CorruptSession(Exception):
    """The item of a session lacks an attribute. Likewise."""
