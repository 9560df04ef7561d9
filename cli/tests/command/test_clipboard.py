"""`--copy`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tallystick.machine import clipboard

if TYPE_CHECKING:
    from cli.tests.command.conftest import Acme


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
