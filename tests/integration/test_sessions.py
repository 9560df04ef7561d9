"""What comes after the login, over HTTP on the deployed stack: tokens that are revoked, asked about and refreshed."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import jwt
import pytest
import requests

from functions.domain.client import REFRESH_GRANT
from functions.routes import (
    INTROSPECT,
    KEY_SET,
    OAUTH_METADATA,
    OPENID_CONFIGURATION,
    SESSION,
    SESSIONS,
    TOKEN,
    USERINFO,
)
from tests.device import CLIENT_ID, Device, introspect, revoke
from tests.sign_in import PlainBrowser

if TYPE_CHECKING:
    from infra.local.credentials import Person
    from tests.stack import Stack

SCOPE = "openid email profile offline_access deploy:read"
AT_ONCE_SECONDS = 1


@pytest.fixture(scope="module")
def ada(stack: Stack) -> Person:
    """Return someone whose sessions no other test touches."""
    return stack.add_person("sessions@example.com", "Ada")


@pytest.fixture(scope="module")
def browser(stack: Stack, ada: Person) -> PlainBrowser:
    return PlainBrowser(stack.issuer).sign_in(ada)


def logged_in(stack: Stack, browser: PlainBrowser, scope: str = SCOPE) -> dict[str, Any]:
    device = Device(stack, scope=scope)
    device.approve(browser)
    tokens: dict[str, Any] = device.poll().json()
    assert "access_token" in tokens, tokens
    return tokens


def refresh(stack: Stack, refresh_token: str) -> requests.Response:
    form = {"grant_type": REFRESH_GRANT, "refresh_token": refresh_token, "client_id": CLIENT_ID}
    return requests.post(stack.issuer + TOKEN, data=form, timeout=30)


def bearer(tokens: dict[str, Any]) -> dict[str, str]:
    return {"Authorization": f"Bearer {tokens['access_token']}"}


def session_of(tokens: dict[str, Any]) -> str:
    return str(jwt.decode(tokens["access_token"], options={"verify_signature": False})["sid"])


def ids(answer: requests.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [session["id"] for session in answer.json()["sessions"]]


@pytest.mark.row("O32")
def test_an_api_learns_what_a_live_token_is_for(stack: Stack, browser: PlainBrowser) -> None:
    tokens = logged_in(stack, browser)
    claims = jwt.decode(tokens["access_token"], options={"verify_signature": False})
    found = introspect(stack, tokens["access_token"])
    assert found == {
        "active": True,
        "token_type": "Bearer",
        **{name: claims[name] for name in ("iss", "sub", "aud", "client_id", "scope", "iat", "exp")},
    }


@pytest.mark.row("O20", "O23", "O31")
@pytest.mark.parametrize("kind", ["refresh_token", "access_token"])
def test_a_revoked_session_is_over_within_a_second(stack: Stack, browser: PlainBrowser, kind: str) -> None:
    tokens = logged_in(stack, browser)
    assert introspect(stack, tokens["access_token"])["active"]
    assert introspect(stack, tokens["refresh_token"])["active"]
    answer = revoke(stack, tokens[kind])
    revoked_at = time.monotonic()
    assert (answer.status_code, answer.text, answer.headers["Cache-Control"]) == (200, "", "no-store")
    assert introspect(stack, tokens["access_token"]) == {"active": False}
    assert time.monotonic() - revoked_at < AT_ONCE_SECONDS
    assert introspect(stack, tokens["refresh_token"]) == {"active": False}
    assert refresh(stack, tokens["refresh_token"]).json()["error"] == "invalid_grant"
    assert revoke(stack, tokens[kind]).status_code == 200


@pytest.mark.row("O30")
def test_a_public_client_may_not_ask(stack: Stack, browser: PlainBrowser) -> None:
    form = {"token": logged_in(stack, browser)["access_token"], "client_id": CLIENT_ID}
    answer = requests.post(stack.issuer + INTROSPECT, data=form, timeout=30)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


@pytest.mark.row("O09", "O10", "O11")
def test_userinfo_takes_a_token_from_the_header_only(stack: Stack, browser: PlainBrowser, ada: Person) -> None:
    tokens, url = logged_in(stack, browser), stack.issuer + USERINFO
    for method in ("GET", "POST"):
        told = requests.request(method, url, headers=bearer(tokens), timeout=30)
        assert told.json() == {"sub": introspect(stack, tokens["access_token"])["sub"], "email": ada.email, "name": "Ada"}
    nothing = requests.get(url, timeout=30)
    assert (nothing.status_code, nothing.headers["WWW-Authenticate"]) == (401, 'Bearer realm="tallystick"')
    bad = requests.get(url, headers={"Authorization": "Bearer nonsense"}, timeout=30)
    assert (bad.status_code, bad.json()["error"]) == (401, "invalid_token")
    in_query = requests.get(url, params={"access_token": tokens["access_token"]}, timeout=30)
    assert (in_query.status_code, in_query.json()["error"]) == (400, "invalid_request")
    narrow = requests.get(url, headers=bearer(logged_in(stack, browser, "deploy:read")), timeout=30)
    assert (narrow.status_code, narrow.json()["error"]) == (403, "insufficient_scope")


@pytest.mark.row("D62")
def test_the_id_token_is_for_the_tool_and_checks_with_the_published_keys(
    stack: Stack, browser: PlainBrowser, ada: Person
) -> None:
    tokens = logged_in(stack, browser)
    key = jwt.PyJWKClient(stack.issuer + KEY_SET).get_signing_key_from_jwt(tokens["id_token"])
    claims = jwt.decode(tokens["id_token"], key, algorithms=["RS256"], issuer=stack.issuer, audience=CLIENT_ID)
    assert (claims["email"], claims["name"]) == (ada.email, "Ada")
    assert claims["auth_time"] <= claims["iat"]
    assert introspect(stack, tokens["id_token"]) == {"active": False}
    as_access = requests.get(stack.issuer + USERINFO, headers={"Authorization": f"Bearer {tokens['id_token']}"}, timeout=30)
    assert as_access.status_code == 401
    assert "id_token" in refresh(stack, tokens["refresh_token"]).json()
    assert "id_token" not in logged_in(stack, browser, "deploy:read offline_access")


@pytest.mark.row("WB09")
def test_people_see_and_end_their_own_logins_by_page_and_by_tool(stack: Stack) -> None:
    # Somebody of this test's own: what they approve in the second in which they end all is over too.
    browser = PlainBrowser(stack.issuer).sign_in(stack.add_person("tidy@example.com", "Tidy"))
    first, second, third = (logged_in(stack, browser) for _ in range(3))
    by_tool = requests.get(stack.issuer + SESSIONS, headers=bearer(first), timeout=30)
    assert set(map(session_of, (first, second, third))) <= set(ids(by_tool))
    assert ids(browser.get(SESSIONS)) == ids(by_tool)
    assert [each["id"] for each in by_tool.json()["sessions"] if each["current"]] == [session_of(first)]

    assert browser.delete(SESSION.format(session_id=session_of(second))).status_code == 204
    assert browser.delete(SESSION.format(session_id=session_of(second))).status_code == 404
    assert introspect(stack, second["access_token"]) == {"active": False}

    others = requests.delete(f"{stack.issuer}{SESSIONS}?keep=current", headers=bearer(first), timeout=30)
    assert others.json()["ended"] >= 1
    assert introspect(stack, third["access_token"]) == {"active": False}
    assert ids(browser.get(SESSIONS)) == [session_of(first)]

    assert browser.delete(SESSIONS).json() == {"ended": 1}
    assert introspect(stack, first["access_token"]) == {"active": False}


def test_nobody_ends_anybody_elses(stack: Stack, browser: PlainBrowser) -> None:
    tokens = logged_in(stack, browser)
    stranger = PlainBrowser(stack.issuer).sign_in(stack.user)
    assert session_of(tokens) not in ids(stranger.get(SESSIONS))
    answer = stranger.delete(SESSION.format(session_id=session_of(tokens)))
    assert (answer.status_code, answer.json()["error"]) == (404, "unknown_session")
    assert introspect(stack, tokens["access_token"])["active"]


@pytest.mark.row("W04")
def test_a_foreign_page_ends_nothing(stack: Stack, browser: PlainBrowser) -> None:
    tokens = logged_in(stack, browser)
    for headers in ({}, {"Origin": stack.issuer}, {"Origin": "https://evil.example", "X-Tallystick": "1"}):
        answer = browser.http.delete(stack.issuer + SESSIONS, headers=headers, timeout=30)
        assert (answer.status_code, answer.json()["error"]) == (403, "forbidden")
    assert introspect(stack, tokens["access_token"])["active"]


@pytest.mark.row("S02", "O31")
def test_a_refresh_token_two_generations_old_ends_the_family(stack: Stack, browser: PlainBrowser) -> None:
    first = logged_in(stack, browser)
    second = refresh(stack, first["refresh_token"]).json()
    third = refresh(stack, second["refresh_token"]).json()
    assert introspect(stack, third["access_token"])["active"]
    assert refresh(stack, first["refresh_token"]).json()["error"] == "invalid_grant"
    assert introspect(stack, third["access_token"]) == {"active": False}
    assert refresh(stack, third["refresh_token"]).json()["error"] == "invalid_grant"
    assert any('"refresh_reuse"' in line and session_of(first) in line for line in stack.logs("poll"))


@pytest.mark.row("J02", "J03")
def test_every_endpoint_that_the_metadata_names_is_there(stack: Stack) -> None:
    for document in (OAUTH_METADATA, OPENID_CONFIGURATION):
        metadata = requests.get(stack.issuer + document, timeout=30).json()
        named = [url for name, url in metadata.items() if name.endswith("_endpoint")]
        assert len(named) == 5
        assert [requests.patch(url, timeout=30).status_code for url in named] == [405] * 5
