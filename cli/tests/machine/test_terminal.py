"""What a server says is inert on a terminal."""

from __future__ import annotations

import time
import unicodedata
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallystick import ServerError
from tallystick.machine.terminal import clean, clean_claims

if TYPE_CHECKING:
    from cli.tests.conftest import MakeLogin
    from tallystick.testing import FakeIssuer, FakeMachine

HOSTILE = {
    "colour": ("\x1b[31mred\x1b[0m", "red"),
    "clear screen": ("a\x1b[2J\x1b[Hb", "ab"),
    "title": ("\x1b]0;pwned\x07x", "x"),
    "clipboard": ("\x1b]52;c;cHduZWQ=\x1b\\x", "x"),
    "hyperlink": ("\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\", "click"),
    "device control": ("\x1bP+q544e\x1b\\x", "x"),
    "eight-bit control": ("\x9b31mred\x9d0;t\x9c", "red"),
    "unfinished": ("x\x1b", "x"),
    "unfinished osc": ("x\x1b]0;title", "x]0;title"),
    "bidirectional": ("user\u202excod\u2066\u2069\u200e", "userxcod"),
    "zero width": ("a\u200bb\u200cc\u200dd\u2060e\ufefff\u00adg", "abcdefg"),
    "invisible letters": ("a\u115fb\u3164c\uffa0d\u2800e\U000e0041f\ufe0fg", "abcdefg"),
    "bell and backspace": ("a\x07\x08\x7fb", "ab"),
    "nul": ("a\x00b", "ab"),
    "lines": ("a\r\nb\rc\u2028d\u2029e\x0bf\x85g\th", "a b c d e f g h"),
    "surrogate": ("a\ud800b", "ab"),
}


@pytest.mark.row("C6")
@pytest.mark.parametrize(("text", "shown"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_is_inert(text: str, shown: str) -> None:
    assert clean(text) == shown


@pytest.mark.row("C6")
@given(st.text())
def test_nothing_but_what_is_seen_is_left_of_any_text(text: str) -> None:
    shown = clean(text)
    assert not any(unicodedata.category(character).startswith("C") for character in shown)
    assert shown == clean(shown)
    assert "\n" not in shown


@pytest.mark.row("C6")
def test_names_of_all_scripts_stay_as_they_are() -> None:
    for name in ("Zoë Ångström", "Łukasz", "李小龍", "Ἀριστοτέλης", "محمد", "देवनागरी", "O'Brien–Smith"):
        assert clean(name) == name


@pytest.mark.row("C6")
@pytest.mark.parametrize("piece", ["\x9d", "\x1b]\x9d", "A", "\x1b[", "\x1b]", "\u200b", "\x1b[31m", " "])
def test_a_megabyte_is_cut_short_and_costs_no_time(piece: str) -> None:
    started = time.perf_counter()
    assert len(clean(piece * (1_000_000 // len(piece)))) <= 300
    assert time.perf_counter() - started < 1


@pytest.mark.row("C6")
def test_claims_are_cleaned_at_any_depth() -> None:
    assert clean_claims({"a\x1b[1m": ["\u202eb", {"c": "\x00d"}], "n": 1, "t": True, "o": None}) == {
        "a": ["b", {"c": "d"}],
        "n": 1,
        "t": True,
        "o": None,
    }


@pytest.mark.row("C6")
@pytest.mark.parametrize(("text", "shown"), HOSTILE.values(), ids=HOSTILE)
def test_codes_addresses_names_and_errors_are_cleaned_where_they_come_in(
    make_login: MakeLogin, fake_issuer: FakeIssuer, fake_machine: FakeMachine, text: str, shown: str
) -> None:
    fake_issuer.codes = {"user_code": f"CODE{text}", "verification_uri": f"https://login.example.com/{text}"}
    fake_issuer.user = {"sub": "1", "email": f"ada@example.com{text}", "name": text}
    user = make_login(scopes=["openid"]).login().user
    assert (user.email, user.name) == (f"ada@example.com{shown}", shown)
    printed = fake_machine.stderr.getvalue()
    assert f"CODE{shown}" in printed
    assert not any(character < " " and character != "\n" for character in printed)
    fake_issuer.starts = ["invalid_scope"]
    fake_issuer.errors = {"error_description": f"why {text}"}
    with pytest.raises(ServerError) as caught:
        make_login().login()
    assert clean(caught.value.message) == caught.value.message
    assert f"why {shown}" in caught.value.message
