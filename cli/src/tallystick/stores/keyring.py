"""The keyring, which keeps the lasting secret of a login: the operating system's, or one that a tool brings."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Protocol

from tallystick.credentials.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from tallystick.machine.timeout import Result

KEYRING_SECONDS = 3.0
_INTERRUPTED_SECONDS = 0.1
_WINDOWS_CHARACTERS = 1280
_NO_STORE = ("keyring.backends.fail", "keyring.backends.null")


class KeyringUnavailable(Exception):
    """The secret could not be read or kept. The text says why, for people."""


class Keyring(Protocol):
    """Keeps secrets by a name. Every method raises KeyringUnavailable when it cannot."""

    @property
    def name(self) -> str:
        """The word in `kept_in` of a login whose secret is here."""

    def load(self, name: str) -> Secret | None:
        """Return the secret, or None when there is none."""

    def save(self, name: str, secret: Secret) -> None:
        """Keep a secret in place of the one before."""

    def delete(self, name: str) -> None:
        """Forget a secret. Idempotent: nothing happens when there is none."""


class MemoryKeyring:
    """Lives as long as the process."""

    name = "memory"

    def __init__(self) -> None:
        self._secrets: dict[str, Secret] = {}

    def load(self, name: str) -> Secret | None:
        """Return the secret."""
        return self._secrets.get(name)

    def save(self, name: str, secret: Secret) -> None:
        """Keep it."""
        self._secrets[name] = secret

    def delete(self, name: str) -> None:
        """Forget it."""
        self._secrets.pop(name, None)


class SystemKeyring:
    """The keyring of the operating system. `service` is the name it is filed under; the package is imported when needed.

    No call takes longer than three seconds: a Secret Service that hangs must not hang the command. After the first one that
    did, the keyring is not asked again by this process.
    """

    name = "keyring"

    def __init__(self, service: str, *, seconds: float = KEYRING_SECONDS, platform: str = sys.platform) -> None:
        self._service = service
        self._seconds = seconds
        self._platform = platform
        self._hung = False

    def load(self, name: str) -> Secret | None:
        """Return the secret, or None."""
        found = self._call(lambda keyring: keyring.get_password(self._service, name))
        return Secret(found) if isinstance(found, str) else None

    def save(self, name: str, secret: Secret) -> None:
        """Keep a secret and read it back: some backends lose it without a word."""
        text = secret.reveal()
        if self._platform == "win32" and len(text) > _WINDOWS_CHARACTERS:
            raise KeyringUnavailable("the token is longer than the Credential Manager takes")
        self._call(lambda keyring: keyring.set_password(self._service, name, text))
        if self.load(name) != secret:
            raise KeyringUnavailable("the keyring did not keep the token")

    def delete(self, name: str) -> None:
        """Forget a secret."""

        def remove(keyring: Any) -> None:  # noqa: ANN401  a module
            if keyring.get_password(self._service, name) is not None:
                keyring.delete_password(self._service, name)

        self._call(remove)

    def _call(self, call: Callable[[ModuleType], Result]) -> Result:
        from tallystick.machine.timeout import within

        if self._hung:
            raise KeyringUnavailable("the keyring does not answer")
        _load(self._platform)
        try:
            return within(self._seconds, lambda: call(_keyring()))
        except TimeoutError as error:
            self._hung = True
            raise KeyringUnavailable(f"the keyring did not answer within {self._seconds:g} s") from error
        except KeyboardInterrupt:
            # After Ctrl-C the person does not wait again while what was begun is undone.
            self._seconds = min(self._seconds, _INTERRUPTED_SECONDS)
            raise
        except KeyringUnavailable:
            raise
        except Exception as error:  # backends raise what they like, D-Bus errors among it
            raise KeyringUnavailable(f"the keyring failed ({type(error).__name__})") from error


def _load(platform: str) -> None:
    """Import what needs no keyring to answer: on a busy machine that alone may take seconds, and hangs nowhere."""
    from contextlib import suppress
    from importlib import import_module

    try:
        import_module("keyring")
    except ImportError as error:
        raise KeyringUnavailable("the package `keyring` is not installed") from error
    if platform == "linux":
        with suppress(ImportError):
            import_module("keyring.backends.SecretService")


def _keyring() -> ModuleType:
    """Find the backend, and refuse one that keeps nothing. That may itself hang, so it is done in time."""
    import keyring

    backend = keyring.get_keyring()
    if type(backend).__module__.startswith(_NO_STORE) or backend.priority <= 0:
        raise KeyringUnavailable("this machine has no keyring")
    return keyring
