"""What a login is known by, and how its user reads."""

from __future__ import annotations

import pytest

from tallystick import Key, User


@pytest.mark.row("DF16")
def test_a_user_reads_as_email_and_name() -> None:
    assert str(User(email="ada@example.com", name="Ada")) == "ada@example.com (Ada)"
    assert str(User(name="Ada")) == "Ada"
    assert str(User(id="usr_1")) == "usr_1"
    assert str(User()) == "unknown"


def test_two_keys_never_have_one_id() -> None:
    assert Key("https://a b", "c").id != Key("https://a", "b c").id
