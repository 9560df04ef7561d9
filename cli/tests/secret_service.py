"""A Secret Service on a D-Bus of its own, so that the keyring of the operating system can be tested for real on any Linux.

What talks to it is what talks to GNOME Keyring and KWallet everywhere: `keyring`, its SecretService backend, secretstorage,
and jeepney's D-Bus over a Unix socket. Bus and service are one here: whoever connects is alone with it. Secrets
cross the bus encrypted, as the specification wants it (specifications.freedesktop.org/secret-service).
"""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
import threading
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from jeepney import DBusAddress, HeaderFields, Message, Parser, new_error, new_method_return, new_signal  # type: ignore[import-untyped]
from secretstorage.dhcrypto import Session
from secretstorage.util import format_secret

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

_PREFIX = "/org/freedesktop/secrets"
_PROMPT = DBusAddress(f"{_PREFIX}/prompt/1", interface="org.freedesktop.Secret.Prompt")
_ITEM_ATTRIBUTES = "org.freedesktop.Secret.Item.Attributes"

Reply = tuple[str, tuple[Any, ...]]
"""A D-Bus signature and what it describes."""


class SecretService:
    """Answers at `address` while the block lasts. `kept` is what it keeps, by user name.

    `mood`: "well"; "hung", it takes calls and never answers; "locked", and the person closes the window that asks for the
    keyring's password. `asked` is set by a call that gets no answer.
    """

    def __init__(self, mood: str = "well") -> None:
        self.mood = mood
        self.asked = threading.Event()
        self.items: dict[str, tuple[dict[str, str], bytes]] = {}
        self._numbers = count(1)
        self._folder = tempfile.mkdtemp()
        self._server = socket.socket(socket.AF_UNIX)

    @property
    def address(self) -> str:
        """What belongs into DBUS_SESSION_BUS_ADDRESS."""
        return f"unix:path={self._folder}/bus"

    @property
    def kept(self) -> dict[str, str]:
        """The secrets."""
        return {attributes["username"]: secret.decode() for attributes, secret in self.items.values()}

    def __enter__(self) -> Self:
        self._server.bind(str(Path(self._folder) / "bus"))
        self._server.listen()
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        shutil.rmtree(self._folder)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            threading.Thread(target=_Client(self, connection).run, daemon=True).start()

    def new_path(self, kind: str) -> str:
        """Return the path of a new object."""
        return f"{_PREFIX}/{kind}/{next(self._numbers)}"


class _Client:
    """One connection: the handshake, then calls in their order."""

    def __init__(self, service: SecretService, connection: socket.socket) -> None:
        self._service = service
        self._connection = connection
        self._session = Session()
        self._serials = count(1)
        self._name = f":1.{id(self)}"
        self._calls: dict[str, Callable[..., Reply]] = {
            "Hello": self._hello,
            "AddMatch": self._add_match,
            "NameHasOwner": self._name_has_owner,
            "OpenSession": self._open_session,
            "Unlock": self._unlock,
            "Prompt": self._prompt,
            "Get": self._get,
            "SearchItems": self._search_items,
            "CreateItem": self._create_item,
            "GetSecret": self._get_secret,
            "Delete": self._delete,
        }

    def run(self) -> None:
        # Whoever has waited long enough goes away in the middle of it.
        with self._connection, suppress(ConnectionError):
            if not self._shake_hands():
                return
            parser = Parser()
            while data := self._connection.recv(65_536):
                parser.add_data(data)
                while (message := parser.get_next_message()) is not None:
                    self._answer(message)

    def _shake_hands(self) -> bool:
        """Let in whoever runs as the same user, as a session's bus does."""
        with self._connection.makefile("rb", buffering=0) as lines:
            wanted = f"\0AUTH EXTERNAL {str(os.geteuid()).encode().hex()}".encode()
            if lines.readline().strip(b"\r\n") != wanted:
                return False
            self._connection.sendall(b"OK 0123456789abcdef0123456789abcdef\r\n")
            return lines.readline() == b"BEGIN\r\n"

    def _answer(self, message: Message) -> None:
        fields = message.header.fields
        member, to_bus = fields[HeaderFields.member], fields[HeaderFields.destination] == "org.freedesktop.DBus"
        if not to_bus and self._service.mood == "hung":
            self._service.asked.set()
            return
        call = self._calls.get(member)
        if call is None:
            self._send(new_error(message, "org.freedesktop.DBus.Error.UnknownMethod"))
            return
        signature, body = call(fields[HeaderFields.path], *message.body)
        self._send(new_method_return(message, signature or None, body))
        if member == "Prompt":
            self._send(new_signal(_PROMPT, "Completed", "bv", (True, ("ao", []))))

    def _send(self, message: Message) -> None:
        self._connection.sendall(message.serialise(serial=next(self._serials)))

    # The bus.

    def _hello(self, _: str) -> Reply:
        return "s", (self._name,)

    def _add_match(self, _: str, __: str) -> Reply:
        return "", ()

    def _name_has_owner(self, _: str, name: str) -> Reply:
        return "b", (name == "org.freedesktop.secrets",)

    # The service.

    def _open_session(self, _: str, algorithm: str, key: tuple[str, bytes]) -> Reply:
        assert algorithm == "dh-ietf1024-sha256-aes128-cbc-pkcs7"
        self._session.set_server_public_key(int.from_bytes(key[1], "big"))
        self._session.object_path = self._service.new_path("session")
        return "vo", (("ay", self._session.my_public_key.to_bytes(128, "big")), self._session.object_path)

    def _unlock(self, _: str, paths: list[str]) -> Reply:
        return ("aoo", ([], _PROMPT.object_path)) if self._service.mood == "locked" else ("aoo", (paths, "/"))

    def _prompt(self, _: str, __: str) -> Reply:
        return "", ()

    def _get(self, path: str, _: str, name: str) -> Reply:
        found: dict[str, tuple[str, Any]] = {
            "Label": ("s", path),
            "Locked": ("b", self._service.mood == "locked"),
        }
        return "v", (found[name],)

    # The one collection, and its items.

    def _search_items(self, _: str, wanted: dict[str, str]) -> Reply:
        found = [path for path, (has, _) in self._service.items.items() if wanted.items() <= has.items()]
        return "ao", (found,)

    def _create_item(self, path: str, about: dict[str, Any], secret: tuple[Any, ...], replace: bool) -> Reply:  # noqa: FBT001
        attributes: dict[str, str] = about[_ITEM_ATTRIBUTES][1]
        (same,) = self._search_items(path, attributes)[1]
        name = same[0] if same and replace else self._service.new_path("collection/login")
        self._service.items[name] = (attributes, self._decrypted(secret))
        return "oo", (name, "/")

    def _get_secret(self, path: str, _: str) -> Reply:
        return "(oayays)", (format_secret(self._session, self._service.items[path][1], "text/plain"),)

    def _delete(self, path: str) -> Reply:
        del self._service.items[path]
        return "o", ("/",)

    def _decrypted(self, secret: tuple[Any, ...]) -> bytes:
        _, start, text, _ = secret
        assert self._session.aes_key
        decryptor = Cipher(algorithms.AES(self._session.aes_key), modes.CBC(bytes(start))).decryptor()
        padded = decryptor.update(bytes(text)) + decryptor.finalize()
        return padded[: -padded[-1]]
