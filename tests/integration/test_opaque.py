"""Opaque tokens, over HTTP: worth something only by introspection, and nothing once the session is over."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any

import pytest
import requests

from functions.routes import INTROSPECT, REVOKE, USERINFO
from infra.local.configuration import CONFIDENTIAL_CLIENT, GUEST_CLIENT
from tests.device import Device

if TYPE_CHECKING:
    from tests.stack import Stack


def introspect(stack: Stack, token: str) -> dict[str, Any]:
    """Ask as an API does that has the same audience."""
    secret = stack.local.clients[CONFIDENTIAL_CLIENT]
    answer = requests.post(
        stack.issuer + INTROSPECT, data={"token": token}, auth=(CONFIDENTIAL_CLIENT, str(secret)), timeout=30
    )
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


@pytest.mark.row("DF19", "DF22", "O23", "O32")
def test_an_opaque_token_is_introspected_until_its_session_is_revoked(stack: Stack) -> None:
    device = Device(stack, client_id=GUEST_CLIENT, scope="openid email offline_access")
    device.approve()
    tokens = device.poll(client_id=GUEST_CLIENT).json()
    token = tokens["access_token"]
    assert re.fullmatch(r"tsa_[A-Za-z0-9_-]{43}", token)
    told = introspect(stack, token)
    assert (told["active"], told["client_id"], told["scope"]) == (True, GUEST_CLIENT, "openid email offline_access")
    assert told["exp"] - told["iat"] == tokens["expires_in"]
    bearer = {"Authorization": f"Bearer {token}"}
    assert requests.get(stack.issuer + USERINFO, headers=bearer, timeout=30).json()["email"] == stack.user.email

    form = {"token": tokens["refresh_token"], "client_id": GUEST_CLIENT}
    revoked_at = time.monotonic()
    assert requests.post(stack.issuer + REVOKE, data=form, timeout=30).status_code == 200
    assert introspect(stack, token) == {"active": False}
    assert time.monotonic() - revoked_at < 1
    assert requests.get(stack.issuer + USERINFO, headers=bearer, timeout=30).status_code == 401
