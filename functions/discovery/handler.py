"""Loaded by Lambda only: the real parts of discovery."""

from __future__ import annotations

import os

from functions import settings
from functions.discovery.endpoint import Discovery
from functions.entry import BUNDLE_ROOT, lambda_entry, served
from functions.tokens.keyring import KeyRing
from functions.tokens.kms import kms_client
from functions.wire.errors import oauth_error

_discovery = Discovery(
    issuer=settings.require(os.environ, settings.ISSUER),
    scopes=list(settings.read_settings(BUNDLE_ROOT).scopes),
    keys=KeyRing(settings.read_signing_keys(os.environ), kms_client).keys,
)

handler = lambda_entry(
    "discovery", served(oauth_error, _discovery.handlers), edge_secret=settings.require(os.environ, settings.EDGE_SECRET)
)
