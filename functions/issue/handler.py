"""Loaded by Lambda only: the composition root of the device authorization endpoint."""

from __future__ import annotations

import os
import time

from functions import settings
from functions.entry import BUNDLE_ROOT, lambda_entry
from functions.issue.app import issue_app
from functions.secrets_manager import SecretsManager
from functions.store.grants import DynamoGrants
from functions.store.limits import DynamoCounters
from functions.store.table import open_table

_clock = time.time  # noqa: TID251  a composition root is where real time comes in
_table = open_table(settings.require(os.environ, settings.TABLE))

handler = lambda_entry(
    "issue",
    issue_app(
        issuer=settings.require(os.environ, settings.ISSUER),
        settings=settings.read_settings(BUNDLE_ROOT),
        grants=DynamoGrants(_table),
        counters=DynamoCounters(_table),
        read_secret=SecretsManager(_clock).read,
        clock=_clock,
        random_bytes=os.urandom,  # noqa: TID251  and real randomness
    ),
    edge_secret=settings.require(os.environ, settings.EDGE_SECRET),
)
