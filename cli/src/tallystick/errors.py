"""The errors, with one root. Each has a sentence, a code for machines, a hint and an exit status.

A tool needs one clause: `except TallystickError as error: print(error, error.hint); sys.exit(error.exit_code)`.
"""

from __future__ import annotations


class TallystickError(Exception):
    """The root of all. `code` is stable, `hint` says what the person can do, `exit_code` is for the tool's end."""

    message = "The login could not be completed."
    code = "error"
    hint = ""
    exit_code = 1

    def __init__(self, message: str | None = None, *, hint: str | None = None) -> None:
        self.message = message or type(self).message
        if hint is not None:
            self.hint = hint
        super().__init__(self.message)


class InvalidSettings(TallystickError):
    """The issuer, a scope or a name cannot be used as given: a mistake of the caller."""

    message = "The settings of the login cannot be used."
    code = "invalid_settings"
    exit_code = 2


class NotLoggedIn(TallystickError):
    """There are no credentials for this issuer, client and profile."""

    message = "You are not logged in."
    code = "not_logged_in"
    hint = "Log in first."
    exit_code = 4


class SessionExpired(TallystickError):
    """The issuer no longer accepts the stored credentials, and there is no way to renew them."""

    message = "Your session has expired or was revoked."
    code = "auth_expired"
    hint = "Log in again."
    exit_code = 4


class AccessDenied(TallystickError):
    """The person said no (RFC 8628 §3.5)."""

    message = "The login was denied in the browser."
    code = "access_denied"
    hint = "If that was not you, do not approve a code that you have not asked for."
    exit_code = 5


class CodeExpired(TallystickError):
    """Nobody approved while the code was alive (RFC 8628 §3.5)."""

    message = "The code expired before the login was approved."
    code = "code_expired"
    hint = "Start the login again for a new code."
    exit_code = 6


class RateLimited(TallystickError):
    """The issuer wants fewer requests. `retry_after` is in seconds, where it said so."""

    message = "The server asks to try again later."
    code = "rate_limited"
    hint = "Wait a little, then try again."
    exit_code = 7

    def __init__(self, message: str | None = None, *, hint: str | None = None, retry_after: float | None = None) -> None:
        super().__init__(message, hint=hint)
        self.retry_after = retry_after


class LoginPending(TallystickError):
    """A login was started and waits for its approval."""

    message = "The login has not been approved yet."
    code = "login_pending"
    hint = "Approve it in the browser, then resume."
    exit_code = 8


class ApprovalNumberRequired(LoginPending):
    """The login is approved, and waits for the number that the browser shows. Nobody was there to type it."""

    message = "The login is approved, and waits for the number that your browser shows."
    code = "approval_number_required"
    hint = "Type it at a terminal."

    def __init__(self, message: str | None = None, *, hint: str | None = None, attempts_left: int | None = None) -> None:
        super().__init__(message, hint=hint)
        self.attempts_left = attempts_left


class NetworkError(TallystickError):
    """The issuer could not be reached. Nothing was changed or deleted."""

    message = "The server could not be reached."
    code = "unreachable"
    hint = "Check the network and the address, then try again."
    exit_code = 9


class ServerError(TallystickError):
    """The issuer answered, but not with what the standards say, or it refused for a reason that waiting does not cure."""

    message = "The server gave an answer that cannot be used."
    code = "server_error"
    hint = "Try again later; if it stays, tell whoever runs the server."


class IssuerMismatch(ServerError):
    """The metadata found there belongs to another issuer (RFC 8414 §3.3): a mistake, or someone in between."""

    message = "The server says that it is another issuer."
    code = "issuer_mismatch"
    hint = "Check the address of the issuer, byte for byte."


class AudienceMismatch(TallystickError):
    """A request would have taken the token to a server it does not belong to. It was not sent."""

    message = "The token does not belong to that server."
    code = "audience_mismatch"
    hint = "Name the API's origin in `audiences` if the token is meant for it."


class StorageError(TallystickError):
    """Credentials could not be read or written."""

    message = "The credentials could not be stored."
    code = "storage_failed"
    exit_code = 10


class Cancelled(TallystickError):
    """The person interrupted the login. Nothing was stored."""

    message = "The login was cancelled."
    code = "cancelled"
    exit_code = 130
