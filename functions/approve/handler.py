"""Loaded by Lambda only: the real parts of the page's calls on a code."""

from __future__ import annotations

import os
import time

from functions import routes, settings
from functions.approve.endpoint import Approval
from functions.approve.lockout import Guessing
from functions.entry import BUNDLE_ROOT, lambda_entry, served
from functions.store.browser_sessions import DynamoBrowserSessions
from functions.store.grants import DynamoGrants
from functions.store.limits import DynamoGuesses
from functions.store.table import open_table
from functions.store.users import DynamoUsers
from functions.wire.errors import page_error

_table = open_table(settings.require(os.environ, settings.TABLE))
_users = DynamoUsers(_table)
_settings = settings.read_settings(BUNDLE_ROOT)
_approval = Approval(
    issuer=settings.require(os.environ, settings.ISSUER),
    settings=_settings,
    grants=DynamoGrants(_table),
    guessing=Guessing(limits=_settings.limits.guesses, guesses=DynamoGuesses(_table), users=_users),
    users=_users,
    sessions=DynamoBrowserSessions(_table),
    clock=time.time,  # noqa: TID251  a door is where real time comes in
)

handler = lambda_entry(
    "approve",
    served(page_error, {routes.LOOKUP: _approval.lookup, routes.DECIDE: _approval.decide}),
    edge_secret=settings.require(os.environ, settings.EDGE_SECRET),
)
