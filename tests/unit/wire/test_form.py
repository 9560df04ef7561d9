"""The form of the RFC endpoints: strict, limited, and never echoed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.domain.errors import ForbiddenRequest, InvalidRequest
from functions.wire.form import read_form, refuse_web_pages
from functions.wire.http import MAX_BODY_BYTES, Request
from tests.events import FORM

if TYPE_CHECKING:
    from collections.abc import Mapping

ISSUER = "https://login.example.com"


def request(body: bytes = b"", query: str = "", headers: Mapping[str, str] | None = None) -> Request:
    named = {"content-type": FORM, **(headers or {})}
    return Request(method="POST", path="/oauth2/token", request_id="r", query=query, headers=named, body=body)


@pytest.mark.row("D08", "O04")
def test_unknown_parameters_are_kept_out_of_the_way_and_empty_ones_count_as_not_sent() -> None:
    assert read_form(request(b"client_id=acme&scope=&resource=x")) == {"client_id": "acme", "resource": "x"}


@pytest.mark.row("D09", "O04")
@pytest.mark.parametrize("body", [b"scope=a&scope=b", b"scope=a&scope=a", b"client_id=&client_id=acme"])
def test_a_repeated_parameter_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidRequest, match="more than once"):
        read_form(request(body))


@pytest.mark.row("D11")
def test_parameters_in_the_query_string_are_not_read() -> None:
    with pytest.raises(InvalidRequest, match="not in the query string"):
        read_form(request(b"", query="client_id=acme"))


@pytest.mark.row("D12")
@pytest.mark.parametrize("kind", ["application/json", "", "text/plain", "multipart/form-data"])
def test_another_content_type_is_refused_with_a_hint(kind: str) -> None:
    with pytest.raises(InvalidRequest, match=FORM):
        read_form(request(b"client_id=acme", headers={"content-type": kind}))


@pytest.mark.row("D12")
@pytest.mark.parametrize("kind", [f"{FORM};charset=UTF-8", FORM.upper(), f"{FORM} ; charset=utf-8"])
def test_a_form_with_a_character_set_is_accepted(kind: str) -> None:
    assert read_form(request(b"client_id=acme", headers={"content-type": kind})) == {"client_id": "acme"}


@pytest.mark.row("D13")
@pytest.mark.parametrize(
    "body",
    [
        b"a=" + b"x" * MAX_BODY_BYTES,
        b"a=\xff\xfe",
        b"a=%ff",
        b"a=%00",
        b"a%00=b",
        "&".join(f"p{n}=1" for n in range(1000)).encode(),
    ],
    ids=["too large", "not UTF-8", "not UTF-8 in percents", "NUL value", "NUL name", "1,000 parameters"],
)
def test_a_hostile_body_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidRequest) as refusal:
        read_form(request(body))
    assert refusal.value.__suppress_context__ or refusal.value.__context__ is None


@pytest.mark.row("D13", "O03")
@given(st.binary(max_size=200))
def test_no_body_breaks_the_reader_or_is_echoed(body: bytes) -> None:
    try:
        read_form(request(body))
    except InvalidRequest as refusal:
        assert refusal.public.isascii()
        assert refusal.public in ALL_HINTS


ALL_HINTS = {
    "The request body is not a form in UTF-8, or has too many parameters.",
    "A parameter was sent more than once.",
    "A parameter has a NUL character.",
}


@pytest.mark.row("D14")
@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
    ],
)
def test_a_request_made_by_a_foreign_web_page_is_refused(headers: dict[str, str]) -> None:
    with pytest.raises(ForbiddenRequest):
        refuse_web_pages(request(headers=headers), ISSUER)


@pytest.mark.row("D14")
@pytest.mark.parametrize("headers", [{}, {"sec-fetch-site": "none"}, {"sec-fetch-site": "same-origin", "origin": ISSUER}])
def test_a_program_is_not_taken_for_a_foreign_web_page(headers: dict[str, str]) -> None:
    refuse_web_pages(request(headers=headers), ISSUER)
