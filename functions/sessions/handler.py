"""Loaded by Lambda only: the real parts of what lives after the login."""

from __future__ import annotations

import os
import time

from functions import routes, settings
from functions.entry import BUNDLE_ROOT, lambda_entry, served
from functions.secrets_manager import Vault
from functions.sessions.endpoint import TokenService
from functions.sessions.own_sessions import OwnSessions
from functions.sessions.own_sessions_endpoint import SessionService
from functions.sessions.tokens import Tokens
from functions.store.browser_sessions import DynamoBrowserSessions
from functions.store.opaque_tokens import DynamoOpaqueTokens
from functions.store.sessions import DynamoSessions
from functions.store.table import open_table
from functions.store.users import DynamoUsers
from functions.tokens.keyring import KeyRing
from functions.tokens.kms import kms_client
from functions.tokens.opaque import EitherReader
from functions.tokens.verifying import JwtReader
from functions.wire.errors import oauth_error, page_error

_clock = time.time  # noqa: TID251  a door is where real time comes in
_issuer = settings.require(os.environ, settings.ISSUER)
_table = open_table(settings.require(os.environ, settings.TABLE))
_sessions, _users = DynamoSessions(_table), DynamoUsers(_table)
_keys = KeyRing(settings.read_signing_keys(os.environ), kms_client).keys
_tokens = Tokens(
    clients=settings.read_settings(BUNDLE_ROOT).clients,
    sessions=_sessions,
    users=_users,
    access_tokens=EitherReader(jwts=JwtReader(_issuer, _keys), opaque=DynamoOpaqueTokens(_table)),
    clock=_clock,
)
_about_tokens = TokenService(issuer=_issuer, tokens=_tokens, read_secret=Vault(_clock).read)
_own = SessionService(
    issuer=_issuer,
    tokens=_tokens,
    own=OwnSessions(sessions=_sessions, users=_users, browsers=DynamoBrowserSessions(_table), clock=_clock),
)

handler = lambda_entry(
    "sessions",
    {
        **served(
            oauth_error,
            {
                routes.REVOKE: _about_tokens.revoke,
                routes.INTROSPECT: _about_tokens.introspect,
                routes.USERINFO: _about_tokens.userinfo,
            },
        ),
        **served(page_error, {routes.SESSIONS: _own.all, routes.SESSION: _own.one, routes.REPORT: _own.report}),
    },
    edge_secret=settings.require(os.environ, settings.EDGE_SECRET),
)
