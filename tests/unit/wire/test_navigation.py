"""What a navigating browser brings back, and the small page it gets when sign-in fails."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from functions.domain.errors import ProviderUnavailable, SignInDenied, SignInRefused, StoreUnavailable
from functions.domain.secret import Secret
from functions.wire.http import Request
from functions.wire.navigation import notice, read_callback, redirect, wants_fresh_sign_in


def request(query: str) -> Request:
    return Request(method="GET", path="/auth/callback", request_id="r", query=query)


def test_the_way_back_is_read() -> None:
    answer = read_callback(request("code=c%2B1&state=s&iss=https%3A%2F%2Fid.example&session_state=x"))
    assert (answer.code, answer.state) == (Secret("c+1"), Secret("s"))
    assert (answer.error, answer.issuer) == ("", "https://id.example")


def test_the_way_back_does_not_print_its_secrets() -> None:
    assert "c-1" not in repr(read_callback(request("code=c-1&state=s-1")))


@pytest.mark.row("W06")
@pytest.mark.parametrize(
    "query",
    [
        "code=a&code=b&state=s",
        "code=a&state=s&state=s",
        "code=%ff&state=s",
        "&".join(f"p{number}=1" for number in range(21)),
        urlencode({"code": "a" * 9000}),
    ],
    ids=lambda query: query[:24],
)
def test_a_way_back_that_can_be_read_in_two_ways_or_none_is_refused(query: str) -> None:
    with pytest.raises(SignInRefused):
        read_callback(request(query))


@pytest.mark.parametrize(("query", "fresh"), [("fresh=1", True), ("", False), ("fresh=0", False), ("refresh=1", False)])
def test_a_new_proof_is_asked_for_by_name(query: str, fresh: bool) -> None:  # noqa: FBT001  a column of the table
    assert wants_fresh_sign_in(request(query)) is fresh


def test_a_redirect_carries_its_cookies() -> None:
    answer = redirect("/device", "a=1", "b=2")
    assert (answer.status, answer.headers["location"], answer.cookies) == (303, "/device", ("a=1", "b=2"))


@pytest.mark.parametrize(
    ("refusal", "status"),
    [(SignInRefused(), 400), (SignInDenied(), 400), (ProviderUnavailable(), 503), (StoreUnavailable(), 503)],
    ids=str,
)
def test_a_notice_has_the_status_of_its_refusal(refusal: SignInRefused, status: int) -> None:
    answer = notice(refusal)
    assert answer.status == status
    assert ("retry-after" in answer.headers) is (status == 503)
    assert refusal.public in answer.body


def test_a_notice_is_inert_and_leads_on() -> None:
    answer = notice(SignInRefused("<script>", detail="secret"))
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert "&lt;script&gt;" in answer.body
    assert "<script" not in answer.body
    assert "secret" not in answer.body
    assert 'href="/auth/login?fresh=1"' in answer.body
    assert 'href="/device"' in answer.body
