"""fold's documentation, step by step, by curl as it stands there: what it shows is what comes back."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING

import jwt
import pytest

from functions.routes import DECIDE, KEY_SET, LOOKUP, PAGE
from tests.sign_in import PlainBrowser
from tests.verifier import verify_access_token

if TYPE_CHECKING:
    from tests.stack import Stack

CURL = shutil.which("curl")
MONTH = 30 * 24 * 3600

pytestmark = pytest.mark.skipif(CURL is None, reason="the transcript is curl's, which is not on this machine")


def curl(*arguments: str) -> str:
    """Return what curl prints."""
    command = [str(CURL), "--silent", "--show-error", "--max-time", "30", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def poll(stack: Stack, device_code: str) -> str:
    """Poll as the documentation does."""
    return curl(
        *("-X", "POST", f"{stack.issuer}/auth/device/token"),
        *("-H", "Content-Type: application/json"),
        *("-d", f'{{ "device_code": "{device_code}" }}'),
    )


@pytest.mark.row("FO01", "FO02", "FO03", "FO04", "FO06", "FO07", "FO08", "FO09", "FO14", "FO15", "FO17")
def test_each_step_gives_what_the_documentation_shows(stack: Stack) -> None:
    codes = json.loads(curl("-X", "POST", f"{stack.issuer}/auth/device/code"))
    device_code, user_code = codes["device_code"], codes["user_code"]
    assert device_code.startswith("dc_")
    assert len(user_code.replace("-", "")) == 8
    assert not set(user_code) & set("IO01")
    assert (codes["verification_uri"], codes["expires_in"], codes["interval"]) == (stack.issuer + PAGE, 600, 5)

    assert poll(stack, device_code) == '{"error":"authorization_pending"}'

    # In the browser: without a session nobody gets anywhere.
    stranger, browser = PlainBrowser(stack.issuer), PlainBrowser(stack.issuer).sign_in(stack.user)
    assert stranger.post(DECIDE, {"user_code": user_code, "decision": "approve"}).status_code in {401, 403}
    assert browser.post(LOOKUP, {"user_code": user_code}).json()["client"]["name"] == "Demo Fold"
    assert browser.post(DECIDE, {"user_code": user_code, "decision": "approve"}).json() == {"state": "approved"}

    answer = json.loads(poll(stack, device_code))
    assert answer.keys() == {"token", "user"}
    assert answer["user"] == {"id": answer["user"]["id"], "email": stack.user.email, "role": "admin"}
    assert answer["user"]["id"].startswith("usr_")
    keys = jwt.PyJWKClient(stack.issuer + KEY_SET)
    claims = verify_access_token(answer["token"], keys, stack.issuer, "https://api.example.com")
    assert (claims["sub"], claims["role"]) == (answer["user"]["id"], "admin")
    assert claims["exp"] - claims["iat"] == MONTH  # type: ignore[operator]

    assert json.loads(poll(stack, device_code))["error"] == "invalid_grant"
