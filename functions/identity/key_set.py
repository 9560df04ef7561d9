"""The provider's keys (RFC 7517), kept in memory; a key that we do not know yet is looked up, but not at any price."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jwt import PyJWK
from jwt.exceptions import PyJWTError

from functions.domain.errors import ProviderUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from functions.domain.ports import Clock
    from functions.identity.fetching import Fetch

_OK = 200
# A key that the provider has withdrawn is forgotten after an hour.
_KEEP_SECONDS = 3600
# Unknown key ids make us ask at most once a minute: else whoever can send them decides how often the provider is called.
_PAUSE_SECONDS = 60


class KeySet:
    """Finds keys by id. `url` is a function, for the address is known only after discovery."""

    def __init__(self, fetch: Fetch, url: Callable[[], str], clock: Clock) -> None:
        self._fetch = fetch
        self._url = url
        self._clock = clock
        self._keys: list[dict[str, Any]] = []
        self._fetched_at = float("-inf")

    def find(self, key_id: str | None, algorithm: str) -> PyJWK | None:
        """Return the one signature key with this id that fits `algorithm`, or None. Raises ProviderUnavailable."""
        age = self._clock() - self._fetched_at
        key = None if age >= _KEEP_SECONDS else self._known(key_id, algorithm)
        if key is None and age >= _PAUSE_SECONDS:
            self._refresh()
            key = self._known(key_id, algorithm)
        return key

    def _known(self, key_id: str | None, algorithm: str) -> PyJWK | None:
        # A token may go without a key id where the set has a single key (OpenID Connect Core §10.1).
        keys = [
            key
            for key in self._keys
            if (key_id is None or key.get("kid") == key_id)
            and key.get("use", "sig") == "sig"
            and key.get("alg", algorithm) == algorithm
        ]
        if len(keys) != 1:
            return None
        try:
            return PyJWK(keys[0], algorithm)
        except PyJWTError:
            # Another type of key than the algorithm needs: an RSA key offered to ES256, for example.
            return None

    def _refresh(self) -> None:
        answer = self._fetch(self._url())
        if answer.status != _OK:
            raise ProviderUnavailable(detail=f"key set: status {answer.status}")
        keys = answer.document("key set").get("keys")
        if not isinstance(keys, list):
            raise ProviderUnavailable(detail="key set: no keys")
        self._keys = [key for key in keys if isinstance(key, dict)]
        self._fetched_at = self._clock()
