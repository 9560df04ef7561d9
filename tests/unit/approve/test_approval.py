"""POST /auth/device/lookup and /auth/device/approve, from API Gateway's event to their answers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from functions.domain.errors import StoreUnavailable
from functions.routes import DECIDE, LOOKUP
from tests.server import ACME, ADA, BOB, SETTINGS, Browser, Server

if TYPE_CHECKING:
    import io

    from tests.events import Answer

UNKNOWN = (404, "unknown_code")


@pytest.fixture
def server() -> Server:
    return Server()


def refused(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.error


@pytest.mark.row("D32")
def test_an_opened_code_shows_who_asks_for_what_from_where(server: Server) -> None:
    codes = server.start(scope="openid deploy", device_name="ada's laptop")
    server.clock.now += 30
    shown = server.sign_in().lookup(codes["user_code"]).json
    assert shown == {
        "user_code": codes["user_code"],
        "client": {"name": "Acme CLI", "third_party": False},
        "allowed_before": False,
        "scopes": [
            {"scope": "openid", "text": "Know who you are", "sensitive": False},
            {"scope": "deploy", "text": "Deploy in your name", "sensitive": False},
        ],
        "device_name": "ada's laptop",
        "request": {"address": "203.0.113.7", "country": "DE", "agent": "acme/1.0", "seconds_ago": 30},
        "browser": {"address": "203.0.113.7", "country": "DE"},
        "proximity": {"country": "same", "network": "same", "required": ""},
        "expires_in": 570,
        "access_lifetime": 900,
        "user": {"email": ADA.profile.email, "name": ADA.profile.name},
    }


@pytest.mark.row("WO15")
def test_an_application_of_somebody_else_s_is_shown_as_one_each_time(server: Server) -> None:
    for _ in range(2):
        codes = server.start("guest")
        browser = server.sign_in()
        shown = browser.lookup(codes["user_code"]).json
        assert (shown["client"]["third_party"], shown["allowed_before"]) == (True, False)
        assert browser.decide(codes["user_code"], "approve").status == 200
    assert server.users.people[ADA.user_id].consents == frozenset()


def test_what_a_person_has_allowed_our_own_application_is_remembered_by_scopes(server: Server) -> None:
    browser = server.sign_in()

    def allowed_before(scope: str, decision: str = "deny", asked_by: Browser = browser) -> bool:
        codes = server.start(scope=scope)
        shown = asked_by.lookup(codes["user_code"]).json
        asked_by.decide(codes["user_code"], decision)
        server.ask(codes)
        return bool(shown["allowed_before"])

    assert not allowed_before("openid deploy", "deny")
    assert not allowed_before("openid deploy", "approve")
    assert allowed_before("deploy openid")
    assert not allowed_before("openid")
    assert not allowed_before("openid deploy email")
    assert not allowed_before("openid deploy", asked_by=server.sign_in(BOB))


@pytest.mark.row("D33")
def test_what_was_allowed_before_still_waits_for_a_yes(server: Server) -> None:
    server.ask(server.approved())
    codes = server.start()
    assert server.sign_in().lookup(codes["user_code"]).json["allowed_before"]
    assert server.ask(codes).error == "authorization_pending"


def test_an_approval_that_no_tool_collected_is_not_remembered(server: Server) -> None:
    server.approved()
    assert not server.sign_in().lookup(server.start()["user_code"]).json["allowed_before"]


@pytest.mark.row("F1")
def test_a_login_stands_though_it_could_not_be_remembered(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: str) -> None:
        raise StoreUnavailable

    monkeypatch.setattr(server.users, "remember", fail)
    assert server.ask(server.approved()).status == 200


def test_the_page_says_how_long_a_login_can_last_not_only_its_first_token(server: Server) -> None:
    codes = server.start(scope="openid offline_access")
    assert server.sign_in().lookup(codes["user_code"]).json["access_lifetime"] == 90 * 24 * 3600


@pytest.mark.row("D31")
def test_a_code_is_understood_as_people_type_it(server: Server) -> None:
    codes = server.start()
    shown = codes["user_code"]
    browser = server.sign_in()
    for typed in (shown.lower(), shown.replace("-", " "), f"! Copy this one-time code: {shown}\n", shown.replace("-", "")):
        assert browser.lookup(typed).status == 200


@pytest.mark.row("D40", "D41", "W14")
def test_wrong_used_and_foreign_codes_get_one_identical_answer(server: Server) -> None:
    ada, bob = server.sign_in(ADA), server.sign_in(BOB)
    foreign = server.start()["user_code"]
    assert bob.lookup(foreign).status == 200
    used = []
    for decision in ("approve", "deny"):
        code = server.start()["user_code"]
        ada.lookup(code)
        ada.decide(code, decision)
        used.append(code)
    redeemed = server.approved()
    server.ask(redeemed)
    answers = [ada.lookup(code) for code in ("BBBB-BBBB", "nonsense", foreign, *used, redeemed["user_code"])]
    assert {refused(answer) for answer in answers} == {UNKNOWN}
    assert len({answer.text for answer in answers}) == 1


@pytest.mark.row("D39")
def test_an_expired_code_says_so(server: Server) -> None:
    browser = server.sign_in()
    untouched, opened = server.start()["user_code"], server.start()["user_code"]
    browser.lookup(opened)
    server.clock.now += 600
    assert refused(browser.lookup(untouched)) == (410, "expired_code")
    assert refused(browser.lookup(opened)) == (410, "expired_code")
    assert refused(browser.decide(opened, "approve")) == (410, "expired_code")


@pytest.mark.row("D40")
def test_a_foreign_code_that_has_expired_is_unknown(server: Server) -> None:
    code = server.start()["user_code"]
    server.sign_in(BOB).lookup(code)
    server.clock.now += 600
    assert refused(server.sign_in(ADA).lookup(code)) == UNKNOWN


@pytest.mark.row("D33")
def test_opening_a_code_approves_nothing(server: Server) -> None:
    codes = server.start()
    server.sign_in().lookup(codes["user_code"])
    assert server.ask(codes).error == "authorization_pending"


@pytest.mark.row("D33")
@pytest.mark.parametrize("path", [LOOKUP, DECIDE])
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_no_reading_method_is_answered(server: Server, path: str, method: str) -> None:
    answer = server.approve.send(method, path)
    assert (answer.status, answer.headers["allow"]) == (405, "POST")


def test_a_code_must_be_opened_before_it_can_be_decided(server: Server) -> None:
    codes = server.start()
    for decision in ("approve", "deny", "release"):
        assert refused(server.sign_in().decide(codes["user_code"], decision)) == UNKNOWN
    assert server.ask(codes).error == "authorization_pending"


@pytest.mark.row("W14")
def test_nobody_else_can_decide_on_an_opened_code(server: Server) -> None:
    codes = server.start()
    server.sign_in(ADA).lookup(codes["user_code"])
    for decision in ("approve", "deny", "release"):
        assert refused(server.sign_in(BOB).decide(codes["user_code"], decision)) == UNKNOWN
    assert server.ask(codes).error == "authorization_pending"


def test_a_released_code_can_be_opened_by_another_account(server: Server) -> None:
    code = server.start()["user_code"]
    ada = server.sign_in(ADA)
    ada.lookup(code)
    assert ada.decide(code, "release").json == {"state": "pending"}
    assert server.sign_in(BOB).lookup(code).status == 200


def test_a_second_decision_of_the_same_person_is_told_so(server: Server) -> None:
    code = server.start()["user_code"]
    ada = server.sign_in(ADA)
    ada.lookup(code)
    ada.decide(code, "deny")
    assert refused(ada.decide(code, "approve")) == (409, "already_decided")


@pytest.mark.row("D30", "FO15")
def test_without_a_session_nothing_is_shown(server: Server) -> None:
    code = server.start()["user_code"]
    browser = server.sign_in()
    stranger = {"Cookie": "__Host-tallystick-session=stranger"}
    assert refused(browser.lookup(code, **stranger)) == (401, "sign_in_required")
    server.clock.now += 12 * 3600
    assert refused(browser.lookup(code)) == (401, "sign_in_required")


@pytest.mark.row("D65")
def test_a_disabled_person_is_not_signed_in(server: Server) -> None:
    browser = server.sign_in()
    server.disable(ADA)
    assert refused(browser.lookup(server.start()["user_code"])) == (401, "sign_in_required")


@pytest.mark.row("W04")
@pytest.mark.parametrize(
    "missing",
    [
        {"Cookie": ""},
        {"Origin": ""},
        {"Origin": "https://evil.example"},
        {"Origin": "https://login.example.com.evil.example"},
        {"X_Tallystick": ""},
        {"Content_Type": "text/plain"},
    ],
)
def test_each_lock_of_a_mutating_call_holds_alone(server: Server, missing: dict[str, str]) -> None:
    code = server.start()["user_code"]
    browser = server.sign_in()
    assert refused(browser.lookup(code, **missing)) == (403, "forbidden")
    browser.lookup(code)
    for decision in ("approve", "deny", "release"):
        assert refused(browser.decide(code, decision, **missing)) == (403, "forbidden")
    assert browser.decide(code, "approve").status == 200


@pytest.mark.row("W13")
def test_approving_needs_a_fresh_sign_in_and_denying_does_not(server: Server) -> None:
    code = server.start()["user_code"]
    browser = server.sign_in(ago=3550)
    assert browser.lookup(code).status == 200
    server.clock.now += 51
    assert refused(browser.decide(code, "approve")) == (401, "fresh_sign_in_required")
    assert refused(browser.lookup(code)) == (401, "fresh_sign_in_required")
    assert browser.decide(code, "deny").json == {"state": "denied"}


@pytest.mark.parametrize("decision", ["", "APPROVE", "redeem"])
def test_an_unknown_decision_changes_nothing(server: Server, decision: str) -> None:
    code = server.start()["user_code"]
    browser = server.sign_in()
    browser.lookup(code)
    assert refused(browser.decide(code, decision)) == (400, "invalid_request")
    assert browser.decide(code, "approve").status == 200


def test_the_log_tells_who_decided_from_where_without_the_code(server: Server, log: io.StringIO) -> None:
    codes = server.approved()
    log_text = log.getvalue()
    assert '"outcome":"approved"' in log_text
    assert f'"user_id":"{ADA.user_id}"' in log_text
    assert codes["user_code"] not in log_text


@pytest.mark.row("D64")
@pytest.mark.parametrize("kept", [("openid",), ("openid", "email", "profile", "offline_access")])
def test_a_scope_taken_from_the_client_while_the_code_waited_makes_it_lead_nowhere(
    server: Server, kept: tuple[str, ...]
) -> None:
    """Nor does it when the scope's words are gone too: what a stored grant asks for may be no longer in the settings."""
    codes = server.start(scope="openid deploy")
    words = {scope: text for scope, text in SETTINGS.scopes.items() if scope in kept}
    clients = {ACME.client_id: replace(ACME, allowed_scopes=kept)}
    later = Server(replace(SETTINGS, scopes=words, clients=clients), stores=server)
    answer = later.sign_in().lookup(codes["user_code"])
    assert (answer.status, answer.error) == (404, "unknown_code")
