"""When the browser is opened, and with what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tallystick.machine.browser import SystemBrowser
from tallystick.oauth.addresses import why_not_opened

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cli.tests.conftest import MakeLogin
    from tallystick.testing import FakeIssuer, FakeMachine

ISSUER = "https://login.example.com"
LINK = f"{ISSUER}/device?user_code=WDJB-MJHT"


class Controller:
    """Stands for a browser that Python's webbrowser has found."""

    def __init__(self, name: str = "firefox") -> None:
        self.name = name
        self.opened: list[str] = []

    def open(self, url: str) -> bool:
        """Take note."""
        self.opened.append(url)
        return True


def desktop(**changes: Any) -> SystemBrowser:  # noqa: ANN401  of SystemBrowser
    usual: dict[str, Any] = {"environ": {"DISPLAY": ":0"}, "platform": "linux", "exists": lambda _: False}
    return SystemBrowser(**{**usual, **changes})


@pytest.fixture
def controller(monkeypatch: pytest.MonkeyPatch) -> Controller:
    controller = Controller()
    monkeypatch.setattr("webbrowser.get", lambda: controller)
    return controller


@pytest.mark.row("C1", "DF05", "WO03", "AS02")
def test_the_link_with_the_code_is_opened_after_the_prompt(make_login: MakeLogin, fake_machine: FakeMachine) -> None:
    shown: list[int] = []
    make_login().login(on_prompt=lambda _: shown.append(len(fake_machine.browser.opened)))
    assert shown == [0]
    assert fake_machine.browser.opened == [LINK]


@pytest.mark.row("C1", "DF06", "AS03")
def test_no_browser_is_opened_where_none_is_wanted_and_the_link_is_still_shown(
    make_login: MakeLogin, fake_machine: FakeMachine
) -> None:
    make_login().login(open_browser=False)
    assert fake_machine.browser.opened == []
    assert f"{ISSUER}/device" in fake_machine.stderr.getvalue()


@pytest.mark.row("C1", "DF07")
def test_a_browser_that_cannot_be_opened_is_named_and_costs_nothing(
    make_login: MakeLogin, fake_machine: FakeMachine
) -> None:
    fake_machine.browser.refusal = "this is an SSH session"
    session = make_login().login()
    assert session.notices == ("The browser was not opened: this is an SSH session.",)
    assert "! The browser was not opened: this is an SSH session." in fake_machine.stderr.getvalue()


@pytest.mark.row("C2")
@pytest.mark.parametrize(
    ("environ", "reason"),
    [
        ({"SSH_CONNECTION": "10.0.0.1 22"}, "SSH"),
        ({"SSH_TTY": "/dev/pts/0"}, "SSH"),
        ({"CI": "true"}, "CI"),
        ({"container": "podman"}, "container"),
        ({"DISPLAY": ""}, "display"),
    ],
)
def test_no_browser_where_nobody_would_see_it(controller: Controller, environ: dict[str, str], reason: str) -> None:
    found = desktop(environ={"DISPLAY": ":0", **environ}).open(LINK)
    assert found is not None
    assert reason in found
    assert controller.opened == []


@pytest.mark.row("C2")
def test_no_browser_in_a_container_by_its_mark(controller: Controller) -> None:
    assert desktop(exists=lambda path: path == "/.dockerenv").open(LINK) == "this is a container"
    assert controller.opened == []


@pytest.mark.row("C2")
@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_no_display_variable_is_needed_where_there_is_none(controller: Controller, platform: str) -> None:
    assert desktop(environ={}, platform=platform).open(LINK) is None
    assert controller.opened == [LINK]


@pytest.mark.row("C2")
def test_wayland_counts_as_a_display(controller: Controller) -> None:
    assert desktop(environ={"WAYLAND_DISPLAY": "wayland-0"}).open(LINK) is None
    assert controller.opened == [LINK]


@pytest.mark.row("C2")
@pytest.mark.parametrize("name", ["lynx", "w3m", "/usr/bin/links", "elinks", "www-browser"])
def test_a_text_browser_is_never_opened(controller: Controller, name: str) -> None:
    controller.name = name
    found = desktop().open(LINK)
    assert found is not None
    assert "text browser" in found
    assert controller.opened == []


@pytest.mark.row("C2")
def test_wsl_opens_the_browser_of_windows(controller: Controller) -> None:
    ran: list[Sequence[str]] = []

    def run(command: Sequence[str]) -> bool:
        ran.append(command)
        return "powershell.exe" in command[0]

    wsl = desktop(environ={"WSL_DISTRO_NAME": "Ubuntu"}, which=lambda program: f"/bin/{program}", run=run)
    assert wsl.open(LINK) is None
    assert ran[0] == ["/bin/wslview", LINK]
    assert ran[1][-1] == f"Start-Process '{LINK}'"
    assert controller.opened == []


@pytest.mark.row("C2")
def test_an_address_cannot_break_out_of_powershells_quotes() -> None:
    ran: list[Sequence[str]] = []

    def run(command: Sequence[str]) -> bool:
        ran.append(command)
        return False

    wsl = desktop(environ={"WSL_DISTRO_NAME": "Ubuntu"}, which=lambda program: program, run=run)
    assert wsl.open(f"{ISSUER}/'; calc; '") is not None
    assert [command[0] for command in ran] == ["wslview"]


@pytest.mark.row("C2")
@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "javascript:alert(1)",
        "-flag",
        "--new-window",
        "data:text/html,x",
        "vscode://x",
        "http://login.example.com/device",
        "https://evil.example/device",
        "https://login.example.com.evil.example/",
        "https://login.example.com@evil.example/",
        "https://user:pass@login.example.com/",
        "https://login.example.com\\@evil.example/",
        "https://login.example.com/a b",
        "https://login.ex\u0430mple.com/",
        "",
    ],
)
def test_an_address_that_is_not_the_issuers_is_shown_but_not_opened(
    make_login: MakeLogin, fake_issuer: FakeIssuer, fake_machine: FakeMachine, url: str
) -> None:
    assert why_not_opened(url, ISSUER, insecure=False)
    fake_issuer.codes = {"verification_uri": url or "x", "verification_uri_complete": url or "x"}
    assert make_login().login().token()
    assert fake_machine.browser.opened == []
    assert "The browser was not opened" in fake_machine.stderr.getvalue()


@pytest.mark.row("C2", "C6")
def test_what_is_opened_is_what_is_shown(make_login: MakeLogin, fake_issuer: FakeIssuer, fake_machine: FakeMachine) -> None:
    fake_issuer.codes = {"verification_uri_complete": f"{ISSUER}/\u202edevice\x1b[0m"}
    make_login().login()
    assert fake_machine.browser.opened == [f"{ISSUER}/device"]
    assert f"{ISSUER}/device\n" in fake_machine.stderr.getvalue()


@pytest.mark.row("C2")
def test_loopback_may_be_opened_over_http_where_that_was_asked_for() -> None:
    assert why_not_opened("http://127.0.0.1:8000/device", "http://127.0.0.1:8000", insecure=True) is None
    assert why_not_opened("http://127.0.0.1:8000/device", "http://127.0.0.1:8000", insecure=False)


@pytest.mark.row("C2")
def test_a_browser_that_does_not_start_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> bool:
        raise OSError("no such file")

    broken = Controller()
    monkeypatch.setattr(broken, "open", fail)
    monkeypatch.setattr("webbrowser.get", lambda: broken)
    assert desktop().open(LINK) == "the browser could not be started"
