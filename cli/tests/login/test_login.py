"""A login from prompt to session: what is asked, shown, kept and resumed."""

from __future__ import annotations

import json
import stat
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from tallystick import (
    Cancelled,
    CodeExpired,
    InvalidSettings,
    LoginPending,
    NetworkError,
    NotLoggedIn,
    RateLimited,
    ServerError,
    Store,
    TallystickError,
)

if TYPE_CHECKING:
    from pathlib import Path

    from cli.tests.conftest import MakeLogin
    from tallystick.testing import FakeIssuer, FakeMachine

START, TOKEN = "/oauth2/device_authorization", "/oauth2/token"


@pytest.mark.row("C1", "WO02", "WB03", "DF02", "AS04")
def test_link_code_and_life_are_shown_on_standard_error_and_nothing_on_standard_output(
    make_login: MakeLogin, fake_machine: FakeMachine, capsys: pytest.CaptureFixture[str]
) -> None:
    make_login().login()
    shown = fake_machine.stderr.getvalue()
    for part in ("https://login.example.com/device\n", "WDJB-MJHT", "?user_code=WDJB-MJHT", "10 minutes"):
        assert part in shown
    assert capsys.readouterr().out == ""


@pytest.mark.row("L1")
def test_a_tools_own_prompt_takes_the_place_of_ours_and_nothing_is_printed(
    make_login: MakeLogin, fake_issuer: FakeIssuer, fake_machine: FakeMachine
) -> None:
    fake_issuer.polls = ["pending", "approved"]
    fake_machine.browser.refusal = "there is no graphical display"
    codes: list[str] = []
    left: list[float] = []
    session = make_login().login(on_prompt=lambda pending: codes.append(pending.user_code), on_wait=left.append)
    assert codes == ["WDJB-MJHT"]
    assert fake_machine.stderr.getvalue() == ""
    assert session.notices
    assert left[0] == 600
    assert all(now > later for now, later in pairwise(left))
    assert len(left) >= 10


@pytest.mark.row("L1")
def test_a_closed_standard_error_costs_the_prompt_and_not_the_login(
    make_login: MakeLogin, fake_machine: FakeMachine
) -> None:
    fake_machine.stderr.close()
    assert make_login().login().token()


