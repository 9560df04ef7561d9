"""A login that was started and waits for the person: what to show, what to poll with, and until when."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tallystick.credentials.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Callable

    from tallystick.credentials.account import Key


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingLogin:
    """The result of `start()`. `user_code` and the addresses are safe to print; the device code is never to be shown.

    `started_at` is the time of day, for another process that resumes; `deadline` is this process's monotonic clock.
    `approval_number_required`: after the approval the browser shows a number, which is to be typed where the login waits.
    """

    issuer: str
    client_id: str
    profile: str
    scopes: tuple[str, ...]
    user_code: str
    verification_uri: str
    verification_uri_complete: str | None
    interval: float
    expires_in: float
    started_at: float
    deadline: float
    device_code: Secret
    code_verifier: Secret | None = None
    approval_number_required: bool = False
    _save: Callable[[PendingLogin], None] | None = field(default=None, repr=False, compare=False)

    def save(self) -> None:
        """Keep this login on disk, readable by its owner only, so that `resume()` works in another process."""
        if self._save is not None:
            self._save(self)

    def to_json(self) -> dict[str, Any]:
        """Return what another process needs to resume. Holds the device code: for a private file only."""
        return {
            "scopes": list(self.scopes),
            "user_code": self.user_code,
            "verification_uri": self.verification_uri,
            "verification_uri_complete": self.verification_uri_complete,
            "interval": self.interval,
            "expires_in": self.expires_in,
            "started_at": self.started_at,
            "device_code": self.device_code.reveal(),
            "code_verifier": self.code_verifier.reveal() if self.code_verifier else None,
            "approval_number_required": self.approval_number_required,
        }


def pending_from_json(stored: dict[str, Any], key: Key, *, now: float, monotonic: float) -> PendingLogin:
    """Read what `to_json` wrote. Raises KeyError, TypeError or ValueError when it is something else.

    The life that remains is guessed by the time of day; the server has the last word.
    """
    started_at, expires_in = float(stored["started_at"]), float(stored["expires_in"])
    remaining = min(max(started_at + expires_in - now, 0.0), expires_in)
    complete, verifier = stored["verification_uri_complete"], stored["code_verifier"]
    return PendingLogin(
        issuer=key.issuer,
        client_id=key.client_id,
        profile=key.profile,
        scopes=tuple(str(scope) for scope in stored["scopes"]),
        user_code=str(stored["user_code"]),
        verification_uri=str(stored["verification_uri"]),
        verification_uri_complete=str(complete) if complete else None,
        interval=float(stored["interval"]),
        expires_in=expires_in,
        started_at=started_at,
        deadline=monotonic + remaining,
        device_code=Secret(str(stored["device_code"])),
        code_verifier=Secret(str(verifier)) if verifier else None,
        approval_number_required=stored.get("approval_number_required") is True,
    )
