"""Loaded by Lambda only: the composition root of the browser's four routes."""

from __future__ import annotations

import os
import time
from functools import partial

from functions import routes, settings
from functions.entry import BUNDLE_ROOT, lambda_entry
from functions.identity.fetching import HttpsFetch
from functions.identity.provider import OidcProvider
from functions.identity.registration import Registration
from functions.secrets_manager import SecretsManager
from functions.signin.app import signin_app
from functions.store.browser_sessions import DynamoBrowserSessions
from functions.store.table import open_table
from functions.store.users import DynamoUsers

_clock = time.time  # noqa: TID251  a composition root is where real time comes in
_issuer = settings.require(os.environ, settings.ISSUER)
_settings = settings.read_settings(BUNDLE_ROOT)
_provider = settings.read_provider(os.environ)
_table = open_table(settings.require(os.environ, settings.TABLE))

_registration = Registration(
    issuer=_provider.issuer,
    metadata_url=_provider.metadata_url,
    client_id=_provider.client_id,
    redirect_uri=_issuer + routes.CALLBACK,
    max_age=_settings.approval_max_auth_age,
    read_secret=partial(SecretsManager(_clock).read, _provider.secret_arn) if _provider.secret_arn else None,
    claims=_settings.claims,
)

handler = lambda_entry(
    "signin",
    signin_app(
        issuer=_issuer,
        provider_issuer=_provider.issuer,
        provider=OidcProvider(_registration, HttpsFetch(), _clock),
        users=DynamoUsers(_table),
        browsers=DynamoBrowserSessions(_table),
        clock=_clock,
        random_bytes=os.urandom,  # noqa: TID251  and real randomness
    ),
    edge_secret=settings.require(os.environ, settings.EDGE_SECRET),
)
