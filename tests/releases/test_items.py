"""Every item that a release has written does what it did then, through today's API.

Once as it was written, and once with an attribute more, as the release after today's may write it: whoever reads an item
ignores what it does not know, and whoever writes leaves it there.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import pytest
import requests

from infra.local.configuration import CAREFUL_CLIENT, GUEST_CLIENT
from tests.device import Device, introspect, revoke
from tests.sign_in import PlainBrowser

if TYPE_CHECKING:
    from tests.releases.past import Past
    from tests.releases.release import Item
    from tests.stack import Stack


@pytest.mark.parametrize("name", ["pending", "released"])
def test_a_waiting_login_is_polled_opened_approved_and_redeemed(past: Past, name: str) -> None:
    device, ada = past.device(name), past.browser(past.secrets["people"]["ada"])
    assert device.poll().json()["error"] == "authorization_pending"
    assert device.open(ada).json()["device_name"] == f"{name} laptop"
    assert device.decide(ada, "approve").json() == {"state": "approved"}
    tokens = device.poll().json()
    assert device.refresh(tokens["refresh_token"]).status_code == 200
    assert device.poll().json()["error"] == "invalid_grant"


def test_a_waiting_login_with_a_proof_is_redeemed_by_whoever_has_the_verifier(past: Past) -> None:
    device, verifier = past.device("pending_with_proof"), past.secrets["grants"]["pending_with_proof"]["code_verifier"]
    device.approve(past.browser(past.secrets["people"]["ada"]))
    assert device.poll().json()["error"] == "invalid_grant"
    assert "refresh_token" in device.poll(code_verifier=verifier).json()


def test_an_opened_login_is_its_person_s_alone(past: Past) -> None:
    device = past.device("claimed")
    assert device.poll().json()["error"] == "authorization_pending"
    assert device.open(past.browser(past.secrets["people"]["grace"])).status_code == 404
    ada = past.browser(past.secrets["people"]["ada"])
    assert device.decide(ada, "approve").json() == {"state": "approved"}
    assert "refresh_token" in device.poll().json()


def test_an_opened_login_can_be_denied(past: Past) -> None:
    device = past.device("claimed")
    assert device.decide(past.browser(past.secrets["people"]["ada"]), "deny").json() == {"state": "denied"}
    assert device.poll().json()["error"] == "access_denied"


def test_an_approved_login_is_redeemed_once(past: Past) -> None:
    device = past.device("approved")
    assert "refresh_token" in device.poll().json()
    assert device.poll().json()["error"] == "invalid_grant"


def test_an_approved_login_waits_for_its_number_and_knows_how_many_wrong_ones_came(past: Past) -> None:
    device, secrets = past.device("approved_with_number"), past.secrets["grants"]["approved_with_number"]
    assert device.poll(client_id=CAREFUL_CLIENT).json()["approval_number"] == "required"
    wrong = device.poll(client_id=CAREFUL_CLIENT, approval_number=secrets["wrong_number"]).json()
    assert (wrong["approval_number"], wrong["attempts_left"]) == ("wrong", 1)
    right = device.poll(client_id=CAREFUL_CLIENT, approval_number=secrets["approval_number"]).json()
    assert "refresh_token" in right


def test_the_third_wrong_number_denies_an_approved_login(past: Past) -> None:
    device, secrets = past.device("approved_with_number"), past.secrets["grants"]["approved_with_number"]
    numbers = [*[secrets["wrong_number"]] * 2, secrets["approval_number"]]
    told = [device.poll(client_id=CAREFUL_CLIENT, approval_number=number).json()["error"] for number in numbers]
    assert told == ["authorization_pending", "access_denied", "access_denied"]


@pytest.mark.parametrize(("name", "client"), [("denied", "demo-cli"), ("denied_by_numbers", CAREFUL_CLIENT)])
def test_a_denied_login_stays_denied(past: Past, name: str, client: str) -> None:
    assert past.device(name).poll(client_id=client).json()["error"] == "access_denied"


def test_a_redeemed_login_is_redeemed_again_with_its_proof_only(past: Past) -> None:
    assert past.device("redeemed").poll().json()["error"] == "invalid_grant"
    device, secrets = past.device("redeemed_with_proof"), past.secrets["grants"]["redeemed_with_proof"]
    assert device.poll(code_verifier=secrets["code_verifier"]).json()["refresh_token"] == secrets["refresh_token"]
    assert device.refresh(secrets["refresh_token"]).status_code == 200
    assert device.poll(code_verifier=secrets["code_verifier"]).json()["error"] == "invalid_grant"


@pytest.mark.parametrize("name", ["fresh", "rotated", "renamed"])
def test_a_session_goes_on(stack: Stack, past: Past, name: str) -> None:
    device, token = past.device("redeemed"), past.secrets["sessions"][name]["refresh_token"]
    assert introspect(stack, token)["active"]
    token = device.refreshed(device.refreshed(token))
    assert introspect(stack, token)["active"]
    assert revoke(stack, token).status_code == 200
    assert introspect(stack, token) == {"active": False}


def test_a_refresh_whose_answer_was_lost_is_answered_again(past: Past) -> None:
    secrets = past.secrets["sessions"]["rotated"]
    assert past.device("redeemed").refreshed(secrets["previous"]) == secrets["refresh_token"]


def test_a_token_of_two_refreshes_ago_ends_its_session(past: Past) -> None:
    device, secrets = past.device("redeemed"), past.secrets["sessions"]["rotated"]
    for token in (secrets["oldest"], secrets["refresh_token"]):
        assert device.refresh(token).json()["error"] == "invalid_grant"


def test_sessions_are_listed_renamed_and_ended_by_their_person(past: Past) -> None:
    ada, renamed = past.browser(past.secrets["people"]["ada"]), past.secrets["sessions"]["renamed"]
    address = f"/auth/sessions/{renamed['id']}"
    assert renamed["label"] in labels(ada, renamed["id"])
    assert ada.patch(address, {"label": "yet another name"}).json()["label"] == "yet another name"
    assert labels(ada, renamed["id"]) == ["yet another name"]
    assert ada.delete(address).status_code == 204
    assert labels(ada, renamed["id"]) == []


def labels(browser: PlainBrowser, session_id: str) -> list[str]:
    """Return the label of the session in the person's list, if it is there."""
    listed: list[dict[str, Any]] = browser.get("/auth/sessions").json()["sessions"]
    return [session["label"] for session in listed if session["id"] == session_id]


