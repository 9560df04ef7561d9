"""POST /oauth2/token with the device grant, from API Gateway's event to its answer (RFC 8628 §3.4, §3.5)."""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from functions.domain.client import DEVICE_CODE_GRANT
from functions.domain.device_grant.states import Redeemed
from functions.domain.device_grant.transitions import COLLECT_SECONDS
from functions.domain.errors import StoreUnavailable
from functions.routes import TOKEN
from tests.server import ADA, CI_SECRET, SETTINGS, Server

if TYPE_CHECKING:
    import io

    from functions.domain.device_grant.states import Approved, Proof
    from functions.domain.session.session import Session
    from tests.events import Answer

GRANT = {"grant_type": DEVICE_CODE_GRANT}


@pytest.fixture
def server() -> Server:
    return Server()


def refused(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.error


@pytest.mark.row("D50", "D59")
def test_before_a_decision_the_first_poll_is_pending(server: Server) -> None:
    assert refused(server.ask(server.start())) == (400, "authorization_pending")


@pytest.mark.row("D50")
def test_a_code_that_is_open_on_the_page_is_still_pending(server: Server) -> None:
    codes = server.start()
    server.sign_in().lookup(codes["user_code"])
    assert refused(server.ask(codes)) == (400, "authorization_pending")


@pytest.mark.row("D51")
@pytest.mark.parametrize(
    ("grant_type", "error"),
    [
        ({}, "invalid_request"),
        ({"grant_type": ""}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": "device_code"}, "unsupported_grant_type"),
    ],
)
def test_the_grant_type_must_be_the_device_grants(server: Server, grant_type: dict[str, str], error: str) -> None:
    form = {"client_id": "acme-cli", "device_code": "dc_x", **grant_type}
    assert refused(server.poll.form(TOKEN, form)) == (400, error)


@pytest.mark.row("D52")
def test_a_missing_device_code_is_said(server: Server) -> None:
    answer = server.poll.form(TOKEN, {**GRANT, "client_id": "acme-cli"})
    assert refused(answer) == (400, "invalid_request")
    assert "device_code" in answer.json["error_description"]


@pytest.mark.row("D53")
def test_an_unknown_device_code_is_never_pending(server: Server) -> None:
    stranger = Server(seed=2).start()
    for code in (stranger["device_code"], "dc_", "nonsense", "dc_ü", stranger["device_code"] + "A"):
        assert refused(server.ask({"device_code": code})) == (400, "invalid_grant")


@pytest.mark.row("D53")
def test_the_right_grant_with_a_wrong_secret_is_unknown(server: Server) -> None:
    codes = server.approved()
    packed = base64.urlsafe_b64decode(codes["device_code"].removeprefix("dc_") + "==")
    forged = "dc_" + base64.urlsafe_b64encode(packed[:32] + bytes(32)).rstrip(b"=").decode()
    assert refused(server.ask({"device_code": forged})) == (400, "invalid_grant")
    assert server.ask(codes).status == 200


@pytest.mark.row("D54")
def test_another_clients_device_code_is_unknown_and_still_works_for_its_own(server: Server) -> None:
    codes = server.approved()
    assert refused(server.ask(codes, "plain")) == (400, "invalid_grant")
    assert server.ask(codes).status == 200


@pytest.mark.row("D54")
def test_another_clients_poll_does_not_count_as_one(server: Server) -> None:
    codes = server.start()
    assert refused(server.ask(codes, "plain")) == (400, "invalid_grant")
    assert refused(server.ask(codes)) == (400, "authorization_pending")


@pytest.mark.row("D55")
def test_a_confidential_client_proves_itself_here_too(server: Server) -> None:
    codes = server.approved(client_id="acme-ci", client_secret=CI_SECRET)
    assert refused(server.ask(codes, "acme-ci")) == (401, "invalid_client")
    assert refused(server.ask(codes, "acme-ci", client_secret="wrong")) == (401, "invalid_client")
    assert server.ask(codes, "acme-ci", client_secret=CI_SECRET).status == 200


@pytest.mark.row("D56")
def test_a_denied_login_stays_denied_until_it_expires(server: Server) -> None:
    codes = server.start()
    browser = server.sign_in()
    browser.lookup(codes["user_code"])
    assert browser.decide(codes["user_code"], "deny").json == {"state": "denied"}
    for _ in range(3):
        assert refused(server.ask(codes)) == (400, "access_denied")
    server.clock.now += 600
    assert refused(server.ask(codes)) == (400, "expired_token")


@pytest.mark.row("D57")
def test_a_pending_code_past_its_expiry_is_expired_though_the_item_is_there(server: Server) -> None:
    codes = server.start()
    server.clock.now += 599.9
    assert refused(server.ask(codes)) == (400, "authorization_pending")
    server.clock.now += 0.1
    assert refused(server.ask(codes)) == (400, "expired_token")
    assert len(server.grants.items) == 1


@pytest.mark.row("D57")
def test_an_approved_code_past_its_expiry_is_expired(server: Server) -> None:
    codes = server.approved()
    server.clock.now += 600 + COLLECT_SECONDS
    assert refused(server.ask(codes)) == (400, "expired_token")
    assert server.tokens.minted == []


def test_a_code_approved_in_its_last_second_can_be_collected_for_a_minute(server: Server) -> None:
    codes = server.start()
    browser = server.sign_in()
    browser.lookup(codes["user_code"])
    server.clock.now += 599
    browser.decide(codes["user_code"], "approve")
    server.clock.now += 59
    assert server.ask(codes).status == 200


@pytest.mark.row("D58")
def test_polling_too_fast_gets_slow_down_with_the_next_interval(server: Server) -> None:
    codes = server.start()
    server.ask(codes)
    server.clock.now += 2.9
    answer = server.ask(codes)
    assert refused(answer) == (400, "slow_down")
    assert answer.json["interval"] == 10


@pytest.mark.row("D58", "D61")
def test_a_refused_poll_does_not_move_the_next_one(server: Server) -> None:
    codes = server.start()
    server.ask(codes)
    for _ in range(5):
        server.clock.now += 0.5
        assert refused(server.ask(codes)) == (400, "slow_down")
    server.clock.now += 0.5
    assert refused(server.ask(codes)) == (400, "authorization_pending")


@pytest.mark.row("D60")
def test_an_approval_beats_too_early(server: Server) -> None:
    codes = server.start()
    server.ask(codes)
    browser = server.sign_in()
    browser.lookup(codes["user_code"])
    browser.decide(codes["user_code"], "approve")
    assert server.ask(codes).status == 200


@pytest.mark.row("D62", "D63", "O01")
def test_success_has_the_members_of_oauth_and_exactly_the_approved_scopes(server: Server) -> None:
    codes = server.approved(scope="deploy email")
    answer = server.ask(codes)
    assert answer.json == {
        "access_token": "token-0",
        "token_type": "Bearer",
        "expires_in": 900,
        "scope": "deploy email",
    }
    assert answer.headers["cache-control"] == "no-store"
    [minted] = server.tokens.minted
    assert minted["scopes"] == ("deploy", "email")
    assert (minted["client"], minted["user"], minted["at"]) == ("acme-cli", ADA.user_id, server.clock.now)


@pytest.mark.row("D70")
def test_a_code_works_once(server: Server) -> None:
    codes = server.approved()
    assert server.ask(codes).status == 200
    assert refused(server.ask(codes)) == (400, "invalid_grant")


@pytest.mark.row("D64")
def test_a_scope_that_the_client_lost_since_is_refused(server: Server) -> None:
    codes = server.approved(scope="deploy")
    acme = replace(SETTINGS.clients["acme-cli"], allowed_scopes=("openid",))
    later = Server(replace(SETTINGS, clients={"acme-cli": acme}))
    later.grants.items.update(server.grants.items)
    later.users.save(ADA)
    assert refused(later.ask(codes)) == (400, "invalid_scope")


@pytest.mark.row("D65")
def test_a_person_disabled_since_gets_no_token(server: Server) -> None:
    codes = server.approved()
    server.disable(ADA)
    assert refused(server.ask(codes)) == (400, "invalid_grant")
    assert server.tokens.minted == []


@pytest.mark.row("D72")
def test_an_empty_secret_in_the_header_is_refused_and_no_poll(server: Server) -> None:
    codes = server.start()
    empty = "Basic " + base64.b64encode(b"acme-cli:").decode()
    form: dict[str, Any] = {**GRANT, "device_code": codes["device_code"]}
    answer = server.poll.form(TOKEN, form, Authorization=empty)
    assert refused(answer) == (401, "invalid_client")
    assert answer.headers["www-authenticate"].startswith("Basic ")
    assert refused(server.ask(codes)) == (400, "authorization_pending")


@pytest.mark.row("O04")
def test_get_is_refused(server: Server) -> None:
    answer = server.poll.send("GET", TOKEN)
    assert (answer.status, answer.headers["allow"]) == (405, "POST")


@pytest.mark.row("F1")
def test_a_table_that_does_not_answer_is_no_oauth_error(server: Server) -> None:
    codes = server.start()
    server.grants.unavailable = True
    answer = server.ask(codes)
    assert (answer.status, answer.headers["retry-after"]) == (503, "5")
    assert "error" not in answer.json


@pytest.mark.row("F2")
def test_a_function_killed_after_the_write_leaves_nothing_half_done(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    codes = server.approved()
    redeem = server.grants.redeem

    def redeem_and_die(approved: Approved, proof: Proof, session: Session, now: float) -> None:
        redeem(approved, proof, session, now)
        raise SystemExit

    monkeypatch.setattr(server.grants, "redeem", redeem_and_die)
    with pytest.raises(SystemExit):
        server.ask(codes)
    monkeypatch.undo()
    (grant,) = server.grants.items.values()
    assert isinstance(grant, Redeemed)
    assert refused(server.ask(codes)) == (400, "invalid_grant")
    assert server.ask(server.approved()).status == 200


@pytest.mark.row("F2")
def test_a_function_killed_before_the_write_leaves_the_login_to_the_next_poll(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    codes = server.approved()

    def die(*_: object) -> None:
        raise SystemExit

    monkeypatch.setattr(server.grants, "redeem", die)
    with pytest.raises(SystemExit):
        server.ask(codes)
    monkeypatch.undo()
    assert server.ask(codes).status == 200


@pytest.mark.row("F3")
def test_a_login_is_not_lost_while_the_key_service_is_down(server: Server) -> None:
    codes = server.approved()
    server.tokens.fault = StoreUnavailable()
    answer = server.ask(codes)
    assert answer.status == 503
    assert "error" not in answer.json
    server.tokens.fault = None
    assert server.ask(codes).status == 200


@pytest.mark.row("O12")
def test_a_fault_of_ours_tells_the_caller_nothing(server: Server, log: io.StringIO) -> None:
    codes = server.approved()
    server.tokens.fault = RuntimeError("arn:aws:kms:secret-detail")
    answer = server.ask(codes)
    assert answer.status == 500
    assert answer.json == {"message": "Something went wrong here. Try again."}
    log_text = log.getvalue()
    assert "RuntimeError" in log_text
    assert "secret-detail" not in log_text


def test_a_pending_poll_leaves_no_line_in_the_log_and_a_slow_down_does(server: Server, log: io.StringIO) -> None:
    codes = server.start()
    before = log.getvalue()
    assert server.ask(codes).error == "authorization_pending"
    assert log.getvalue() == before
    assert server.ask(codes).error == "slow_down"
    assert '"outcome":"slow_down"' in log.getvalue()


@pytest.mark.row("D35")
def test_neither_codes_nor_tokens_reach_the_log(server: Server, log: io.StringIO) -> None:
    codes = server.approved()
    token = server.ask(codes).json["access_token"]
    server.ask(codes)
    log_text = log.getvalue()
    assert "redeemed" in log_text
    for secret in (codes["device_code"], codes["user_code"], codes["user_code"].replace("-", ""), token):
        assert secret not in log_text
