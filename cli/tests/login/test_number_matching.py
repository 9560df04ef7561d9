"""The number that the browser shows after the approval: asked for when it is due, and at no other time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import anyio
import pytest

from tallystick import AccessDenied, ApprovalNumberRequired, AsyncDeviceLogin, Cancelled, LoginPending

if TYPE_CHECKING:
    from pathlib import Path

    from cli.tests.conftest import MakeLogin
    from tallystick import NumberWanted, Store
    from tallystick.testing import FakeIssuer, FakeMachine

TOKEN = "/oauth2/token"
NUMBER = "482913"


@pytest.fixture(autouse=True)
def _wanted(fake_issuer: FakeIssuer) -> None:
    fake_issuer.approval_number = NUMBER
    fake_issuer.polls = ["pending", "approved"]


def sent(issuer: FakeIssuer) -> list[str | None]:
    return [form.get("approval_number") for form in issuer.forms(TOKEN)]


@pytest.mark.row("L10")
def test_the_number_is_asked_for_at_the_terminal_once_the_login_is_approved(
    make_login: MakeLogin, fake_issuer: FakeIssuer, fake_machine: FakeMachine
) -> None:
    fake_machine.keyboard("what?", "482 913")
    auth = make_login()
    assert auth.start().approval_number_required
    assert auth.login().user.email == "ada@example.com"
    assert sent(fake_issuer) == [None, None, NUMBER]
    shown = fake_machine.stderr.getvalue()
    assert "Your browser shows a number of six digits.\nType it here: Type it here: " in shown


@pytest.mark.row("L10")
def test_an_issuer_that_wants_no_number_is_never_sent_one(
    make_login: MakeLogin, fake_issuer: FakeIssuer, fake_machine: FakeMachine
) -> None:
    fake_issuer.approval_number = None
    fake_machine.keyboard(NUMBER)
    auth = make_login()
    assert not auth.start().approval_number_required
    auth.login()
    assert sent(fake_issuer) == [None, None]
    assert fake_machine.stdin is not None
    assert fake_machine.stdin.tell() == 0


@pytest.mark.row("L10")
def test_the_third_wrong_number_ends_the_login_and_each_before_says_how_many_are_left(
    make_login: MakeLogin, fake_machine: FakeMachine, store: Store
) -> None:
    fake_machine.keyboard("111111", "222222", "333333", NUMBER)
    with pytest.raises(AccessDenied):
        make_login().login()
    shown = fake_machine.stderr.getvalue()
    assert "That is not the number that your browser shows. 2 tries are left.\n" in shown
    assert "That is not the number that your browser shows. 1 try is left.\n" in shown
    assert shown.count("Type it here") == 3
    assert store.accounts() == []


@pytest.mark.row("L10")
def test_a_tool_can_ask_in_its_own_way(make_login: MakeLogin, fake_issuer: FakeIssuer) -> None:
    asked: list[tuple[bool, int | None]] = []

    def ask(wanted: NumberWanted) -> str:
        asked.append((wanted.wrong, wanted.attempts_left))
        return NUMBER if wanted.wrong else "000000"

    make_login().login(on_approval_number=ask)
    assert asked == [(False, None), (True, 2)]
    assert sent(fake_issuer) == [None, None, "000000", NUMBER]


@pytest.mark.row("L10", "L7")
def test_the_time_spent_typing_counts_as_waiting_and_trouble_does_not_lose_the_number(
    make_login: MakeLogin, fake_issuer: FakeIssuer, fake_machine: FakeMachine
) -> None:
    def type_slowly(_: NumberWanted) -> str:
        fake_machine.passed += 3
        fake_issuer.polls = ["slow_down", "503", "pending", "approved"]
        return NUMBER

    make_login().login(on_approval_number=type_slowly)
    assert sent(fake_issuer) == [None, None, *[NUMBER] * 4]
    assert [round(pause) for pause in fake_machine.slept] == [5, 5, 2, 10, 20, 10]


@pytest.mark.row("L10")
@pytest.mark.parametrize("stdin", ["a pipe", "closed", "none"])
def test_without_a_terminal_the_error_says_so_and_the_login_can_be_resumed_with_the_number(
    make_login: MakeLogin, fake_machine: FakeMachine, fake_issuer: FakeIssuer, stdin: str
) -> None:
    if stdin == "none":
        fake_machine.stdin = None
    elif stdin == "closed" and fake_machine.stdin:
        fake_machine.stdin.close()
    auth = make_login()
    with pytest.raises(ApprovalNumberRequired) as caught:
        auth.login()
    assert (caught.value.exit_code, caught.value.code) == (8, "approval_number_required")
    assert auth.accounts() == []
    with pytest.raises(ApprovalNumberRequired, match="2 tries are left") as caught:
        auth.resume(wait=False, approval_number="111111")
    assert caught.value.attempts_left == 2
    assert auth.resume(approval_number="482-913").user.email == "ada@example.com"
    assert sent(fake_issuer)[-1] == NUMBER


@pytest.mark.row("L10")
def test_a_number_known_too_early_is_kept_until_the_approval(make_login: MakeLogin, fake_issuer: FakeIssuer) -> None:
    auth = make_login()
    auth.start().save()
    with pytest.raises(LoginPending) as caught:
        auth.resume(wait=False, approval_number=NUMBER)
    assert caught.type is LoginPending
    fake_issuer.polls = ["pending", "approved"]
    auth.resume(approval_number=NUMBER)
    assert sent(fake_issuer) == [NUMBER] * 3


@pytest.mark.row("L10")
def test_the_end_of_input_cancels(make_login: MakeLogin, fake_machine: FakeMachine, store: Store) -> None:
    fake_machine.keyboard()
    with pytest.raises(Cancelled):
        make_login().login()
    assert store.accounts() == []


@pytest.mark.row("L10")
def test_a_saved_login_remembers_that_there_will_be_a_number(make_login: MakeLogin, tmp_path: Path) -> None:
    from tallystick import Store
    from tallystick.login.flow import Flow

    auth = make_login(store=Store.in_files(tmp_path))
    auth.start().save()
    assert Flow(auth.settings).kept().approval_number_required


@pytest.mark.row("L10", "L1")
@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_the_asynchronous_twin_asks_too_and_can_be_cancelled_meanwhile(
    fake_issuer: FakeIssuer, fake_machine: FakeMachine, store: Store, backend: str
) -> None:
    import threading

    fake_issuer.polls = ["approved"]
    auth = AsyncDeviceLogin(
        fake_issuer.url, client_id="acme-cli", store=store, transport=fake_issuer, system=fake_machine.system
    )
    asking, never = threading.Event(), threading.Event()

    def nobody(_: NumberWanted) -> str:
        asking.set()
        never.wait(10)
        return ""

    async def whole() -> None:
        with anyio.move_on_after(0.3) as scope:
            await auth.login(on_approval_number=nobody)
        assert scope.cancelled_caught
        assert asking.is_set()
        never.set()
        fake_machine.keyboard(NUMBER)
        assert (await auth.login()).user.email == "ada@example.com"
        fake_machine.stdin = None
        with pytest.raises(ApprovalNumberRequired):
            await auth.login()
        assert (await auth.resume(on_approval_number=lambda _: NUMBER)).user.email == "ada@example.com"

    anyio.run(whole, backend=backend)
