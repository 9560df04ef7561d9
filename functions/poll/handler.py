"""Loaded by Lambda only: the composition root of the token endpoint."""

from __future__ import annotations

import os
import time

from functions import settings
from functions.entry import BUNDLE_ROOT, lambda_entry
from functions.poll.app import poll_app
from functions.secrets_manager import SecretsManager
from functions.store.grants import DynamoGrants
from functions.store.opaque_tokens import DynamoOpaqueTokens
from functions.store.sessions import DynamoSessions
from functions.store.table import open_table
from functions.store.users import DynamoUsers
from functions.tokens.keyring import KeyRing
from functions.tokens.kms import kms_client
from functions.tokens.minting import AccessTokens
from functions.tokens.opaque import EitherFormat

_clock = time.time  # noqa: TID251  a composition root is where real time comes in
_random_bytes = os.urandom  # noqa: TID251  and real randomness
_issuer = settings.require(os.environ, settings.ISSUER)
_table = open_table(settings.require(os.environ, settings.TABLE))
_keys = KeyRing(settings.read_signing_keys(os.environ), kms_client)

handler = lambda_entry(
    "poll",
    poll_app(
        issuer=_issuer,
        settings=settings.read_settings(BUNDLE_ROOT),
        grants=DynamoGrants(_table),
        sessions=DynamoSessions(_table),
        users=DynamoUsers(_table),
        tokens=EitherFormat(
            jwts=AccessTokens(issuer=_issuer, keys=_keys, random_bytes=_random_bytes),
            opaque=DynamoOpaqueTokens(_table),
            random_bytes=_random_bytes,
        ),
        read_secret=SecretsManager(_clock).read,
        clock=_clock,
        random_bytes=_random_bytes,
    ),
    edge_secret=settings.require(os.environ, settings.EDGE_SECRET),
)
