"""Type-back: no tokens before the tool has sent the number that the page shows after the approval."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from functions.domain.client import DEVICE_CODE_GRANT
from functions.domain.device_grant.states import Approved, Proof
from functions.domain.device_grant.transitions import NumberMatched, NumberWrong
from functions.domain.pkce import challenge_of
from functions.wire.dialects.fold import FOLD
from functions.wire.dialects.workos import WORKOS
from tests.server import ADA, Browser, Server

if TYPE_CHECKING:
    import io
    from typing import Any

    from tests.events import Answer

CLIENT = "careful"


@pytest.fixture
def server() -> Server:
    return Server()


def approve(server: Server, browser: Browser | None = None, **parameters: str) -> tuple[dict[str, Any], str]:
    """Start a login and have it approved; return the codes and the number that the page shows."""
    codes = server.start(CLIENT, **parameters)
    browser = browser or server.sign_in()
    browser.lookup(codes["user_code"])
    answer = browser.decide(codes["user_code"], "approve").json
    assert answer["state"] == "approved"
    return codes, answer["approval_number"]


def send(server: Server, codes: dict[str, Any], number: str = "", **parameters: str) -> Answer:
    return server.ask(codes, CLIENT, approval_number=number, **parameters)


def other_than(number: str, by: int = 1) -> str:
    return f"{(int(number) + by) % 10**6:06}"


@pytest.mark.row("N04")
def test_the_tool_is_told_in_advance_and_others_are_not(server: Server) -> None:
    assert server.start(CLIENT)["approval_number_required"] is True
    assert "approval_number_required" not in server.start()


@pytest.mark.row("N04")
def test_the_page_shows_six_digits_which_release_the_tokens(server: Server) -> None:
    codes, number = approve(server)
    assert re.fullmatch("[0-9]{6}", number)
    waiting = send(server, codes)
    assert (waiting.status, waiting.error, waiting.json["approval_number"]) == (400, "authorization_pending", "required")
    assert send(server, codes, number).status == 200


@pytest.mark.row("N04")
@pytest.mark.parametrize("shape", ["{0}{1}", "{0} {1}", "{0}-{1}", " {0}{1} "])
def test_the_number_is_understood_as_people_type_it(server: Server, shape: str) -> None:
    codes, number = approve(server)
    assert send(server, codes, shape.format(number[:3], number[3:])).status == 200


@pytest.mark.row("N04")
@pytest.mark.parametrize("zero", ["\N{ARABIC-INDIC DIGIT ZERO}", "\N{FULLWIDTH DIGIT ZERO}", "\N{DEVANAGARI DIGIT ZERO}"])
def test_the_number_is_understood_in_the_digits_of_other_scripts(server: Server, zero: str) -> None:
    codes, number = approve(server)
    assert send(server, codes, "".join(chr(ord(zero) + int(digit)) for digit in number)).status == 200


@pytest.mark.row("N04", "D56")
def test_the_third_wrong_number_denies_the_login_even_for_the_right_one(server: Server) -> None:
    codes, number = approve(server)
    for left in (2, 1):
        wrong = send(server, codes, other_than(number, left))
        assert (wrong.status, wrong.error) == (400, "authorization_pending")
        assert (wrong.json["approval_number"], wrong.json["attempts_left"]) == ("wrong", left)
    for guess in (other_than(number), number, ""):
        denied = send(server, codes, guess)
        assert (denied.status, denied.error) == (400, "access_denied")


@pytest.mark.row("N04")
@pytest.mark.parametrize(("counted_first", "status"), [(1, 200), (2, 200), (3, 400)])
def test_a_right_number_among_many_at_once_is_worth_no_more_than_its_turn(
    server: Server, monkeypatch: pytest.MonkeyPatch, counted_first: int, status: int
) -> None:
    """The grant is read as approved by all of them; what counts is what stands there when each is put to it."""
    codes, number = approve(server)
    put = server.grants.match_number
    held_up = iter(range(counted_first))

    def put_after_others(seen: Approved, proof: Proof, presented: str, now: float) -> NumberMatched | NumberWrong:
        for _ in held_up:
            assert isinstance(put(seen, proof, "0" * 64, now), NumberWrong)
        return put(seen, proof, presented, now)

    monkeypatch.setattr(server.grants, "match_number", put_after_others)
    assert send(server, codes, number).status == status


@pytest.mark.row("N04")
def test_a_mistake_can_be_made_good(server: Server) -> None:
    codes, number = approve(server)
    send(server, codes, other_than(number))
    assert send(server, codes).json["approval_number"] == "required"
    send(server, codes, other_than(number, 2))
    assert send(server, codes, number).status == 200


@pytest.mark.row("N04")
def test_a_number_that_comes_before_the_approval_is_not_looked_at(server: Server) -> None:
    codes = server.start(CLIENT)
    for _ in range(5):
        assert "approval_number" not in send(server, codes, "123456").json
        server.clock.now += 5
    browser = server.sign_in()
    browser.lookup(codes["user_code"])
    number = browser.decide(codes["user_code"], "approve").json["approval_number"]
    assert send(server, codes, number).status == 200


@pytest.mark.row("N04")
def test_a_client_without_it_is_shown_no_number_and_may_send_what_it_likes(server: Server) -> None:
    codes = server.approved()
    assert server.ask(codes, approval_number="000000").status == 200


@pytest.mark.row("N05")
def test_approving_again_in_the_same_browser_shows_the_same_number(server: Server) -> None:
    browser = server.sign_in()
    codes, number = approve(server, browser)
    again = browser.decide(codes["user_code"], "approve")
    assert again.json == {"state": "approved", "approval_number": number}
    assert send(server, codes, number).status == 200
    assert browser.decide(codes["user_code"], "approve").error == "already_decided"


@pytest.mark.row("N05")
def test_another_browser_of_the_same_person_is_shown_nothing(server: Server) -> None:
    codes, _ = approve(server)
    other = server.sign_in()
    assert other.decide(codes["user_code"], "approve").error == "already_decided"


@pytest.mark.row("N05")
def test_numbers_differ_from_login_to_login_and_from_browser_to_browser(server: Server) -> None:
    browser = server.sign_in()
    numbers = [approve(server, browser)[1] for _ in range(20)] + [approve(server)[1] for _ in range(20)]
    assert len(set(numbers)) == 40


@pytest.mark.row("N05")
def test_the_number_stands_neither_in_the_grant_nor_in_the_log(server: Server, log: io.StringIO) -> None:
    codes, number = approve(server)
    send(server, codes, other_than(number))
    send(server, codes, number)
    assert number not in log.getvalue()
    codes, number = approve(server)
    (grant,) = (grant for grant in server.grants.items.values() if isinstance(grant, Approved))
    assert number not in (getattr(grant, name) for name in Approved.__slots__)


@pytest.mark.row("N04")
def test_wrong_numbers_leave_lines_for_the_audit(server: Server, log: io.StringIO) -> None:
    codes, number = approve(server)
    for step in (1, 2, 3):
        send(server, codes, other_than(number, step))
    text = log.getvalue()
    assert text.count('"outcome":"wrong_approval_number"') == 2
    assert text.count('"outcome":"denied_by_wrong_numbers"') == 1
    assert f'"user_id":"{ADA.user_id}"' in text


@pytest.mark.row("N04", "D71")
def test_a_tool_that_proves_itself_gets_a_lost_answer_again_without_the_number(server: Server) -> None:
    verifier = "v" * 43
    codes, number = approve(server, code_challenge=str(challenge_of(verifier)), code_challenge_method="S256")
    assert send(server, codes, number, code_verifier=verifier).status == 200
    assert send(server, codes, code_verifier=verifier).status == 200


@pytest.mark.row("N04")
def test_fold_s_dialect_carries_the_number_too(server: Server) -> None:
    started = server.issue.send(
        "POST", FOLD.device_authorization_path, b'{"client_id":"careful"}', {"Content-Type": "application/json"}
    )
    codes = started.json
    assert codes["approval_number_required"] is True
    browser = server.sign_in()
    browser.lookup(codes["user_code"])
    number = browser.decide(codes["user_code"], "approve").json["approval_number"]

    def poll(number: str = "") -> Answer:
        body = f'{{"client_id":"careful","device_code":"{codes["device_code"]}","approval_number":"{number}"}}'
        return server.poll.send("POST", FOLD.token_path, body.encode(), {"Content-Type": "application/json"})

    assert poll().json == {"error": "authorization_pending", "approval_number": "required"}
    assert poll(other_than(number)).json["attempts_left"] == 2
    assert poll(number).status == 200


@pytest.mark.row("N04")
def test_workos_dialect_carries_the_number_too(server: Server) -> None:
    codes = server.issue.form(WORKOS.device_authorization_path, {"client_id": CLIENT}).json
    browser = server.sign_in()
    browser.lookup(codes["user_code"])
    number = browser.decide(codes["user_code"], "approve").json["approval_number"]
    form = {"grant_type": DEVICE_CODE_GRANT, "client_id": CLIENT, "device_code": codes["device_code"]}
    assert server.poll.form(WORKOS.token_path, form).json["approval_number"] == "required"
    assert server.poll.form(WORKOS.token_path, {**form, "approval_number": number}).status == 200
