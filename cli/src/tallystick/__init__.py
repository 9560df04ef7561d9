"""Device login (RFC 8628) for command-line tools, with any issuer that publishes metadata.

    from tallystick import DeviceLogin

    auth = DeviceLogin("https://login.example.com", client_id="acme-cli", app="acme")
    session = auth.login()

Importing this loads the standard library only, and of this package what is asked for.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tallystick.credentials.account import Account, Key, User
    from tallystick.credentials.secret import Secret
    from tallystick.errors import (
        AccessDenied,
        ApprovalNumberRequired,
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
    from tallystick.login.aio import AsyncDeviceLogin
    from tallystick.login.device_login import DeviceLogin
    from tallystick.login.logout import Logout
    from tallystick.login.pending import PendingLogin
    from tallystick.machine.system import System
    from tallystick.oauth.http import Request, Response, Transport, TransportFailed
    from tallystick.oauth.number_matching import NumberWanted
    from tallystick.session.aio import AsyncSession
    from tallystick.session.session import Session
    from tallystick.stores.keyring import Keyring, KeyringUnavailable, MemoryKeyring, SystemKeyring
    from tallystick.stores.store import Store
    from tallystick.version import VERSION as __version__  # noqa: N811  the name that tools look for

_HOMES = {
    "login.aio": "AsyncDeviceLogin",
    "oauth.number_matching": "NumberWanted",
    "credentials.account": "Account Key User",
    "errors": (
        "AccessDenied ApprovalNumberRequired AudienceMismatch Cancelled CodeExpired InvalidSettings IssuerMismatch"
        " LoginPending NetworkError NotLoggedIn RateLimited ServerError SessionExpired StorageError TallystickError"
    ),
    "oauth.http": "Request Response Transport TransportFailed",
    "login.device_login": "DeviceLogin",
    "login.logout": "Logout",
    "login.pending": "PendingLogin",
    "credentials.secret": "Secret",
    "session.aio": "AsyncSession",
    "session.session": "Session",
    "stores.store": "Store",
    "stores.keyring": "SystemKeyring MemoryKeyring Keyring KeyringUnavailable",
    "machine.system": "System",
}

__all__ = [
    "AccessDenied",
    "Account",
    "ApprovalNumberRequired",
    "AsyncDeviceLogin",
    "AsyncSession",
    "AudienceMismatch",
    "Cancelled",
    "CodeExpired",
    "DeviceLogin",
    "InvalidSettings",
    "IssuerMismatch",
    "Key",
    "Keyring",
    "KeyringUnavailable",
    "LoginPending",
    "Logout",
    "MemoryKeyring",
    "NetworkError",
    "NotLoggedIn",
    "NumberWanted",
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
    "SystemKeyring",
    "TallystickError",
    "Transport",
    "TransportFailed",
    "User",
    "__version__",
]


def __getattr__(name: str) -> object:
    """Load a name's module when the name is asked for (PEP 562)."""
    from importlib import import_module

    if name == "__version__":
        found: object = import_module("tallystick.version").VERSION
    else:
        home = next((module for module, names in _HOMES.items() if name in names.split()), None)
        if home is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        found = getattr(import_module(f"{__name__}.{home}"), name)
    globals()[name] = found
    return found
