"""Guessing user codes: by one account, by many, from one network, from everywhere. No clock on the wall is waited for."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest

from functions.domain.device_grant.codes import ALPHABET
from functions.domain.person import Profile, User
from tests.configured import guess_limits
from tests.server import ADA, BOB, SETTINGS, Server

if TYPE_CHECKING:
    from tests.events import Answer
    from tests.server import Browser

ACCOUNT, NETWORK, TOTAL = 5, 20, 1000
WINDOW, DAY = 600, 24 * 3600


@dataclass
class Guesser:
    """Types a different wrong code each time."""

    server: Server
    guesses: int = 0

    def guess(self, browser: Browser, address: str = "198.51.100.7") -> Answer:
        """Guess once, as seen from an address."""
        number, self.guesses = self.guesses, self.guesses + 1
        letters = [ALPHABET[number // 20**place % 20] for place in range(4)]
        return browser.lookup(f"BBBB-{''.join(letters)}", CloudFront_Viewer_Address=f"{address}:51000")


@pytest.fixture
def server() -> Server:
    return Server(replace(SETTINGS, limits=replace(SETTINGS.limits, guesses=guess_limits())))


@pytest.fixture
def guesser(server: Server) -> Guesser:
    return Guesser(server)


def account(number: int) -> User:
    return User(user_id=f"usr_{number:032x}", profile=Profile(email=f"{number}@example.com", name=str(number)))


def outcomes(answers: list[Answer]) -> Counter[tuple[int, str]]:
    """Count the answers by what they say."""
    return Counter((answer.status, answer.error) for answer in answers)


WRONG, REFUSED = (404, "unknown_code"), (429, "too_many_attempts")


@pytest.mark.row("R02")
def test_an_account_has_five_wrong_codes_and_is_then_turned_away(server: Server, guesser: Guesser) -> None:
    browser = server.sign_in()
    answers = [guesser.guess(browser) for _ in range(ACCOUNT + 10)]
    assert outcomes(answers[:ACCOUNT]) == {WRONG: ACCOUNT}
    assert outcomes(answers[ACCOUNT:]) == {REFUSED: 10}
    assert answers[-1].headers["retry-after"] == str(WINDOW)


@pytest.mark.row("R02")
def test_a_locked_account_learns_nothing_of_a_code_not_even_of_the_right_one(server: Server, guesser: Guesser) -> None:
    code = server.start()["user_code"]
    ada, bob = server.sign_in(ADA), server.sign_in(BOB)
    for _ in range(ACCOUNT):
        guesser.guess(ada)
    right, wrong = ada.lookup(code), guesser.guess(ada)
    assert (right.status, right.text, right.headers) == (wrong.status, wrong.text, wrong.headers)
    assert bob.lookup(code).status == 200, "it was not opened either"


@pytest.mark.row("R02")
def test_each_lock_is_twice_as_long_as_the_one_before_up_to_a_day_and_new_cookies_do_not_help(
    server: Server, guesser: Guesser
) -> None:
    waits = []
    for _ in range(10):
        answers = [guesser.guess(server.sign_in()) for _ in range(ACCOUNT + 1)]
        assert outcomes(answers) == {WRONG: ACCOUNT, REFUSED: 1}
        waits.append(int(answers[-1].headers["retry-after"]))
        server.clock.now += waits[-1] - 1
        assert guesser.guess(server.sign_in()).status == 429
        server.clock.now += 1
    assert waits == [600, 1200, 2400, 4800, 9600, 19_200, 38_400, 76_800, DAY, DAY]


@pytest.mark.row("R02")
def test_a_lock_is_forgotten_a_day_after_its_end(server: Server, guesser: Guesser) -> None:
    browser = server.sign_in()
    for _ in range(ACCOUNT):
        guesser.guess(browser)
    server.clock.now += WINDOW + DAY
    answers = [guesser.guess(server.sign_in()) for _ in range(ACCOUNT + 1)]
    assert answers[-1].headers["retry-after"] == str(WINDOW)


@pytest.mark.row("R02")
def test_a_right_code_in_between_resets_nothing(server: Server, guesser: Guesser) -> None:
    browser = server.sign_in()
    answers = []
    for _ in range(ACCOUNT + 3):
        answers.append(guesser.guess(browser))
        own = browser.lookup(server.start()["user_code"])
        assert own.status == (200 if len(answers) < ACCOUNT else 429)
    assert outcomes(answers) == {WRONG: ACCOUNT, REFUSED: 3}


@pytest.mark.row("R02")
def test_right_expired_and_incomplete_codes_are_not_counted(server: Server, guesser: Guesser) -> None:
    browser = server.sign_in()
    guesser.guess(browser)
    for _ in range(3 * NETWORK):
        assert browser.lookup(server.start()["user_code"]).status == 200
        assert browser.lookup("BBBB").status == 404
        expired = server.start(client_id="plain")["user_code"]
        server.clock.now += 60
        assert browser.lookup(expired).status == 410
        server.clock.now -= 60
    answers = [guesser.guess(browser) for _ in range(ACCOUNT)]
    assert outcomes(answers) == {WRONG: ACCOUNT - 1, REFUSED: 1}


@pytest.mark.row("R03")
def test_a_hundred_accounts_in_one_network_have_no_more_than_its_share(server: Server, guesser: Guesser) -> None:
    browsers = [server.sign_in(account(number)) for number in range(100)]
    answers = [guesser.guess(browser) for browser in browsers for _ in range(2)]
    assert outcomes(answers) == {WRONG: NETWORK, REFUSED: 200 - NETWORK}
    assert 1 <= int(answers[-1].headers["retry-after"]) <= WINDOW


@pytest.mark.row("R03", "R05")
def test_a_64_is_one_network_however_many_addresses_it_has(server: Server, guesser: Guesser) -> None:
    browsers = [server.sign_in(account(number)) for number in range(100)]
    answers = [guesser.guess(browser, f"2001:db8:0:7:{at:x}::{at:x}") for at, browser in enumerate(browsers)]
    assert outcomes(answers) == {WRONG: NETWORK, REFUSED: 100 - NETWORK}


@pytest.mark.row("R03")
def test_a_network_s_right_codes_do_not_reset_its_share(server: Server, guesser: Guesser) -> None:
    answers = []
    for number in range(NETWORK + 5):
        browser = server.sign_in(account(number))
        if number < NETWORK:
            viewer = {"CloudFront_Viewer_Address": "198.51.100.7:51000"}
            assert browser.lookup(server.start()["user_code"], **viewer).status == 200
        answers.append(guesser.guess(browser))
    assert outcomes(answers) == {WRONG: NETWORK, REFUSED: 5}


@pytest.mark.row("R03")
def test_who_is_turned_away_as_an_account_does_not_use_up_the_network_s_share(server: Server, guesser: Guesser) -> None:
    ada = server.sign_in(ADA)
    for _ in range(3 * NETWORK):
        guesser.guess(ada)
    assert guesser.guess(server.sign_in(BOB)).status == 404


@pytest.mark.row("R04")
def test_ten_thousand_addresses_with_an_account_each_have_no_more_than_the_total(server: Server, guesser: Guesser) -> None:
    answers = [
        guesser.guess(server.sign_in(account(number)), f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}")
        for number in range(10_000)
    ]
    assert outcomes(answers) == {WRONG: TOTAL, REFUSED: 10_000 - TOTAL}
    server.clock.now += int(answers[-1].headers["retry-after"])
    assert guesser.guess(server.sign_in(account(1))).status == 404


@pytest.mark.row("R04")
def test_when_the_total_is_reached_not_even_a_right_code_is_looked_at_for_anybody(server: Server, guesser: Guesser) -> None:
    code = server.start()["user_code"]
    for number in range(TOTAL):
        guesser.guess(server.sign_in(account(number)), f"10.0.{number >> 8}.{number & 255}")
    assert server.sign_in(ADA).lookup(code, CloudFront_Viewer_Address="192.0.2.1:51000").status == 429
    server.clock.now = float(guess_limits().ends_at(server.clock.now))
    assert server.sign_in(BOB).lookup(server.start()["user_code"]).status == 200


@pytest.mark.row("R06")
def test_an_address_that_the_caller_writes_itself_counts_for_nothing(server: Server, guesser: Guesser) -> None:
    for number in range(NETWORK):
        guesser.guess(server.sign_in(account(number)))
    browser = server.sign_in(account(NETWORK))
    claims = {"X_Forwarded_For": "203.0.113.1", "Forwarded": "for=203.0.113.1", "X_Real_IP": "203.0.113.1"}
    viewer = {"CloudFront_Viewer_Address": "198.51.100.7:51001"}
    assert browser.lookup("BBBB-CCCC", **viewer, **claims).status == 429


@pytest.mark.row("R02")
def test_saying_yes_or_no_to_an_opened_login_is_never_limited(server: Server, guesser: Guesser) -> None:
    browser, code = server.sign_in(), server.start()["user_code"]
    assert browser.lookup(code).status == 200
    for _ in range(ACCOUNT + 1):
        guesser.guess(browser)
    assert browser.decide(code, "approve").json == {"state": "approved"}


@pytest.mark.row("F1")
def test_without_its_counts_no_code_is_looked_at(server: Server) -> None:
    browser, code = server.sign_in(), server.start()["user_code"]
    server.guesses.unavailable = True
    assert browser.lookup(code).status == 503
    server.guesses.unavailable = False
    assert server.sign_in(BOB).lookup(code).status == 200