def test_an_opaque_token_is_worth_what_it_was(stack: Stack, past: Past) -> None:
    secrets = past.secrets["sessions"]["opaque"]
    assert introspect(stack, secrets["access_token"])["active"]
    bearer = {"Authorization": f"Bearer {secrets['access_token']}"}
    told = requests.get(f"{stack.issuer}/oauth2/userinfo", headers=bearer, timeout=30).json()
    assert told["email"] == past.secrets["people"]["ada"]["email"]
    assert revoke(stack, secrets["refresh_token"], GUEST_CLIENT).status_code == 200
    assert introspect(stack, secrets["access_token"]) == {"active": False}


@pytest.mark.parametrize("name", ["ada", "grace"])
def test_a_browser_is_signed_in_until_it_signs_out(past: Past, name: str) -> None:
    person = past.secrets["people"][name]
    browser, kept = past.browser(person), past.browser(person)
    assert browser.get("/auth/session").json()["user"]["email"] == person["email"]
    assert browser.post("/auth/logout").status_code == 204
    assert kept.get("/auth/session").json() == {"signed_in": False}


@pytest.mark.parametrize(("name", "before"), [("ada", True), ("grace", False)])
def test_what_a_person_has_allowed_before_is_remembered(stack: Stack, past: Past, name: str, before: bool) -> None:  # noqa: FBT001  a parameter
    scope = past.items("user session")[0]["scope"]["S"]
    shown = Device(stack, scope=scope).open(past.browser(past.secrets["people"][name])).json()
    assert shown["allowed_before"] is before


def test_whoever_is_disabled_gets_nothing(stack: Stack, past: Past) -> None:
    secrets = past.secrets["disabled"]
    device, browser = Device.holding(stack, secrets), past.browser(secrets)
    assert device.poll().json()["error"] == "invalid_grant"
    assert device.refresh(secrets["refresh_token"]).json()["error"] == "invalid_grant"
    assert introspect(stack, secrets["refresh_token"]) == {"active": False}
    assert browser.get("/auth/session").json() == {"signed_in": False}
    assert Device(stack).open(browser).json()["error"] == "sign_in_required"


def test_a_locked_person_opens_no_code(stack: Stack, past: Past) -> None:
    past.remove(past.items("limit guesses"))  # what holds is the lock itself
    assert Device(stack).open(past.browser(past.secrets["locked"])).status_code == 429
    assert Device(stack).open(past.browser(past.secrets["nearly_locked"])).status_code == 200


def test_wrong_codes_are_counted_on(stack: Stack, past: Past) -> None:
    guesser = past.browser(past.secrets["nearly_locked"])
    assert guesser.post("/auth/device/lookup", {"user_code": "DDDD-DDDD"}).status_code == 404
    assert Device(stack).open(guesser).status_code == 429


@pytest.mark.parametrize("what", ["limit codes-of-network", "limit codes-of-client"])
def test_requests_for_codes_are_counted_on(stack: Stack, past: Past, what: str) -> None:
    before = events_in(past.items(what))
    Device(stack)
    assert events_in(past.found(past.items(what))) == before + 1


def events_in(counters: list[Item]) -> int:
    """Return what is counted in all of them."""
    return sum(int(counter["events"]["N"]) for counter in counters)


def test_a_sign_in_that_was_used_before_is_refused(stack: Stack, past: Past) -> None:
    """The mark of a used sign-in is put at the key of one that has just come back with a good code."""
    browser = PlainBrowser(stack.issuer)
    way_back = browser.at_the_provider(browser.start_sign_in(), stack.user)
    secret = browser.http.cookies["__Host-tallystick-signin"].split(".")[1]
    mark = past.items("signin used")[0] | {"pk": {"S": f"signin#{hashlib.sha256(secret.encode()).hexdigest()}"}}
    past.put([mark])
    assert browser.get(way_back).status_code == 400
    assert browser.get("/auth/session").json() == {"signed_in": False}
