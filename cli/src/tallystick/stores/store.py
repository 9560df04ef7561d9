"""The store of a tool's logins: who (accounts), with what (tokens), and what is still waiting (pending logins)."""

from __future__ import annotations

import hashlib
import threading
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tallystick.errors import StorageError
from tallystick.stores.document import MemoryDocument
from tallystick.stores.locking import locked
from tallystick.stores.private_file import PrivateFile
from tallystick.stores.records import account_from, account_record, tokens_from, tokens_record
from tallystick.stores.vault import VaultUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tallystick.credentials import Account, Credential, Key, Tokens
    from tallystick.secret import Secret
    from tallystick.stores.document import Document
    from tallystick.stores.vault import Vault

    Notice = Callable[[str], None]


class Store:
    """Logins in documents, and the lasting secret of each in the vault where there is one.

    Make one with `in_files` or `in_memory`. Every method raises StorageError when it cannot do what it says.
    """

    def __init__(
        self,
        accounts: Document,
        tokens: Document,
        pending: Document,
        *,
        vault: Vault | None = None,
        folder: Path | None = None,
    ) -> None:
        self._accounts = accounts
        self._tokens = tokens
        self.pending = pending
        self._vault = vault
        self._folder = folder
        self._thread_locks: dict[str, threading.Lock] = {}

    @classmethod
    def in_files(
        cls, folder: str | Path, *, accounts: str = "accounts.json", tokens: str = "tokens.json", vault: Vault | None = None
    ) -> Store:
        """Keep logins in two files of `folder`, or in one where both names are the same.

        The accounts file holds no token. A name may end in .yml: what is written is JSON, and JSON is YAML.
        """
        place = Path(folder)
        first = PrivateFile(place / accounts)
        second = first if tokens == accounts else PrivateFile(place / tokens)
        return cls(first, second, PrivateFile(place / "pending.json"), vault=vault, folder=place)

    @classmethod
    def in_memory(cls, *, vault: Vault | None = None) -> Store:
        """Keep logins as long as the process lives: for tests."""
        return cls(MemoryDocument(), MemoryDocument(), MemoryDocument(), vault=vault)

    def prepare(self) -> None:
        """Prove that writing works, before a person is sent to a browser or a refresh token is used up for nothing."""
        self._accounts.prepare()
        if self._tokens is not self._accounts:
            self._tokens.prepare()

    def account(self, key: Key) -> Account | None:
        """Return who has logged in, or None. Asks no keyring, so it is quick."""
        return account_from(self._accounts.read().get("accounts", {}).get(key.id))

    def accounts(self) -> list[Account]:
        """Return all logins."""
        found = (account_from(record) for record in self._accounts.read().get("accounts", {}).values())
        return [account for account in found if account is not None]

    def current(self) -> Account | None:
        """Return the login that was made or switched to last."""
        content = self._accounts.read()
        return account_from(content.get("accounts", {}).get(content.get("current")))

    def switch(self, key: Key) -> None:
        """Make a login the current one."""
        self._accounts.change(lambda content: content.update(current=key.id))

    def tokens(self, key: Key) -> Tokens | None:
        """Return the tokens. What the vault keeps of them is fetched only where there is no other access token."""
        record = self._tokens.read().get("tokens", {}).get(key.id)
        if record is None:
            return None
        account = self.account(key)
        only = self._fetch(key) if account and account.kept_in != "file" and not record.get("access_token") else None
        return tokens_from(record, access_token=only)

    def refresh_token(self, key: Key) -> Secret | None:
        """Return what renews the login, from wherever it is kept."""
        account, tokens = self.account(key), self.tokens(key)
        if account is None or tokens is None or not tokens.renewable or account.kept_in == "file":
            return tokens.refresh_token if tokens else None
        return self._fetch(key)

    def save(self, credential: Credential, notice: Notice) -> Account:
        """Keep a new login, read it back, make it the current one, and return it as kept.

        Where the vault does not answer, `notice` is told and the file takes its place.
        """
        key, tokens = credential.account.key, credential.tokens
        kept_in = self._keep(key, tokens, notice)
        account = replace(credential.account, kept_in=kept_in)
        record = tokens_record(tokens, in_vault=kept_in != "file")
        self._tokens.change(lambda content: content.setdefault("tokens", {}).update({key.id: record}))

        def add(content: dict[str, Any]) -> None:
            content.setdefault("accounts", {})[key.id] = account_record(account)
            content["current"] = key.id

        # The account comes last: a login without its tokens must never be seen.
        self._accounts.change(add)
        if self._tokens.read().get("tokens", {}).get(key.id) != record or self.account(key) is None:
            raise StorageError(f"{self._tokens.name} did not keep the login.")
        return account

    def update(self, key: Key, tokens: Tokens) -> bool:
        """Keep renewed tokens where the login is kept. False, and nothing kept, when it is gone: a logout has won."""
        account = self.account(key)
        if account is None:
            return False
        in_vault = account.kept_in != "file"
        if in_vault:
            # Before the file: killed in between, the next refresh finds the live refresh token and an old access token.
            try:
                self._must_vault(account.kept_in).save(key.id, tokens.lasting)
            except VaultUnavailable as error:
                raise StorageError(f"The renewed login could not be stored: {error}.") from error
        record, found = tokens_record(tokens, in_vault=in_vault), []

        def renew(content: dict[str, Any]) -> None:
            if key.id in content.get("tokens", {}):
                content["tokens"][key.id] = record
                found.append(True)

        self._tokens.change(renew)
        return bool(found)

    def delete(self, key: Key) -> None:
        """Forget a login everywhere; nothing happens when there is none."""
        account = self.account(key)

        def drop(content: dict[str, Any]) -> None:
            for part in ("accounts", "tokens"):
                content.get(part, {}).pop(key.id, None)
            if content.get("current") == key.id:
                del content["current"]

        for document in {id(document): document for document in (self._tokens, self._accounts)}.values():
            if document.read():
                document.change(drop)
        if account is not None and account.kept_in != "file":
            try:
                self._must_vault(account.kept_in).delete(key.id)
            except VaultUnavailable as error:
                raise StorageError(f"The token could not be removed from the {account.kept_in}: {error}.") from error

    @contextmanager
    def lock(self, key: Key) -> Iterator[None]:
        """Let one thread of one process at a time renew this login."""
        digest = hashlib.sha256(key.id.encode()).hexdigest()[:16]
        with self._thread_locks.setdefault(digest, threading.Lock()):
            if self._folder is None:
                yield
                return
            with locked(self._folder / f".refresh-{digest}.lock"):
                yield

    def _keep(self, key: Key, tokens: Tokens, notice: Notice) -> str:
        before = self.account(key)
        kept_in = "file"
        if self._vault is not None:
            try:
                self._vault.save(key.id, tokens.lasting)
                kept_in = self._vault.name
            except VaultUnavailable as error:
                notice(f"The login is kept in {self._tokens.name}, readable by you only: {error}.")
        if kept_in == "file" and before is not None and before.kept_in != "file" and self._vault is not None:
            with suppress(VaultUnavailable):
                self._vault.delete(key.id)
        return kept_in

    def _fetch(self, key: Key) -> Secret | None:
        account = self.account(key)
        try:
            return self._must_vault(account.kept_in if account else "").load(key.id)
        except VaultUnavailable as error:
            raise StorageError(
                f"The stored login cannot be read: {error}.", hint="Unlock the keyring, or log in again."
            ) from error

    def _must_vault(self, kept_in: str) -> Vault:
        if self._vault is None or self._vault.name != kept_in:
            raise StorageError(f"The login is kept in the {kept_in}, which is not in use here.", hint="Log in again.")
        return self._vault
