"""GET of the two metadata documents and of the key set."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from functions import routes
from functions.tokens.keyset import key_set
from functions.wire.errors import json_response

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from functions.discovery.metadata import Metadata
    from functions.tokens.kms import SigningKey
    from functions.wire.http import Request, Response

_ENDPOINTS = {
    "device_authorization_endpoint": routes.DEVICE_AUTHORIZATION,
    "token_endpoint": routes.TOKEN,
    "revocation_endpoint": routes.REVOKE,
    "introspection_endpoint": routes.INTROSPECT,
    "userinfo_endpoint": routes.USERINFO,
    "jwks_uri": routes.KEY_SET,
}


@dataclass(frozen=True, kw_only=True)
class DiscoveryEndpoints:
    """What one issuer publishes. `keys` are all that a live token may be signed with, and those that will sign next."""

    metadata: Metadata
    keys: Sequence[SigningKey]

    def describe(self, _request: Request) -> Response:
        """Tell what this server offers and where: the same at both addresses."""
        return _public(self.metadata.document(_ENDPOINTS))

    def publish_keys(self, _request: Request) -> Response:
        """Give out the public keys. KMS is asked once per process; a failure is not remembered."""
        return self._published

    @cached_property
    def _published(self) -> Response:
        return _public(key_set(self.keys))


def _public(document: Mapping[str, object]) -> Response:
    """Answer with a document that anyone may keep for a while: minutes, so that a change is seen soon."""
    return json_response(200, document, {"cache-control": "public, max-age=300"}).quiet()
