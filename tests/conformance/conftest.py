"""What every stock client is told, how its login is approved, and how its token is judged."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import jwt
import pytest
import requests

from infra.local.configuration import local_config
from tests.browser.page_object import approve_in_browser
from tests.verifier import verify_access_token

if TYPE_CHECKING:
    from infra.configuration.client import ClientEntry
    from tests.stack import Stack

Approve = Callable[[Mapping[str, Any]], None]
Check = Callable[[Mapping[str, Any]], None]


@dataclass(frozen=True, kw_only=True)
class Registration:
    """What the operator tells the author of a tool, and nothing more. A public client has no secret."""

    issuer: str
    client_id: str
    client_secret: str | None
    scope: str


@pytest.fixture(params=["public", "confidential"])
def entry(request: pytest.FixtureRequest) -> ClientEntry:
    """Return one client of each kind, as the operator has it in the configuration."""
    kind = request.param == "confidential"
    return next(client for client in local_config().clients if bool(client.secret_arn) is kind)


@pytest.fixture
def registration(entry: ClientEntry, stack: Stack) -> Registration:
    """Return what the client's author is told. The scopes are all that it may have, the last first."""
    secret = stack.local.clients[entry.client_id]
    scope = " ".join(reversed(entry.allowed_scopes))
    return Registration(issuer=stack.issuer, client_id=entry.client_id, client_secret=secret, scope=scope)


@pytest.fixture
def approve(stack: Stack) -> Approve:
    """Do what the person does: open the link in a browser, sign in, compare the code, approve."""

    def open_link(codes: Mapping[str, Any]) -> None:
        approve_in_browser(stack.user, codes["verification_uri_complete"], codes["user_code"])

    return open_link


@pytest.fixture
def check(stack: Stack, entry: ClientEntry, registration: Registration) -> Check:
    """Check the tokens that a client ends with, as the owner of an API does: by what the issuer publishes."""

    def judge(tokens: Mapping[str, Any]) -> None:
        metadata = requests.get(f"{stack.issuer}/.well-known/openid-configuration", timeout=10).json()
        keys = jwt.PyJWKClient(metadata["jwks_uri"])
        claims = verify_access_token(tokens["access_token"], keys, stack.issuer, entry.audience)
        assert claims["client_id"] == registration.client_id
        assert claims["email"] == stack.user.email
        assert claims["scope"] == registration.scope
        assert claims["exp"] - claims["iat"] == tokens["expires_in"]  # type: ignore[operator]
        assert tokens["token_type"].lower() == "bearer"

    return judge
