"""How a client says who it is."""

from __future__ import annotations

import base64

import pytest

from functions.domain.errors import InvalidClient, InvalidRequest
from functions.domain.secret import Secret
from functions.wire.client_authentication import read_credentials
from functions.wire.http import Request


def request(authorization: str = "") -> Request:
    headers = {"authorization": authorization} if authorization else {}
    return Request(method="POST", path="/oauth2/token", request_id="r", headers=headers)


def basic(text: str) -> str:
    return "Basic " + base64.b64encode(text.encode()).decode()


def test_a_public_client_sends_its_id_only() -> None:
    presented = read_credentials(request(), {"client_id": "acme"})
    assert (presented.client_id, presented.secret, presented.in_header) == ("acme", None, False)


def test_a_secret_in_the_form_is_read() -> None:
    presented = read_credentials(request(), {"client_id": "ci", "client_secret": "s3cret"})
    assert presented.secret == Secret("s3cret")


def test_basic_credentials_are_form_decoded_after_base64() -> None:
    presented = read_credentials(request(basic("ci%3Aone:s%2B+%25")), {})
    assert (presented.client_id, presented.secret, presented.in_header) == ("ci:one", Secret("s+ %"), True)


def test_the_same_id_in_header_and_form_is_one_method() -> None:
    assert read_credentials(request(basic("ci:s")), {"client_id": "ci"}).client_id == "ci"


@pytest.mark.row("O05")
@pytest.mark.parametrize("form", [{"client_secret": "s"}, {"client_id": "other"}, {"client_id": "ci", "client_secret": "s"}])
def test_credentials_in_header_and_form_are_refused(form: dict[str, str]) -> None:
    with pytest.raises(InvalidRequest):
        read_credentials(request(basic("ci:s")), form)


@pytest.mark.row("O02")
@pytest.mark.parametrize(
    "header", ["Bearer abc", "Basic", "Basic ***", "Basic é", "Basic \u00a0", "Basic /w==", basic("no colon")]
)
def test_a_header_that_is_not_basic_is_refused_with_a_challenge(header: str) -> None:
    with pytest.raises(InvalidClient) as refusal:
        read_credentials(request(header), {"client_id": "acme"})
    assert refusal.value.challenge


@pytest.mark.row("D03")
def test_nothing_at_all_is_an_unknown_client_without_a_challenge() -> None:
    with pytest.raises(InvalidClient) as refusal:
        read_credentials(request(), {})
    assert not refusal.value.challenge
