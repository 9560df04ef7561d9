"""`--copy`: which program takes the code, and what is said where none does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tallystick.machine import clipboard

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cli.tests.command.conftest import Acme


@pytest.mark.row("C3")
@pytest.mark.parametrize(
    ("environ", "platform", "program"),
    [
        ({}, "darwin", "pbcopy"),
        ({}, "win32", "clip.exe"),
        ({"WSL_DISTRO_NAME": "Debian", "DISPLAY": ":0"}, "linux", "clip.exe"),
        ({"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"}, "linux", "wl-copy"),
        ({"DISPLAY": ":0"}, "linux", "xclip"),
    ],
)
def test_the_code_goes_to_the_clipboard_of_the_machine(environ: dict[str, str], platform: str, program: str) -> None:
    ran: list[tuple[str, str]] = []

    def run(command: Sequence[str], text: str) -> bool:
        ran.append((command[0], text))
        return True

    assert clipboard.copy("WDJB-MJHT", environ=environ, platform=platform, run=run) is None
    assert ran == [(program, "WDJB-MJHT")]


@pytest.mark.row("C3")
def test_the_next_program_is_tried_and_the_reason_is_given_when_none_works() -> None:
    reason = clipboard.copy("WDJB-MJHT", environ={"DISPLAY": ":0"}, platform="linux", run=lambda _command, _text: False)
    assert reason == "it takes one of xclip, xsel"
    assert clipboard.copy("WDJB-MJHT", environ={}, platform="linux") == "there is no clipboard here"


@pytest.mark.row("C3")
def test_a_login_copies_the_code_and_only_that_and_goes_on_where_it_cannot(
    acme: Acme, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied: list[str] = []
    monkeypatch.setattr(clipboard, "copy", lambda text, **_: copied.append(text))
    assert "The code was copied.\n" in acme("login", "--copy").err
    assert copied == ["WDJB-MJHT"]
    monkeypatch.setattr(clipboard, "copy", lambda _, **__: "there is no clipboard here")
    done = acme("login", "--copy")
    assert (done.status, "! The code was not copied: there is no clipboard here." in done.err) == (0, True)
