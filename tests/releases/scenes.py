"""What is played on a deployed stack, so that every kind of item, in every state, is left in its table.

Each scene returns the test-only secrets that make use of what it left: codes, tokens, cookies.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from infra.commands import users
from infra.local.configuration import CAREFUL_CLIENT, GUEST_CLIENT, local_config
from tests.device import Device
from tests.sign_in import PlainBrowser

if TYPE_CHECKING:
    from tests.stack import Stack

Secrets = dict[str, Any]

SESSION_COOKIE = "__Host-tallystick-session"
SCOPE = "openid email offline_access deploy:read"
# RFC 7636, appendix B.
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
PROMISE = {"code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "code_challenge_method": "S256"}
LABEL = "the new name"
GUESSES_ALLOWED = 5
_LOOKUP = "/auth/device/lookup"

KINDS = frozenset(
    {
        *(f"grant {state}" for state in ("pending", "claimed", "approved", "denied", "redeemed")),
        *("user session", "user profile", "browser session", "signin used", "token access"),
        *("limit codes-of-network", "limit codes-of-client", "limit guesses"),
    }
)
"""Every kind of item that is to be left. A release that writes another one needs a scene for it here."""


def play(stack: Stack) -> Secrets:
    """Play all scenes; return their secrets by what they are for. Nearly all is Ada's; Grace has only signed in."""
    ada = PlainBrowser(stack.issuer).sign_in(stack.user)
    grace = PlainBrowser(stack.issuer).sign_in(stack.add_person("grace@example.com", "Grace"))
    return {
        "people": {
            "ada": {**_cookie(ada), "email": stack.user.email},
            "grace": {**_cookie(grace), "email": "grace@example.com"},
        },
        "grants": _grants(stack, ada),
        "sessions": _sessions(stack, ada),
        "disabled": _disabled(stack),
        "locked": _guesser(stack, "locked@example.com", GUESSES_ALLOWED),
        "nearly_locked": _guesser(stack, "nearly@example.com", GUESSES_ALLOWED - 1),
    }


def kind_of(item: dict[str, dict[str, Any]]) -> str:
    """Return what an item is, of `KINDS`."""
    family, name, *_ = item["pk"]["S"].split("#")
    if family == "limit":
        return f"{family} {name}"
    return f"{family} {item['state']['S'] if 'state' in item else item['sk']['S'].partition('#')[0]}"


def _grants(stack: Stack, ada: PlainBrowser) -> Secrets:
    """Leave a login in each state."""
    names = ("pending", "released", "claimed", "denied", "approved")
    made = {name: Device(stack, scope=SCOPE, device_name=f"{name} laptop") for name in names}
    made["pending_with_proof"] = Device(stack, scope=SCOPE, **PROMISE)
    made["pending_with_proof"].poll(code_verifier=VERIFIER)
    for name in ("released", "claimed", "denied"):
        assert made[name].open(ada).status_code == 200
    assert made["released"].decide(ada, "release").json() == {"state": "pending"}
    assert made["denied"].decide(ada, "deny").json() == {"state": "denied"}
    made["approved"].approve(ada)
    made["redeemed"] = Device(stack, scope=SCOPE)
    _logged_in(made["redeemed"], ada)
    told = {name: _codes(device) for name, device in made.items()}
    told["pending_with_proof"]["code_verifier"] = VERIFIER
    return told | {"redeemed_with_proof": _redeemed_with_proof(stack, ada), **_with_numbers(stack, ada)}


def _redeemed_with_proof(stack: Stack, ada: PlainBrowser) -> Secrets:
    device = Device(stack, scope=SCOPE, **PROMISE)
    tokens = _logged_in(device, ada, code_verifier=VERIFIER)
    return {**_codes(device), "code_verifier": VERIFIER, "refresh_token": tokens["refresh_token"]}


def _with_numbers(stack: Stack, ada: PlainBrowser) -> Secrets:
    """Leave an approved login that waits for its number, after one wrong one, and one that three wrong ones denied."""
    secrets = {}
    for name, wrong_ones in (("approved_with_number", 1), ("denied_by_numbers", 3)):
        device = Device(stack, client_id=CAREFUL_CLIENT, scope="openid offline_access")
        assert device.open(ada).status_code == 200
        number = device.decide(ada, "approve").json()["approval_number"]
        wrong = f"{(int(number) + 1) % 10**6:06}"
        for _ in range(wrong_ones):
            device.poll(client_id=CAREFUL_CLIENT, approval_number=wrong)
        secrets[name] = {**_codes(device), "approval_number": number, "wrong_number": wrong}
    return secrets


def _sessions(stack: Stack, ada: PlainBrowser) -> Secrets:
    """Leave a session of each kind."""
    rotated = Device(stack, scope=SCOPE)
    oldest = _logged_in(rotated, ada)["refresh_token"]
    previous = rotated.refresh(oldest).json()["refresh_token"]
    live = rotated.refresh(previous).json()["refresh_token"]
    renamed = _logged_in(Device(stack, scope=SCOPE, device_name="the old name"), ada)
    [named] = [each["id"] for each in ada.get("/auth/sessions").json()["sessions"] if each["label"] == "the old name"]
    assert ada.patch(f"/auth/sessions/{named}", {"label": LABEL}).status_code == 200
    opaque = _logged_in(Device(stack, client_id=GUEST_CLIENT, scope=SCOPE), ada, client_id=GUEST_CLIENT)
    return {
        "fresh": {"refresh_token": _logged_in(Device(stack, scope=SCOPE), ada)["refresh_token"]},
        "rotated": {"refresh_token": live, "previous": previous, "oldest": oldest},
        "renamed": {"refresh_token": renamed["refresh_token"], "id": named, "label": LABEL},
        "opaque": {"refresh_token": opaque["refresh_token"], "access_token": opaque["access_token"]},
    }


def _disabled(stack: Stack) -> Secrets:
    """Leave a person who was locked out with a session open and a login approved."""
    person = stack.add_person("mallory@example.com", "Mallory")
    browser = PlainBrowser(stack.issuer).sign_in(person)
    tokens = _logged_in(Device(stack, scope=SCOPE), browser)
    approved = Device(stack, scope=SCOPE)
    approved.approve(browser)
    now = int(time.time())  # noqa: TID251  the deployed functions have no other clock
    assert users.main(["disable", person.email], local_config(), stack.local.aws, now) == 0
    return {**_cookie(browser), "refresh_token": tokens["refresh_token"], **_codes(approved)}


def _guesser(stack: Stack, email: str, wrong_codes: int) -> Secrets:
    """Leave a person who has typed wrong codes."""
    browser = PlainBrowser(stack.issuer).sign_in(stack.add_person(email, "Gus"))
    for letter in "BCDFGHJ"[:wrong_codes]:
        assert browser.post(_LOOKUP, {"user_code": f"BBBB{letter * 4}"}).status_code == 404
    return _cookie(browser)


def _logged_in(device: Device, browser: PlainBrowser, **parameters: str) -> dict[str, Any]:
    device.approve(browser)
    answer = device.poll(**parameters)
    assert answer.status_code == 200, answer.text
    tokens: dict[str, Any] = answer.json()
    return tokens


def _codes(device: Device) -> Secrets:
    return {name: device.codes[name] for name in ("device_code", "user_code")}


def _cookie(browser: PlainBrowser) -> Secrets:
    return {"cookie": browser.http.cookies[SESSION_COOKIE]}
