"""Loaded by Lambda only: reads the environment, makes the clients, answers the browser's four routes."""

from __future__ import annotations

import os
import time
from functools import partial

from functions import routes, settings
from functions.entry import BUNDLE_ROOT, lambda_entry, served
from functions.identity.fetching import HttpsFetch
from functions.identity.provider import OidcProvider
from functions.identity.registration import Registration
from functions.secrets_manager import Vault
from functions.signin.endpoint import BrowserSignIn
from functions.signin.sign_in import SignIn
from functions.store.browser_sessions import DynamoBrowserSessions
from functions.store.table import open_table
from functions.store.users import DynamoUsers
from functions.wire.errors import page_error

_clock = time.time  # noqa: TID251  the door is where real time comes in
_issuer = settings.require(os.environ, settings.ISSUER)
_settings = settings.read_settings(BUNDLE_ROOT)
_provider = settings.read_provider(os.environ)
_table = open_table(settings.require(os.environ, settings.TABLE))
_vault = Vault(_clock)

_registration = Registration(
    issuer=_provider.issuer,
    metadata_url=_provider.metadata_url,
    client_id=_provider.client_id,
    redirect_uri=_issuer + routes.CALLBACK,
    max_age=_settings.approval_max_auth_age,
    read_secret=partial(_vault.read, _provider.secret_arn) if _provider.secret_arn else None,
    claims=_settings.claims,
)
_sign_in = BrowserSignIn(
    sign_in=SignIn(
        provider=OidcProvider(_registration, HttpsFetch(), _clock),
        users=DynamoUsers(_table),
        sessions=DynamoBrowserSessions(_table),
        clock=_clock,
        random_bytes=os.urandom,  # noqa: TID251  the door is where real randomness comes in
    ),
    issuer=_issuer,
    provider_issuer=_provider.issuer,
)

handler = lambda_entry(
    "signin",
    served(
        page_error,
        {
            routes.LOGIN: _sign_in.login,
            routes.CALLBACK: _sign_in.callback,
            routes.BROWSER_SESSION: _sign_in.session,
            routes.LOGOUT: _sign_in.logout,
        },
    ),
    edge_secret=settings.require(os.environ, settings.EDGE_SECRET),
)
