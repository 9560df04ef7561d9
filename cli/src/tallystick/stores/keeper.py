"""Decides where the lasting secret of a login goes, and finds it there again."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from tallystick.errors import StorageError
from tallystick.stores.vault import VaultUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from tallystick.credentials.account import Account, Key
    from tallystick.credentials.secret import Secret
    from tallystick.stores.vault import Vault

    Notice = Callable[[str], None]

IN_FILE = "file"
"""What `kept_in` says of a login whose secret stands in the tokens file."""


class SecretKeeper:
    """The vault of a store, if it has one. `place` is the file that takes the secret otherwise, for people."""

    def __init__(self, vault: Vault | None, place: str) -> None:
        self._vault = vault
        self._place = place

    def keep(self, key: Key, secret: Secret, notice: Notice) -> str:
        """Keep the secret of a new login; returns where. `notice` is told when the vault does not answer."""
        if self._vault is None:
            return IN_FILE
        try:
            self._vault.save(key.id, secret)
        except VaultUnavailable as error:
            notice(f"The login is kept in {self._place}, readable by you only: {error}.")
            return IN_FILE
        return self._vault.name

    def renew(self, account: Account, secret: Secret) -> None:
        """Replace the secret, where the login is kept: a login does not wander to a less safe place on its own."""
        if account.kept_in != IN_FILE:
            try:
                self._vault_of(account).save(account.key.id, secret)
            except VaultUnavailable as error:
                raise StorageError(f"The renewed login could not be stored: {error}.") from error

    def fetch(self, account: Account) -> Secret | None:
        """Return the secret of a login that is kept in the vault."""
        try:
            return self._vault_of(account).load(account.key.id)
        except VaultUnavailable as error:
            raise StorageError(
                f"The stored login cannot be read: {error}.", hint="Unlock the keyring, or log in again."
            ) from error

    def known(self, account: Account | None) -> Secret | None:
        """Return the secret of a login, if it is kept in the vault and the vault answers."""
        if account is None or account.kept_in == IN_FILE:
            return None
        with suppress(StorageError):
            return self.fetch(account)
        return None

    def forget(self, account: Account) -> None:
        """Remove the secret of a login that is kept in the vault."""
        if account.kept_in != IN_FILE:
            try:
                self._vault_of(account).delete(account.key.id)
            except VaultUnavailable as error:
                raise StorageError(f"The token could not be removed from the {account.kept_in}: {error}.") from error

    def put_back(self, key: Key, secret: Secret | None) -> None:
        """Undo `keep`, as far as the vault lets us: it has just answered."""
        if self._vault is not None:
            with suppress(VaultUnavailable):
                if secret is None:
                    self._vault.delete(key.id)
                else:
                    self._vault.save(key.id, secret)

    def _vault_of(self, account: Account) -> Vault:
        if self._vault is None or self._vault.name != account.kept_in:
            raise StorageError(
                f"The login is kept in the {account.kept_in}, which is not in use here.", hint="Log in again."
            )
        return self._vault
