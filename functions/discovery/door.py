"""Loaded by Lambda only: answers GET of the two metadata documents and of the key set."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING

from functions import routes, settings
from functions.discovery.flow import metadata
from functions.entry import BUNDLE_ROOT, lambda_entry
from functions.tokens.keyset import key_set
from functions.tokens.kms import SigningKey, kms_client
from functions.wire.errors import json_response

if TYPE_CHECKING:
    from collections.abc import Mapping

    from functions.wire.http import Request, Response

_ENDPOINTS = {
    "device_authorization_endpoint": routes.DEVICE_AUTHORIZATION,
    "token_endpoint": routes.TOKEN,
    "jwks_uri": routes.KEY_SET,
}

_choices = settings.read_settings(BUNDLE_ROOT)
_issuer = settings.require(os.environ, settings.ISSUER)
# The keys to publish. A later one joins before it signs, an old one stays as long as its tokens live.
_keys = [SigningKey(settings.require(os.environ, settings.SIGNING_KEY), kms_client)]


def _public(document: Mapping[str, object]) -> Response:
    """Answer with a document that anyone may keep for a while: minutes, so that a change is seen soon."""
    return json_response(200, document, {"cache-control": "public, max-age=300"}).quiet()


def describe(_request: Request) -> Response:
    """Tell what this server offers and where: the same at both addresses."""
    return _public(metadata(_issuer, _ENDPOINTS, _choices.scopes))


@cache
def _published() -> Response:
    return _public(key_set(_keys))


def publish_keys(_request: Request) -> Response:
    """Give out the public keys. KMS is asked once per process; a failure is not remembered."""
    return _published()


handler = lambda_entry(
    "discovery",
    {routes.OAUTH_METADATA: describe, routes.OPENID_CONFIGURATION: describe, routes.KEY_SET: publish_keys},
    edge_secret=settings.require(os.environ, settings.EDGE_SECRET),
)
