"""Which program takes the code to the clipboard, and what is said where none does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tallystick.machine import clipboard

if TYPE_CHECKING:
    from collections.abc import Sequence


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
