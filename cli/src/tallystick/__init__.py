"""Device login (RFC 8628) for command-line tools, with any issuer that publishes metadata.

    from tallystick import DeviceLogin

    auth = DeviceLogin("https://login.example.com", client_id="acme-cli", app="acme")
    session = auth.login()

Importing this loads the standard library only.
"""

from typing import TYPE_CHECKING, Any

from tallystick.credentials import Account, Key, User
from tallystick.errors import (
    AccessDenied,
    AudienceMismatch,
    Cancelled,
    CodeExpired,
    InvalidSettings,
    IssuerMismatch,
    LoginPending,
    NetworkError,
    NotLoggedIn,
    RateLimited,
    ServerError,
    SessionExpired,
    StorageError,
    TallystickError,
)
from tallystick.http import Request, Response, Transport, TransportFailed
from tallystick.login import DeviceLogin
from tallystick.logout import Logout
from tallystick.pending import PendingLogin
from tallystick.secret import Secret
from tallystick.session import Session
from tallystick.stores.store import Store
from tallystick.stores.vault import KeyringVault, MemoryVault, Vault
from tallystick.system import System
from tallystick.version import VERSION as __version__  # noqa: N811  the name that tools look for

if TYPE_CHECKING:
    from tallystick.aio import AsyncDeviceLogin, AsyncSession

__all__ = [
    "AccessDenied",
    "Account",
    "AsyncDeviceLogin",
    "AsyncSession",
    "AudienceMismatch",
    "Cancelled",
    "CodeExpired",
    "DeviceLogin",
    "InvalidSettings",
    "IssuerMismatch",
    "Key",
    "KeyringVault",
    "LoginPending",
    "Logout",
    "MemoryVault",
    "NetworkError",
    "NotLoggedIn",
    "PendingLogin",
    "RateLimited",
    "Request",
    "Response",
    "Secret",
    "ServerError",
    "Session",
    "SessionExpired",
    "StorageError",
    "Store",
    "System",
    "TallystickError",
    "Transport",
    "TransportFailed",
    "User",
    "Vault",
    "__version__",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401  any of the names below
    """Load the asynchronous twin when it is asked for: most tools never do."""
    if name in {"AsyncDeviceLogin", "AsyncSession"}:
        from tallystick import aio

        return getattr(aio, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
