"""The three public documents, on whatever keys: Lambda's handler and the tests make the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions import routes
from functions.discovery.endpoint import DiscoveryEndpoints
from functions.discovery.metadata import Metadata
from functions.entry import endpoints
from functions.wire.errors import oauth_error

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from functions.entry import Endpoint
    from functions.tokens.kms import SigningKey


def discovery_app(*, issuer: str, scopes: Iterable[str], keys: Sequence[SigningKey]) -> dict[str, Endpoint]:
    """Return path → Endpoint."""
    public = DiscoveryEndpoints(metadata=Metadata(issuer=issuer, scopes=tuple(scopes)), keys=keys)
    return endpoints(
        oauth_error,
        {
            routes.OAUTH_METADATA: public.describe,
            routes.OPENID_CONFIGURATION: public.describe,
            routes.KEY_SET: public.publish_keys,
        },
    )
