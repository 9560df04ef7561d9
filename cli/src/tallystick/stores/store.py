"""The store of a tool's logins: who (accounts), with what (tokens), and what is still waiting (pending logins)."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tallystick.errors import StorageError
from tallystick.machine.folders import config_folder
from tallystick.stores.keeper import IN_FILE, SecretKeeper
from tallystick.stores.keyring import MemoryKeyring, SystemKeyring
from tallystick.stores.locking import locked
from tallystick.stores.private_file import PrivateFile
from tallystick.stores.records import account_from, account_record, tokens_from, tokens_record

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from tallystick.credentials.account import Account, Key
    from tallystick.credentials.secret import Secret
    from tallystick.credentials.tokens import Credential, Tokens
    from tallystick.machine.system import System
    from tallystick.stores.document import Document
    from tallystick.stores.keeper import Notice
    from tallystick.stores.keyring import Keyring


class Store:
    """Logins in documents, and the lasting secret of each in the keyring where there is one.

    Make one with `of`, `in_files` or `in_memory`. Every method raises StorageError when it cannot do what it says.
    """

    def __init__(
        self,
        accounts: Document,
        tokens: Document,
        pending: Document,
        *,
        keyring: Keyring | None = None,
        folder: Path | None = None,
    ) -> None:
        self._accounts = accounts
        self._tokens = tokens
        self.pending = pending
        self._secrets = SecretKeeper(keyring, tokens.name)
        self._folder = folder
        self._thread_locks: dict[str, threading.Lock] = {}

    @classmethod
    def in_files(
        cls,
        folder: str | Path,
        *,
        accounts: str = "accounts.json",
        tokens: str = "tokens.json",
        keyring: Keyring | None = None,
    ) -> Store:
        """Keep logins in two files of `folder`, or in one where both names are the same.

        The accounts file holds no token. A name may end in .yml: what is written is JSON, and JSON is YAML.
        """
        place = Path(folder)
        first = PrivateFile(place / accounts)
        second = first if tokens == accounts else PrivateFile(place / tokens)
        return cls(first, second, PrivateFile(place / "pending.json"), keyring=keyring, folder=place)

    @classmethod
    def of(
        cls, app: str, system: System | None = None, *, accounts: str = "accounts.json", tokens: str = "tokens.json"
    ) -> Store:
        """Keep the logins of a tool where people look for them: the keyring, and files in the tool's folder."""
        from tallystick.machine.system import System

        system = system or System()
        folder = config_folder(app, system.environ, system.platform)
        return cls.in_files(folder, accounts=accounts, tokens=tokens, keyring=SystemKeyring(app))

    @classmethod
    def in_memory(cls, *, keyring: Keyring | None = None) -> Store:
        """Keep logins as long as the process lives: for tests."""
        from tallystick.stores.document import MemoryDocument

        return cls(MemoryDocument(), MemoryDocument(), MemoryDocument(), keyring=keyring or MemoryKeyring())

    def prepare(self) -> None:
        """Prove that writing works, before a person is sent to a browser for nothing."""
        for document in self._documents():
            document.prepare()

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
        """Return the tokens. The keyring is asked only where it has the only token there is."""
        record = self._record(key)
        if record is None or record.get("access_token"):
            return tokens_from(record)
        account = self.account(key)
        only = self._secrets.fetch(account) if account and account.kept_in != IN_FILE else None
        return tokens_from(record, access_token=only)

    def refresh_token(self, key: Key) -> Secret | None:
        """Return what renews the login, from wherever it is kept."""
        account, tokens = self.account(key), tokens_from(self._record(key))
        if account is None or tokens is None or not tokens.renewable:
            return None
        return tokens.refresh_token if account.kept_in == IN_FILE else self._secrets.fetch(account)

    def save(self, credential: Credential, notice: Notice) -> Account:
        """Keep a new login, read it back, make it the current one, and return it as kept.

        Where the keyring does not answer, `notice` is told and the file takes its place. Whatever goes wrong, Ctrl-C
        included, the login of before is put back.
        """
        key, tokens = credential.account.key, credential.tokens
        before, record_before = self.account(key), self._record(key)
        with ExitStack() as undo:
            undo.callback(self._secrets.put_back, key, self._secrets.known(before))
            account = replace(credential.account, kept_in=self._secrets.keep(key, tokens.lasting, notice))
            record = tokens_record(tokens, in_keyring=account.kept_in != IN_FILE)
            undo.callback(self._put_back, self._tokens, "tokens", key, record_before)
            self._tokens.change(lambda content: _put(content, "tokens", key, record))
            # The account comes last: a login without its tokens must never be seen.
            undo.callback(self._put_back, self._accounts, "accounts", key, account_record(before) if before else None)
            self._accounts.change(lambda content: _put(content, "accounts", key, account_record(account), current=True))
            if self._record(key) != record or self.account(key) != account:
                raise StorageError(f"{self._tokens.name} did not keep the login.")
            undo.pop_all()
        return account

    def update(self, key: Key, tokens: Tokens) -> bool:
        """Keep renewed tokens where the login is kept. False, and nothing kept, when it is gone: a logout has won."""
        account = self.account(key)
        if account is None:
            return False
        # Before the file: killed in between, the next renewal finds the live refresh token and an old access token.
        self._secrets.renew(account, tokens.lasting)
        record, found = tokens_record(tokens, in_keyring=account.kept_in != IN_FILE), []

        def renew(content: dict[str, Any]) -> None:
            if key.id in content.get("tokens", {}):
                content["tokens"][key.id] = record
                found.append(True)

        self._tokens.change(renew)
        return bool(found)

    def delete(self, key: Key) -> None:
        """Forget a login everywhere. Idempotent: nothing happens when there is none."""
        failures: list[StorageError] = []
        try:
            account = self.account(key)
            if account is not None:
                self._secrets.forget(account)
        except StorageError as error:
            failures.append(error)
        for document in self._documents():
            try:
                if document.read():
                    document.change(lambda content: _drop(content, key))
            except StorageError as error:
                failures.append(error)
        if failures:
            raise failures[0]

    @contextmanager
    def lock(self, key: Key) -> Iterator[None]:
        """Let one thread of one process at a time renew this login."""
        import threading

        name = _name_of(key)
        with self._thread_locks.setdefault(name, threading.Lock()):
            if self._folder is None:
                yield
                return
            with locked(self._folder / f".{name}.lock"):
                yield

    def reserving(self, key: Key) -> AbstractContextManager[None]:
        """Keep room for the renewed tokens while the block runs. The login's lock is held."""
        return self._tokens.reserving(_name_of(key))

    def _documents(self) -> list[Document]:
        return [self._tokens] if self._tokens is self._accounts else [self._tokens, self._accounts]

    def _record(self, key: Key) -> dict[str, Any] | None:
        record = self._tokens.read().get("tokens", {}).get(key.id)
        return record if isinstance(record, dict) else None

    def _put_back(self, document: Document, part: str, key: Key, record: dict[str, Any] | None) -> None:
        # The caller must hear of what went wrong before, not that it could not be undone.
        with suppress(StorageError):
            document.change(lambda content: _put(content, part, key, record) if record else _drop(content, key))


def _name_of(key: Key) -> str:
    """Return what the files are called that belong to the renewals of a login."""
    import hashlib

    return f"refresh-{hashlib.sha256(key.id.encode()).hexdigest()[:16]}"


def _put(content: dict[str, Any], part: str, key: Key, record: dict[str, Any], *, current: bool = False) -> None:
    content.setdefault(part, {})[key.id] = record
    if current:
        content["current"] = key.id


def _drop(content: dict[str, Any], key: Key) -> None:
    for part in ("accounts", "tokens"):
        content.get(part, {}).pop(key.id, None)
    if content.get("current") == key.id:
        del content["current"]
