"""The settings of a tool, said once: which issuer, as which client, for what, and where things are kept."""

from __future__ import annotations

import sys
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tallystick.credentials.account import Key
from tallystick.errors import InvalidSettings
from tallystick.machine.environment import variable
from tallystick.oauth.addresses import check_issuer, is_secure
from tallystick.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable

    from tallystick.machine.system import System
    from tallystick.oauth.endpoints import Endpoints
    from tallystick.oauth.http import Transport
    from tallystick.oauth.metadata import Metadata
    from tallystick.stores.store import Store


class MetadataCache:
    """Keeps the metadata of one issuer for the life of the process."""

    def __init__(self) -> None:
        self._metadata: Metadata | None = None
        self._lock = threading.Lock()

    def get(self, settings: Settings) -> Metadata:
        """Return the metadata, fetched the first time it is needed."""
        from tallystick.oauth.metadata import discover

        with self._lock:
            if self._metadata is None:
                self._metadata = discover(settings.issuer, settings.transport, insecure=settings.insecure)
            return self._metadata


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of one tool, checked."""

    issuer: str
    client_id: str
    scopes: tuple[str, ...]
    app: str
    profile: str
    audiences: tuple[str, ...]
    insecure: bool
    device_name: str | Callable[[], str] | None
    login_command: str
    store: Store
    transport: Transport
    system: System
    metadata_cache: MetadataCache = field(default_factory=MetadataCache, compare=False, repr=False)

    def __post_init__(self) -> None:
        check_issuer(self.issuer, insecure=self.insecure)
        check_scopes(self.scopes)
        if not self.client_id or not self.profile or not self.app:
            raise InvalidSettings("The client id, the app's name and the profile must not be empty.")
        for audience in self.audiences:
            if not is_secure(audience, insecure=self.insecure):
                raise InvalidSettings("An audience must be an https address.")

    @property
    def key(self) -> Key:
        """The key that the credentials belong to."""
        return Key(self.issuer, self.client_id, self.profile)

    @property
    def token_variable(self) -> str:
        """The environment variable whose token is used before any stored one."""
        return variable(self.app, "TOKEN")

    @property
    def login_hint(self) -> str:
        """The hint for someone without a login."""
        return f"Run `{self.login_command}`, or set {self.token_variable}."

    def connect(self) -> Endpoints:
        """Return the issuer's endpoints; its metadata is fetched once. Raises NetworkError, ServerError, IssuerMismatch."""
        from tallystick.oauth.endpoints import Endpoints

        metadata = self.metadata_cache.get(self)
        agent = f"{self.app} tallystick/{VERSION} python/{sys.version_info[0]}.{sys.version_info[1]}"
        return Endpoints(metadata=metadata, client_id=self.client_id, transport=self.transport, agent=agent)


def check_scopes(scopes: tuple[str, ...]) -> None:
    """Raise InvalidSettings unless each is a scope token (RFC 6749 §3.3)."""
    for scope in scopes:
        if not scope or any(not "!" <= character <= "~" or character in '"\\' for character in scope):
            raise InvalidSettings(f"{scope!r} is no scope: scopes are printable ASCII without spaces and quotes.")
