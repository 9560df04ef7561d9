"""Loaded by Lambda only: the real parts of the token endpoint."""

from __future__ import annotations

import os
import time
from functools import partial

from functions import settings
from functions.entry import BUNDLE_ROOT, Served, lambda_entry
from functions.poll.device_grant import DeviceGrant
from functions.poll.endpoint import DIALECTS, Token
from functions.poll.refresh_grant import RefreshGrant
from functions.secrets_manager import Vault
from functions.store.grants import DynamoGrants
from functions.store.opaque_tokens import DynamoOpaqueTokens
from functions.store.sessions import DynamoSessions
from functions.store.table import open_table
from functions.store.users import DynamoUsers
from functions.tokens.keyring import KeyRing
from functions.tokens.kms import kms_client
from functions.tokens.minting import AccessTokens
from functions.tokens.opaque import EitherFormat

_clock = time.time  # noqa: TID251  a door is where real time comes in
_random_bytes = os.urandom  # noqa: TID251  and real randomness
_issuer = settings.require(os.environ, settings.ISSUER)
_table = open_table(settings.require(os.environ, settings.TABLE))
_sessions, _users = DynamoSessions(_table), DynamoUsers(_table)
_tokens = EitherFormat(
    jwts=AccessTokens(
        issuer=_issuer,
        keys=KeyRing(settings.read_signing_keys(os.environ), kms_client),
        random_bytes=_random_bytes,
    ),
    opaque=DynamoOpaqueTokens(_table),
    random_bytes=_random_bytes,
)

_endpoint = partial(
    Token,
    issuer=_issuer,
    settings=settings.read_settings(BUNDLE_ROOT),
    device=DeviceGrant(
        grants=DynamoGrants(_table),
        sessions=_sessions,
        users=_users,
        tokens=_tokens,
        clock=_clock,
        random_bytes=_random_bytes,
    ),
    refreshing=RefreshGrant(sessions=_sessions, users=_users, tokens=_tokens, clock=_clock, random_bytes=_random_bytes),
    read_secret=Vault(_clock).read,
)

handler = lambda_entry(
    "poll",
    {path: Served(_endpoint(dialect=dialect), dialect.refuse) for path, dialect in DIALECTS.items()},
    edge_secret=settings.require(os.environ, settings.EDGE_SECRET),
)
