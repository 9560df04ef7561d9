"""Where each dialect is spoken: tools in the field have these paths built in."""

from __future__ import annotations

import pytest

from functions.api import ROUTES


@pytest.mark.row("WO13", "FO01", "FO06")
@pytest.mark.parametrize(
    "path",
    [
        "/oauth2/device_authorization",
        "/oauth2/token",
        "/user_management/authorize/device",
        "/user_management/authenticate",
        "/auth/device/code",
        "/auth/device/token",
    ],
)
def test_tools_find_what_they_know_where_they_know_it(path: str) -> None:
    assert [route.method for route in ROUTES if route.path == path] == ["POST"]
