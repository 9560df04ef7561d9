"""Loaded by Lambda only: the composition root of discovery."""

from __future__ import annotations

import os

from functions import settings
from functions.discovery.app import discovery_app
from functions.entry import BUNDLE_ROOT, lambda_entry
from functions.tokens.keyring import KeyRing
from functions.tokens.kms import kms_client

handler = lambda_entry(
    "discovery",
    discovery_app(
        issuer=settings.require(os.environ, settings.ISSUER),
        scopes=settings.read_settings(BUNDLE_ROOT).scopes,
        keys=KeyRing(settings.read_signing_keys(os.environ), kms_client).keys,
    ),
    edge_secret=settings.require(os.environ, settings.EDGE_SECRET),
)
