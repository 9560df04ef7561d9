"""Loaded by Lambda only: the composition root of the page's calls on a code."""

from __future__ import annotations

import os
import time

from functions import settings
from functions.approve.app import approve_app
from functions.entry import BUNDLE_ROOT, lambda_entry
from functions.store.browser_sessions import DynamoBrowserSessions
from functions.store.grants import DynamoGrants
from functions.store.limits import DynamoGuesses
from functions.store.table import open_table
from functions.store.users import DynamoUsers

_table = open_table(settings.require(os.environ, settings.TABLE))

handler = lambda_entry(
    "approve",
    approve_app(
        issuer=settings.require(os.environ, settings.ISSUER),
        settings=settings.read_settings(BUNDLE_ROOT),
        grants=DynamoGrants(_table),
        guesses=DynamoGuesses(_table),
        users=DynamoUsers(_table),
        browsers=DynamoBrowserSessions(_table),
        clock=time.time,  # noqa: TID251  a composition root is where real time comes in
    ),
    edge_secret=settings.require(os.environ, settings.EDGE_SECRET),
)
