"""Loaded by Lambda only: the composition root of what lives after the login."""

from __future__ import annotations

import os
import time

from functions import settings
from functions.entry import BUNDLE_ROOT, lambda_entry
from functions.secrets_manager import SecretsManager
from functions.sessions.app import sessions_app
from functions.store.browser_sessions import DynamoBrowserSessions
from functions.store.opaque_tokens import DynamoOpaqueTokens
from functions.store.sessions import DynamoSessions
from functions.store.table import open_table
from functions.store.users import DynamoUsers
from functions.tokens.keyring import KeyRing
from functions.tokens.kms import kms_client
from functions.tokens.opaque import EitherReader
from functions.tokens.verifying import JwtReader

_clock = time.time  # noqa: TID251  a composition root is where real time comes in
_issuer = settings.require(os.environ, settings.ISSUER)
_table = open_table(settings.require(os.environ, settings.TABLE))
_keys = KeyRing(settings.read_signing_keys(os.environ), kms_client).keys

handler = lambda_entry(
    "sessions",
    sessions_app(
        issuer=_issuer,
        settings=settings.read_settings(BUNDLE_ROOT),
        sessions=DynamoSessions(_table),
        users=DynamoUsers(_table),
        browsers=DynamoBrowserSessions(_table),
        access_tokens=EitherReader(jwts=JwtReader(_issuer, _keys), opaque=DynamoOpaqueTokens(_table)),
        read_secret=SecretsManager(_clock).read,
        clock=_clock,
    ),
    edge_secret=settings.require(os.environ, settings.EDGE_SECRET),
)
