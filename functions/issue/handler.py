"""Loaded by Lambda only: the real parts of the device authorization endpoint."""

from __future__ import annotations

import os
import time
from functools import partial

from functions import settings
from functions.entry import BUNDLE_ROOT, Served, lambda_entry
from functions.issue.endpoint import DIALECTS, DeviceAuthorization
from functions.issue.rate_limit import Allowance
from functions.secrets_manager import Vault
from functions.store.grants import DynamoGrants
from functions.store.limits import DynamoCounters
from functions.store.table import open_table

_clock = time.time  # noqa: TID251  a door is where real time comes in
_settings = settings.read_settings(BUNDLE_ROOT)
_table = open_table(settings.require(os.environ, settings.TABLE))

_endpoint = partial(
    DeviceAuthorization,
    issuer=settings.require(os.environ, settings.ISSUER),
    settings=_settings,
    grants=DynamoGrants(_table),
    allowance=Allowance(limits=_settings.limits, counters=DynamoCounters(_table)),
    read_secret=Vault(_clock).read,
    clock=_clock,
    random_bytes=os.urandom,  # noqa: TID251  and real randomness
)

handler = lambda_entry(
    "issue",
    {path: Served(_endpoint(dialect=dialect), dialect.refuse) for path, dialect in DIALECTS.items()},
    edge_secret=settings.require(os.environ, settings.EDGE_SECRET),
)
