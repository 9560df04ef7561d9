"""`login` as a person and as a program runs it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tallystick import Store

if TYPE_CHECKING:
    from cli.tests.command.conftest import Acme
    from tallystick.testing import FakeIssuer, FakeMachine

LOGGED_IN = "✓ Logged in to login.example.com as ada@example.com (Ada Lovelace)\n"


@pytest.mark.row("C1", "C10", "DF11")
def test_a_login_shows_where_to_go_and_then_who_was_connected_and_how_to_undo_it(
    acme: Acme, fake_machine: FakeMachine
) -> None:
    done = acme("login")
    assert done.status == 0
    assert done.out == ""
    shown, _, after = done.err.partition("Waiting ...")
    assert shown == (
        "To log in, open\n  https://login.example.com/device\n"
        "and enter the code\n  \x1b[1mWDJB-MJHT\x1b[0m\n"
        "or open\n  https://login.example.com/device?user_code=WDJB-MJHT\n"
        "The code is good for 10 minutes.\n\r\x1b[K"
    )
    assert after.endswith(f"\r\x1b[K{LOGGED_IN}  Not you? Run `acme auth logout`.\n")
    assert fake_machine.browser.opened == ["https://login.example.com/device?user_code=WDJB-MJHT"]


@pytest.mark.row("C3", "DF06", "AS03")
def test_the_browser_can_be_left_alone(acme: Acme, fake_machine: FakeMachine) -> None:
    assert "https://login.example.com/device\n" in acme("login", "--no-browser").err
    assert fake_machine.browser.opened == []


@pytest.mark.row("C1", "DF07")
def test_a_browser_that_fails_is_named_and_costs_nothing(acme: Acme, fake_machine: FakeMachine) -> None:
    fake_machine.browser.refusal = "this is an SSH session"
    done = acme("login")
    assert (done.status, "! The browser was not opened: this is an SSH session." in done.err) == (0, True)


@pytest.mark.row("C3")
def test_the_time_left_is_one_line_on_a_terminal_that_can_overwrite_and_nothing_elsewhere(
    acme: Acme, fake_machine: FakeMachine
) -> None:
    fake_machine.environ["TERM"] = "dumb"
    assert "Waiting" not in acme("login").err
    del fake_machine.environ["TERM"]
    lines = acme("login").err.split("\n")
    assert [line.count("left") > 1 for line in lines].count(True) == 1


@pytest.mark.row("C5")
def test_no_color_is_obeyed(acme: Acme, fake_machine: FakeMachine) -> None:
    fake_machine.environ["NO_COLOR"] = "1"
    assert "\x1b[1m" not in acme("login").err


@pytest.mark.row("C3")
def test_scopes_and_host_are_what_the_person_says(acme: Acme, fake_issuer: FakeIssuer) -> None:
    fake_issuer.url = "https://other.example.com"
    assert acme("login", "--host", "other.example.com", "--scope", "openid email", "--scope", "things").status == 0
    assert fake_issuer.forms("/oauth2/device_authorization")[0]["scope"] == "openid email things"
    assert {account.key.issuer for account in acme.auth.accounts()} == {"https://other.example.com"}


@pytest.mark.row("C3", "DF30")
def test_plain_http_takes_insecure_and_works_for_this_machine_only(acme: Acme, fake_issuer: FakeIssuer) -> None:
    fake_issuer.url = "http://127.0.0.1:8080"
    assert acme("login", "--host", fake_issuer.url).status == 2
    assert acme("login", "--host", fake_issuer.url, "--insecure").status == 0
    assert acme("token").status == 0, "said once, at login"
    assert acme("login", "--host", "http://example.com", "--insecure").status == 2


@pytest.mark.row("C3")
def test_a_token_from_elsewhere_is_kept(acme: Acme, fake_issuer: FakeIssuer) -> None:
    acme("login")
    token = acme("token").out.strip()
    acme("logout")
    acme.pipe()
    assert acme("login", "--with-token", stdin=f"{token}\n").status == 0
    assert acme("token").out == f"{token}\n"
    assert acme("login", "--with-token", stdin="").status == 2
    assert len(fake_issuer.forms("/oauth2/device_authorization")) == 1


@pytest.mark.row("C5", "C4")
def test_without_a_terminal_a_login_fails_at_once_and_names_the_variable(acme: Acme, fake_issuer: FakeIssuer) -> None:
    acme.pipe()
    done = acme("login")
    assert done.status == 2
    assert done.err.startswith("no_terminal: There is no terminal to show the code on.\n")
    assert "ACME_TOKEN" in done.err
    assert fake_issuer.requests == []


@pytest.mark.row("C5", "C4")
def test_a_program_logs_a_person_in_by_two_calls(acme: Acme, fake_issuer: FakeIssuer) -> None:
    acme.pipe()
    fake_issuer.polls = ["pending", "approved"]
    begun = acme("login", "--no-wait")
    assert begun.status == 8
    assert begun.document == {
        "version": 1,
        "status": "pending",
        "user_code": "WDJB-MJHT",
        "verification_uri": "https://login.example.com/device",
        "verification_uri_complete": "https://login.example.com/device?user_code=WDJB-MJHT",
        "expires_in": 600,
        "interval": 5,
        "approval_number_required": False,
        "resume": "acme auth login --resume",
    }
    waiting = acme("login", "--resume", "--no-wait", "--json")
    assert (waiting.status, waiting.out, waiting.error["code"]) == (8, "", "login_pending")
    done = acme("login", "--resume", "--json")
    assert (done.status, done.document["status"], done.document["email"]) == (0, "logged_in", "ada@example.com")
    assert done.err == ""


@pytest.mark.row("C4")
@pytest.mark.parametrize(
    ("word", "status", "code"),
    [("denied", 5, "access_denied"), ("expired", 6, "code_expired"), ("invalid_client", 1, "server_error")],
)
def test_a_login_that_comes_to_nothing_has_its_status_and_stores_nothing(
    acme: Acme, fake_issuer: FakeIssuer, word: str, status: int, code: str
) -> None:
    fake_issuer.polls = [word]
    done = acme("login")
    assert (done.status, f"{code}: " in done.err, acme.auth.accounts()) == (status, True, [])


@pytest.mark.row("C4")
@pytest.mark.parametrize(
    ("word", "status", "says"),
    [
        ("429", 7, "The server asks to try again later."),
        ("dns", 9, "the host name could not be found"),
        ("connect", 9, "the connection was refused"),
        ("tls", 9, "the secure connection failed"),
        ("reset", 9, "the connection broke off"),
        ("timeout", 9, "the server did not answer in time"),
        ("503", 1, "The server answered with status 503."),
        ("html", 1, "The server answered with status 200."),
        ("invalid_client", 1, "The server refused the request (invalid_client"),
    ],
)
def test_a_server_that_gives_no_code_is_named_has_its_status_and_leaves_nothing(
    acme: Acme, fake_issuer: FakeIssuer, word: str, status: int, says: str
) -> None:
    fake_issuer.starts = [word]
    done = acme("login")
    assert (done.status, done.out, says in " ".join(done.err.split())) == (status, "", True)
    assert acme.auth.accounts() == []
    assert acme("status").status == 4


@pytest.mark.row("C4", "L7")
def test_no_trouble_on_the_way_ends_a_login_that_is_approved_in_time(
    acme: Acme, fake_issuer: FakeIssuer, fake_machine: FakeMachine
) -> None:
    fake_issuer.retry_after = 30
    trouble = ["dns", "connect", "tls", "reset", "timeout", "429", "503", "html"]
    fake_issuer.polls = [*["slow_down"] * 5, *trouble, "approved"]
    fake_issuer.code_lifetime = 1800
    assert acme("login").status == 0
    assert len(fake_issuer.forms("/oauth2/token")) == 14
    assert fake_machine.passed < 1800


@pytest.mark.row("C4")
def test_a_store_that_cannot_be_written_is_found_before_anybody_is_asked(
    acme: Acme, fake_issuer: FakeIssuer, fake_machine: FakeMachine, make_login: object
) -> None:
    del make_login
    from dataclasses import replace

    from tallystick import DeviceLogin

    blocked = Store.in_files("/proc/nowhere")
    acme.auth = DeviceLogin.from_settings(replace(acme.auth.settings, store=blocked))
    done = acme("login")
    assert (done.status, fake_issuer.requests, fake_machine.browser.opened) == (10, [], [])


@pytest.mark.row("C7")
def test_a_login_works_beside_the_environments_token_and_warns(acme: Acme, fake_machine: FakeMachine) -> None:
    fake_machine.environ["ACME_TOKEN"] = "from-elsewhere"
    done = acme("login")
    assert done.status == 0
    assert "! ACME_TOKEN is set, and is used before this login.\n" in done.err


@pytest.mark.row("C8", "DF15", "DF10")
def test_logging_in_again_needs_no_logout_and_ends_the_old_session(acme: Acme, fake_issuer: FakeIssuer) -> None:
    assert [acme("login").status, acme("login").status] == [0, 0]
    assert len(fake_issuer.revoked) == 1
    assert len(acme.auth.accounts()) == 1


@pytest.mark.row("C6", "WO04")
@pytest.mark.parametrize("command", ["login", "refresh", "whoami", "status", "logout"])
def test_no_secret_is_ever_shown_not_with_debug_either(acme: Acme, fake_issuer: FakeIssuer, command: str) -> None:
    fake_issuer.opaque = True
    shown = []
    for arguments in (["login", "--debug"], [command, "--debug"], [command, "--debug", "--json"]):
        done = acme(*arguments)
        shown.append(done.out + done.err)
    text = "".join(shown)
    assert "> POST https://login.example.com/oauth2/token: 200, 0 ms" in text
    assert not any(secret in text for secret in ("dc_0", "at_0", "rt_0"))


@pytest.mark.row("C6")
def test_a_servers_words_are_inert(acme: Acme, fake_issuer: FakeIssuer) -> None:
    fake_issuer.user["name"] = "Ada\x1b]0;owned\x07\u202e\x00 Lovelace"
    acme("login")
    for command in ("whoami", "status", "switch"):
        done = acme(command)
        assert not set(done.out + done.err) & set("\x1b\x07\u202e\x00")


@pytest.mark.row("C3")
def test_a_qr_code_is_drawn_where_there_is_room(acme: Acme) -> None:
    assert "█" in acme("login", "--qr").err


@pytest.mark.row("C5")
def test_a_login_as_json_shows_the_code_on_standard_error_and_the_account_on_standard_output(acme: Acme) -> None:
    done = acme("login", "--json")
    assert "https://login.example.com/device WDJB-MJHT\n" in done.err
    assert json.loads(done.out)["profile"] == "default"


@pytest.mark.row("DF31", "WB07")
def test_no_password_is_asked_for_or_sent_and_the_tokens_come_all_the_same(acme: Acme, fake_issuer: FakeIssuer) -> None:
    done = acme("login", stdin="")
    assert "assword" not in done.err
    sent = {
        name for path in ("device_authorization", "token") for form in fake_issuer.forms(f"/oauth2/{path}") for name in form
    }
    assert sent == {
        "client_id",
        "device_name",
        "code_challenge",
        "code_challenge_method",
        "grant_type",
        "device_code",
        "code_verifier",
    }
    assert acme("token").status == 0


@pytest.mark.row("C6")
def test_debug_leaves_the_query_of_an_address_out(acme: Acme, fake_issuer: FakeIssuer) -> None:
    fake_issuer.metadata = {"token_endpoint": f"{fake_issuer.url}/oauth2/token?key=hidden"}
    done = acme("login", "--debug")
    assert (done.status, "hidden" in done.err) == (0, False)


@pytest.mark.row("C11")
def test_the_number_that_the_browser_shows_is_asked_for_below_the_code(
    acme: Acme, fake_issuer: FakeIssuer, fake_machine: FakeMachine
) -> None:
    fake_issuer.approval_number = "482913"
    fake_machine.keyboard("111111", "482913")
    done = acme("login")
    assert done.status == 0
    assert "left\r\x1b[KThe login is approved. Your browser shows a number of six digits.\nType it here: " in done.err
    assert "2 tries are left.\nType it here: " in done.err
    assert done.err.endswith(f"{LOGGED_IN}  Not you? Run `acme auth logout`.\n")


@pytest.mark.row("C11", "C4")
def test_a_program_hands_the_number_in_with_a_third_call(acme: Acme, fake_issuer: FakeIssuer) -> None:
    acme.pipe()
    fake_issuer.approval_number = "482913"
    begun = acme("login", "--no-wait")
    assert begun.document["approval_number_required"] is True
    waiting = acme("login", "--resume")
    assert (waiting.status, waiting.err.partition(":")[0]) == (8, "approval_number_required")
    assert "acme auth login --resume --approval-number 123456" in waiting.err
    wrong = acme("login", "--resume", "--approval-number", "111111", "--json")
    assert (wrong.status, wrong.error["code"], "2 tries" in wrong.error["message"]) == (8, "approval_number_required", True)
    assert acme("login", "--resume", "--approval-number", "482913").status == 0


@pytest.mark.row("C11", "C4")
@pytest.mark.parametrize("more", [["--approval-number", "482913"], ["--resume", "--approval-number", "12"]])
def test_a_number_that_is_none_or_has_nothing_to_resume_is_a_mistake(acme: Acme, more: list[str]) -> None:
    assert acme("login", *more).status == 2
