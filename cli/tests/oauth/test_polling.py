"""How a login waits for its approval."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tallystick import AccessDenied, CodeExpired, ServerError
from tallystick.credentials.secret import Secret
from tallystick.oauth.pkce import challenge_of

if TYPE_CHECKING:
    from cli.tests.conftest import MakeLogin
    from tallystick.testing import FakeIssuer, FakeMachine

TOKEN = "/oauth2/token"
START = "/oauth2/device_authorization"


@pytest.mark.row("L7")
def test_an_issuer_that_names_no_interval_is_polled_every_five_seconds(
    make_login: MakeLogin, fake_issuer: FakeIssuer, fake_machine: FakeMachine
) -> None:
    fake_issuer.interval = None
    fake_issuer.polls = ["pending", "pending", "approved"]
    make_login().login()
    assert [round(pause) for pause in fake_machine.slept] == [5, 5, 5]


@pytest.mark.row("L7", "WO09")
def test_the_interval_is_the_issuers(make_login: MakeLogin, fake_issuer: FakeIssuer, fake_machine: FakeMachine) -> None:
    fake_issuer.interval = 11
    fake_issuer.polls = ["pending", "approved"]
    make_login().login()
    assert [round(pause) for pause in fake_machine.slept] == [11, 11]


@pytest.mark.row("L7", "WO10")
def test_each_slow_down_adds_five_seconds_for_good(
    make_login: MakeLogin, fake_issuer: FakeIssuer, fake_machine: FakeMachine
) -> None:
    fake_issuer.polls = ["slow_down"] * 5 + ["pending", "approved"]
    make_login().login()
    assert [round(pause) for pause in fake_machine.slept] == [5, 10, 15, 20, 25, 30, 30]


@pytest.mark.row("L7")
@pytest.mark.parametrize(("said", "pause"), [(25, 25), (6, 10), (-1, 10), ("soon", 10), (10**9, 300)])
def test_slow_down_takes_the_bodys_interval_only_if_it_is_larger_and_sane(
    make_login: MakeLogin, fake_issuer: FakeIssuer, fake_machine: FakeMachine, said: object, pause: int
) -> None:
    fake_issuer.polls = ["slow_down", "approved"]
    fake_issuer.errors = {"interval": said}
    make_login().login()
    assert round(fake_machine.slept[1]) == pause


@pytest.mark.row("L7")
def test_jitter_only_adds_and_at_most_a_tenth(
    make_login: MakeLogin, fake_issuer: FakeIssuer, fake_machine: FakeMachine
) -> None:
    fake_issuer.polls = ["pending"] * 40 + ["approved"]
    fake_issuer.code_lifetime = 3600
    draws = iter(range(0, 256, 4))
    fake_machine.draw = lambda count: bytes([next(draws)]) * count
    make_login().login()
    assert all(5 <= pause <= 5.5 for pause in fake_machine.slept)
    assert max(fake_machine.slept) - min(fake_machine.slept) > 0.2


@pytest.mark.row("L7")
@pytest.mark.parametrize("trouble", ["503", "html", "429", "reset", "dns", "timeout", "tls", "server_error"])
def test_trouble_on_the_way_slows_the_polling_and_never_ends_it(
    make_login: MakeLogin, fake_issuer: FakeIssuer, fake_machine: FakeMachine, trouble: str
) -> None:
    fake_issuer.polls = [trouble, trouble, "pending", "approved"]
    session = make_login().login()
    assert session.user.email == "ada@example.com"
    assert [round(pause, -1) for pause in fake_machine.slept[1:3]] == [10, 20]
    assert round(fake_machine.slept[3]) == 5


@pytest.mark.row("L7")
def test_a_longer_retry_after_is_obeyed(make_login: MakeLogin, fake_issuer: FakeIssuer, fake_machine: FakeMachine) -> None:
    fake_issuer.polls = ["503", "approved"]
    fake_issuer.retry_after = 90
    make_login().login()
    assert 90 <= fake_machine.slept[1] <= 99


@pytest.mark.row("L7", "WO12")
@pytest.mark.parametrize("word", ["pending", "slow_down", "reset", "503", "html"])
def test_the_wait_ends_with_the_code_and_a_last_poll(
    make_login: MakeLogin, fake_issuer: FakeIssuer, fake_machine: FakeMachine, word: str
) -> None:
    fake_issuer.polls = [word]
    fake_issuer.code_lifetime = 120
    with pytest.raises(CodeExpired) as caught:
        make_login().login()
    assert fake_machine.passed == pytest.approx(120)
    assert ("last attempt failed" in caught.value.message) == (word not in {"pending", "slow_down"})


@pytest.mark.row("L7")
def test_a_clock_that_jumps_does_not_end_the_wait(
    make_login: MakeLogin, fake_issuer: FakeIssuer, fake_machine: FakeMachine
) -> None:
    fake_issuer.polls = ["pending", "pending", "approved"]

    def jump(_left: float) -> None:
        fake_machine.now += 86_400

    assert make_login().login(on_wait=jump).token()


@pytest.mark.row("L7", "WO11")
@pytest.mark.parametrize(
    ("word", "error", "status"),
    [("denied", AccessDenied, 5), ("expired", CodeExpired, 6), ("invalid_client", ServerError, 1)],
)
def test_a_decision_stops_the_polling(
    make_login: MakeLogin, fake_issuer: FakeIssuer, word: str, error: type[AccessDenied], status: int
) -> None:
    fake_issuer.polls = ["pending", word, "approved"]
    with pytest.raises(error) as caught:
        make_login().login()
    assert caught.value.exit_code == status
    assert len(fake_issuer.forms(TOKEN)) == 2


@pytest.mark.row("L7")
def test_pending_said_with_status_200_or_429_is_still_pending(make_login: MakeLogin, fake_issuer: FakeIssuer) -> None:
    fake_issuer.polls = ["pending", "slow_down", "approved"]
    for status in (200, 429):
        fake_issuer.error_status = status
        assert make_login().login().token()


@pytest.mark.row("L7")
def test_the_proof_is_sent_where_the_metadata_lists_s256(make_login: MakeLogin, fake_issuer: FakeIssuer) -> None:
    fake_issuer.polls = ["pending", "approved"]
    make_login().login()
    (start,), polls = fake_issuer.forms(START), fake_issuer.forms(TOKEN)
    assert start["code_challenge_method"] == "S256"
    assert {start["code_challenge"]} == {challenge_of(Secret(poll["code_verifier"])) for poll in polls}
    assert 43 <= len(polls[0]["code_verifier"]) <= 128


@pytest.mark.row("L7")
def test_no_proof_is_sent_where_the_metadata_does_not_list_s256(make_login: MakeLogin, fake_issuer: FakeIssuer) -> None:
    fake_issuer.challenge = False
    make_login().login()
    assert "code_challenge" not in fake_issuer.forms(START)[0]
    assert "code_verifier" not in fake_issuer.forms(TOKEN)[0]


@pytest.mark.row("L7")
def test_a_lost_answer_is_named_when_the_code_is_used_up(make_login: MakeLogin, fake_issuer: FakeIssuer) -> None:
    fake_issuer.polls = ["reset", "invalid_grant"]
    with pytest.raises(ServerError, match="answer was lost"):
        make_login().login()
