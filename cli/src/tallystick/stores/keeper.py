"""Decides where the lasting secret of a login goes, and finds it there again."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from tallystick.errors import StorageError
from tallystick.stores.keyring import KeyringUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from tallystick.credentials.account import Account, Key
    from tallystick.credentials.secret import Secret
    from tallystick.stores.keyring import Keyring

    Notice = Callable[[str], None]

IN_FILE = "file"
"""The word in `kept_in` of a login whose secret stands in the tokens file."""


class SecretKeeper:
    """The keyring of a store, if it has one. `place` is the file that takes the secret otherwise, for people."""

    def __init__(self, keyring: Keyring | None, place: str) -> None:
        self._keyring = keyring
        self._place = place

    def keep(self, key: Key, secret: Secret, notice: Notice) -> str:
        """Keep the secret of a new login; returns where. `notice` is told when the keyring does not answer."""
        if self._keyring is None:
            return IN_FILE
        try:
            self._keyring.save(key.id, secret)
        except KeyringUnavailable as error:
            notice(f"The login is kept in {self._place}, readable by you only: {error}.")
            return IN_FILE
        return self._keyring.name

    def renew(self, account: Account, secret: Secret) -> None:
        """Replace the secret, where the login is kept: a login does not wander to a less safe place on its own."""
        if account.kept_in != IN_FILE:
            try:
                self._keyring_of(account).save(account.key.id, secret)
            except KeyringUnavailable as error:
                raise StorageError(f"The renewed login could not be stored: {error}.") from error

    def fetch(self, account: Account) -> Secret | None:
        """Return the secret of a login that is kept in the keyring."""
        try:
            return self._keyring_of(account).load(account.key.id)
        except KeyringUnavailable as error:
            raise StorageError(
                f"The stored login cannot be read: {error}.", hint="Unlock the keyring, or log in again."
            ) from error

    def known(self, account: Account | None) -> Secret | None:
        """Return the secret of a login, if it is kept in the keyring and the keyring answers."""
        if account is None or account.kept_in == IN_FILE:
            return None
        with suppress(StorageError):
            return self.fetch(account)
        return None

    def forget(self, account: Account) -> None:
        """Remove the secret of a login that is kept in the keyring."""
        if account.kept_in != IN_FILE:
            try:
                self._keyring_of(account).delete(account.key.id)
            except KeyringUnavailable as error:
                raise StorageError(f"The token could not be removed from the {account.kept_in}: {error}.") from error

    def put_back(self, key: Key, secret: Secret | None) -> None:
        """Undo `keep`, as far as the keyring lets us: it has just answered."""
        if self._keyring is not None:
            with suppress(KeyringUnavailable):
                if secret is None:
                    self._keyring.delete(key.id)
                else:
                    self._keyring.save(key.id, secret)

    def _keyring_of(self, account: Account) -> Keyring:
        if self._keyring is None or self._keyring.name != account.kept_in:
            raise StorageError(
                f"The login is kept in the {account.kept_in}, which is not in use here.", hint="Log in again."
            )
        return self._keyring
