"""The page's dialect: who may call, and what a body may be."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.domain.errors import ForbiddenRequest, InvalidRequest
from functions.domain.secret import Secret
from functions.wire.http import MAX_BODY_BYTES, Request
from functions.wire.page import check_mutation, read_members, session_cookie

if TYPE_CHECKING:
    from collections.abc import Mapping

ISSUER = "https://login.example.com"
OURS = {
    "cookie": "__Host-tallystick-session=s1",
    "origin": ISSUER,
    "x-tallystick": "1",
    "content-type": "application/json",
}


def request(body: bytes = b"", headers: Mapping[str, str] = OURS) -> Request:
    return Request(method="POST", path="/auth/logout", request_id="r", headers=headers, body=body)


@pytest.mark.row("W04")
def test_a_call_of_our_own_page_passes_and_yields_its_cookie() -> None:
    assert check_mutation(request(), ISSUER) == Secret("s1")


@pytest.mark.row("W04")
def test_json_may_name_its_character_set() -> None:
    headers = {**OURS, "content-type": "Application/JSON; charset=utf-8"}
    assert check_mutation(request(headers=headers), ISSUER) == Secret("s1")


@pytest.mark.row("W04")
@pytest.mark.parametrize("missing", OURS)
def test_each_lock_alone_holds_when_its_header_is_missing(missing: str) -> None:
    headers = {name: value for name, value in OURS.items() if name != missing}
    with pytest.raises(ForbiddenRequest):
        check_mutation(request(headers=headers), ISSUER)


@pytest.mark.row("W04")
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("cookie", "__Host-tallystick-session="),
        ("cookie", "tallystick-session=s1"),
        ("cookie", "__Host-tallystick-signin=s1"),
        ("origin", "null"),
        ("origin", "https://evil.example"),
        ("origin", ISSUER + "/"),
        ("origin", ISSUER + ".evil.example"),
        ("origin", ISSUER + ":8443"),
        ("origin", "http://login.example.com"),
        ("x-tallystick", "0"),
        ("x-tallystick", "1, 1"),
        ("content-type", "text/plain"),
        ("content-type", "application/json-patch+json"),
        ("content-type", "application/x-www-form-urlencoded; application/json"),
    ],
)
def test_each_lock_alone_holds_against_a_wrong_value(name: str, value: str) -> None:
    with pytest.raises(ForbiddenRequest):
        check_mutation(request(headers={**OURS, name: value}), ISSUER)


def test_no_cookie_is_no_session() -> None:
    assert session_cookie(request(headers={})) is None


def test_members_are_read_by_name_and_others_ignored() -> None:
    body = b'{"user_code": "WDJB-MJHT", "decision": "deny", "more": [1]}'
    assert read_members(request(body), "user_code", "decision") == {"user_code": "WDJB-MJHT", "decision": "deny"}


@pytest.mark.row("D13")
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'"user_code"',
        b"{",
        b"{}",
        b'{"user_code": 7}',
        b'{"user_code": null}',
        b'{"user_code": ["a"]}',
        b'{"user_code": "a", "user_code": "b"}',
        b'{"x": {"y": 1, "y": 2}, "user_code": "a"}',
        b'{"user_code": "\\ud800"}',
        b'{"user_code": "\xff"}',
        b'\xef\xbb\xbf{"user_code": "a"}',
        b"[" * MAX_BODY_BYTES,
        b'{"user_code": "a"}' + b" " * MAX_BODY_BYTES,
    ],
    ids=lambda body: repr(body[:24]),
)
def test_a_body_that_is_not_one_small_object_with_that_text_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidRequest):
        read_members(request(body), "user_code")


def test_a_body_may_be_as_large_as_the_limit() -> None:
    body = b'{"user_code": "a"}'.ljust(MAX_BODY_BYTES)
    assert read_members(request(body), "user_code") == {"user_code": "a"}


@pytest.mark.row("D13")
@given(st.binary() | st.lists(st.text() | st.none() | st.integers()).map(lambda value: json.dumps(value).encode()))
def test_no_body_is_more_than_the_reader_can_take(body: bytes) -> None:
    with pytest.raises(InvalidRequest) as refusal:
        read_members(request(body), "user_code")
    assert refusal.value.__cause__ is None


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_every_text_arrives_as_it_was_sent(text: str) -> None:
    assert read_members(request(json.dumps({"t": text}).encode()), "t") == {"t": text}