@pytest.mark.row("L1", "C4")
def test_ctrl_c_is_an_error_with_exit_code_130_and_nothing_is_stored(
    make_login: MakeLogin, fake_issuer: FakeIssuer, store: Store
) -> None:
    def interrupt(_left: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(Cancelled) as caught:
        make_login().login(on_wait=interrupt)
    assert caught.value.exit_code == 130
    assert store.accounts() == []
    assert fake_issuer.forms(TOKEN) == []


@pytest.mark.row("L1", "C4")
def test_ctrl_c_while_storing_stores_nothing_and_closes_the_session(
    make_login: MakeLogin, fake_issuer: FakeIssuer, file_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tallystick.stores.private_file import PrivateFile

    change, calls = PrivateFile.change, []

    def interrupt(self: PrivateFile, alter: object) -> None:
        calls.append(alter)
        if len(calls) == 2:
            raise KeyboardInterrupt
        change(self, alter)  # type: ignore[arg-type]  # passed on as it came

    monkeypatch.setattr(PrivateFile, "change", interrupt)
    with pytest.raises(Cancelled):
        make_login(store=file_store).login()
    assert file_store.accounts() == []
    assert file_store.tokens(make_login().settings.key) is None
    assert len(fake_issuer.revoked) == 1


@pytest.mark.row("L1")
def test_two_steps_in_one_process(make_login: MakeLogin, fake_issuer: FakeIssuer) -> None:
    fake_issuer.polls = ["pending", "approved"]
    auth = make_login()
    pending = auth.start()
    with pytest.raises(LoginPending) as caught:
        auth.resume(pending, wait=False)
    assert caught.value.exit_code == 8
    assert auth.resume(pending, wait=False).user.email == "ada@example.com"


@pytest.mark.row("L1", "C5")
def test_two_steps_in_two_processes(
    make_login: MakeLogin, fake_issuer: FakeIssuer, file_store: Store, tmp_path: Path, fake_machine: FakeMachine
) -> None:
    fake_issuer.polls = ["pending", "approved"]
    make_login(store=file_store).start().save()
    saved = tmp_path / "acme" / "pending.json"
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600
    fake_machine.passed = 0.0
    fake_machine.now += 100
    session = make_login(store=Store.in_files(tmp_path / "acme")).resume()
    assert session.user.email == "ada@example.com"
    assert json.loads(saved.read_text())["pending"] == {}
    with pytest.raises(NotLoggedIn, match="No login is waiting"):
        make_login(store=file_store).resume()


@pytest.mark.row("L1")
@pytest.mark.parametrize(("word", "kept"), [("denied", 0), ("expired", 0), ("pending", 1), ("reset", 1), ("503", 1)])
def test_a_saved_login_is_kept_until_it_is_decided(
    make_login: MakeLogin, fake_issuer: FakeIssuer, store: Store, word: str, kept: int
) -> None:
    fake_issuer.polls = [word]
    auth = make_login()
    auth.start().save()
    with pytest.raises(TallystickError):
        auth.resume(wait=False)
    assert len(store.pending.read()["pending"]) == kept


@pytest.mark.row("L1")
def test_a_saved_login_past_its_time_is_asked_for_once_more_and_then_expired(
    make_login: MakeLogin, fake_issuer: FakeIssuer, fake_machine: FakeMachine
) -> None:
    fake_issuer.polls = ["pending"]
    auth = make_login()
    auth.start().save()
    fake_machine.now += 700
    with pytest.raises(CodeExpired):
        auth.resume()
    assert len(fake_issuer.forms(TOKEN)) == 1


@pytest.mark.row("C5", "AS13")
def test_profiles_and_issuers_stand_side_by_side(make_login: MakeLogin, fake_issuer: FakeIssuer) -> None:
    auth = make_login()
    auth.login()
    fake_issuer.user["email"] = "bob@example.com"
    work = auth.at(profile="work")
    work.login()
    assert auth.session().user.email == "ada@example.com"
    assert work.session().user.email == "bob@example.com"
    assert {account.key.profile for account in auth.accounts()} == {"default", "work"}
    current = auth.current()
    assert current is not None
    assert current.key.profile == "work"
    assert auth.switch(auth.session().account).session().user.email == "ada@example.com"
    current = auth.current()
    assert current is not None
    assert current.key.profile == "default"
    with pytest.raises(NotLoggedIn):
        auth.at(issuer="https://other.example.com").session()


@pytest.mark.row("L1")
def test_what_is_sent_is_what_is_documented(make_login: MakeLogin, fake_issuer: FakeIssuer) -> None:
    make_login(scopes=["openid", "email"], device_name="ada's laptop").login()
    make_login(device_name=None).login()
    first, second = fake_issuer.forms(START)
    assert set(first) == {"client_id", "scope", "device_name", "code_challenge", "code_challenge_method"}
    assert (first["scope"], first["device_name"]) == ("openid email", "ada's laptop")
    assert set(second) == {"client_id", "code_challenge", "code_challenge_method"}
    assert set(fake_issuer.forms(TOKEN)[0]) == {"client_id", "device_code", "grant_type", "code_verifier"}
    agents = {request.headers.get("user-agent") for request in fake_issuer.requests if request.method == "POST"}
    (agent,) = agents
    assert agent
    assert agent.startswith("acme tallystick/")


@pytest.mark.row("L1")
@pytest.mark.parametrize("scope", ["a b", "", 'a"', "a\\", "ä", "a\n"])
def test_a_scope_that_is_none_is_refused_before_anything_is_sent(
    make_login: MakeLogin, fake_issuer: FakeIssuer, scope: str
) -> None:
    with pytest.raises(InvalidSettings):
        make_login(scopes=[scope])
    with pytest.raises(InvalidSettings):
        make_login().login(scopes=[scope])
    assert fake_issuer.requests == []


@pytest.mark.row("L2")
@pytest.mark.parametrize(
    "codes",
    [
        {"device_code": None},
        {"device_code": ""},
        {"device_code": "a b"},
        {"device_code": "a\r\nx: y"},
        {"device_code": 7},
        {"device_code": "x" * 200_000},
        {"user_code": None},
        {"user_code": "\x1b[2J"},
        {"user_code": "W" * 65},
        {"verification_uri": None},
        {"verification_uri": []},
        {"verification_uri": "https://login.example.com/" + "x" * 3000},
    ],
)
def test_codes_that_cannot_be_used_are_refused(
    make_login: MakeLogin, fake_issuer: FakeIssuer, codes: dict[str, object]
) -> None:
    fake_issuer.codes = codes
    with pytest.raises(ServerError, match=r"no usable|longer than"):
        make_login().login()


@pytest.mark.row("L7")
def test_googles_older_name_of_the_address_is_understood(
    make_login: MakeLogin, fake_issuer: FakeIssuer, fake_machine: FakeMachine
) -> None:
    fake_issuer.codes = {"verification_uri": None, "verification_url": "https://login.example.com/device"}
    make_login().login()
    assert "https://login.example.com/device" in fake_machine.stderr.getvalue()


@pytest.mark.row("L2")
@pytest.mark.parametrize(
    ("word", "error", "status"),
    [
        ("429", RateLimited, 7),
        ("503", ServerError, 1),
        ("html", ServerError, 1),
        ("reset", NetworkError, 9),
        ("invalid_scope", ServerError, 1),
    ],
)
def test_a_refused_request_for_codes_says_why(
    make_login: MakeLogin, fake_issuer: FakeIssuer, word: str, error: type[ServerError], status: int
) -> None:
    fake_issuer.starts = [word]
    fake_issuer.retry_after = 7
    with pytest.raises(error) as caught:
        make_login().login()
    assert caught.value.exit_code == status
    if isinstance(caught.value, RateLimited):
        assert caught.value.retry_after == 7


@pytest.mark.row("L2")
@pytest.mark.parametrize(
    "tokens", [{"access_token": None}, {"access_token": "a\nb"}, {"token_type": "DPoP"}, {"access_token": {}}]
)
def test_tokens_that_cannot_be_used_are_refused_and_nothing_is_stored(
    make_login: MakeLogin, fake_issuer: FakeIssuer, store: Store, tokens: dict[str, object]
) -> None:
    fake_issuer.tokens = tokens
    with pytest.raises(ServerError):
        make_login().login()
    assert store.accounts() == []


@pytest.mark.row("DF13", "C10")
@pytest.mark.parametrize("way", ["id_token", "userinfo", "access_token", "user"])
def test_who_has_logged_in_is_learnt_in_every_way_that_issuers_have(
    make_login: MakeLogin, fake_issuer: FakeIssuer, way: str
) -> None:
    fake_issuer.user["workspace"] = "Analytical Engines"
    if way == "userinfo":
        fake_issuer.metadata = {"userinfo_endpoint": f"{fake_issuer.url}/api/me"}
        fake_issuer.opaque = True
    if way == "user":
        fake_issuer.opaque = True
        fake_issuer.tokens = {"user": {"id": "usr_1", "email": "ada@example.com", "workspace": "Analytical Engines"}}
    user = make_login(scopes=["openid"] if way == "id_token" else []).login().user
    assert (user.id, user.email, user.claims["workspace"]) == ("usr_1", "ada@example.com", "Analytical Engines")
    assert "jti" not in user.claims


@pytest.mark.row("L3")
def test_an_id_token_for_another_tool_is_not_believed(make_login: MakeLogin, fake_issuer: FakeIssuer) -> None:
    fake_issuer.opaque = True
    fake_issuer.id_audience = "another-cli"
    assert make_login(scopes=["openid"]).login().user.email == ""


@pytest.mark.row("C5", "DF30")
def test_the_chosen_login_is_found_again_wherever_it_was_made(make_login: MakeLogin, fake_issuer: FakeIssuer) -> None:
    auth = make_login()
    assert auth.chosen() is auth
    fake_issuer.url = "http://127.0.0.1:8080"
    auth.at(host=fake_issuer.url, profile="work", insecure=True).login()
    chosen = auth.chosen()
    assert (chosen.host, chosen.settings.profile) == ("127.0.0.1:8080", "work")
    assert chosen.session().user.email == "ada@example.com"
    assert auth.at(host="login.example.com/").settings.issuer == "https://login.example.com"
    assert auth.at(issuer="https://login.example.com/").settings.issuer == "https://login.example.com/"


@pytest.mark.row("L3")
def test_a_server_named_for_one_call_gets_the_token_beside_the_others(make_login: MakeLogin) -> None:
    auth = make_login(audiences=["https://api.example.com"]).at(server="https://eu.example.com")
    assert auth.settings.audiences == ("https://api.example.com", "https://eu.example.com")
