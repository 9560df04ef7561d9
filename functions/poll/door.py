"""Loaded by Lambda only: the real parts of the token endpoint."""

from __future__ import annotations

import os
import time

from functions import routes, settings
from functions.entry import BUNDLE_ROOT, lambda_entry
from functions.poll.endpoint import Token
from functions.store.grants import DynamoGrants
from functions.store.table import open_table
from functions.store.users import DynamoUsers
from functions.tokens.kms import SigningKey, kms_client
from functions.tokens.minting import AccessTokens
from functions.vault import Vault

_clock = time.time  # noqa: TID251  a door is where real time comes in
_issuer = settings.require(os.environ, settings.ISSUER)
_choices = settings.read_settings(BUNDLE_ROOT)
_table = open_table(settings.require(os.environ, settings.TABLE))

handler = lambda_entry(
    "poll",
    {
        routes.TOKEN: Token(
            issuer=_issuer,
            settings=_choices,
            grants=DynamoGrants(_table),
            users=DynamoUsers(_table),
            tokens=AccessTokens(
                issuer=_issuer,
                lifetime=_choices.access_token_lifetime,
                key=SigningKey(settings.require(os.environ, settings.SIGNING_KEY), kms_client),
                random_bytes=os.urandom,  # noqa: TID251  and real randomness
            ),
            read_secret=Vault(_clock).read,
            clock=_clock,
        )
    },
    edge_secret=settings.require(os.environ, settings.EDGE_SECRET),
)
