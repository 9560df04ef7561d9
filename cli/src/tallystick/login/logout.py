"""The end of a login: at the issuer, and here in any case."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tallystick.errors import StorageError, TallystickError
from tallystick.login.flow import Flow

if TYPE_CHECKING:
    from tallystick.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Logout:
    """The result of a logout. `revoked` is None where the issuer has no way to revoke; an error says what went wrong."""

    was_logged_in: bool
    revoked: bool | None = None
    revoke_error: TallystickError | None = None
    delete_error: StorageError | None = None


def log_out(settings: Settings) -> Logout:
    """Revoke, then delete. Neither keeps the other from being done."""
    flow, store, key = Flow(settings), settings.store, settings.key
    known = True
    revoked: bool | None = None
    revoke_error: TallystickError | None = None
    delete_error: StorageError | None = None
    try:
        known = store.account(key) is not None
        tokens = flow.stored_tokens()
        revoked = (flow.revoke(tokens) or None) if tokens else None
    except TallystickError as error:
        revoked, revoke_error = False, error
    try:
        store.delete(key)
    except StorageError as error:
        delete_error = error
    return Logout(was_logged_in=known, revoked=revoked, revoke_error=revoke_error, delete_error=delete_error)
