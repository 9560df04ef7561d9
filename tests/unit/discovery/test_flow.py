"""The metadata document."""

from __future__ import annotations

from typing import Any

import pytest
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata
from authlib.oidc.discovery import OpenIDProviderMetadata

from functions.discovery.metadata import Metadata

ENDPOINTS = {"token_endpoint": "/oauth2/token", "jwks_uri": "/.well-known/jwks.json"}


def document(issuer: str = "https://login.example") -> dict[str, Any]:
    return Metadata(issuer=issuer, scopes=["read", "write"]).document(ENDPOINTS)


@pytest.mark.row("J01")
@pytest.mark.parametrize(
    "issuer", ["https://login.example", "https://login.example/", "https://Login.Example", "http://localhost:8080"]
)
def test_the_issuer_is_what_was_configured_byte_for_byte(issuer: str) -> None:
    assert document(issuer)["issuer"] == issuer


@pytest.mark.parametrize("issuer", ["https://login.example", "https://login.example/"])
def test_endpoints_are_on_the_issuers_origin_without_a_double_slash(issuer: str) -> None:
    assert document(issuer)["token_endpoint"] == "https://login.example/oauth2/token"


@pytest.mark.row("J02")
def test_it_names_the_grants_and_the_ways_to_authenticate() -> None:
    described = document()
    assert described["grant_types_supported"] == ["urn:ietf:params:oauth:grant-type:device_code", "refresh_token"]
    ways = ["none", "client_secret_basic", "client_secret_post"]
    assert described["token_endpoint_auth_methods_supported"] == ways
    assert described["revocation_endpoint_auth_methods_supported"] == ways


@pytest.mark.row("J02", "O30")
def test_it_says_that_only_who_has_a_secret_may_introspect() -> None:
    assert document()["introspection_endpoint_auth_methods_supported"] == ["client_secret_basic", "client_secret_post"]


def test_it_names_every_claim_that_an_id_token_can_have() -> None:
    of_the_token, of_the_person = {"iss", "sub", "aud", "iat", "exp", "auth_time"}, {"email", "name", "role", "workspace"}
    assert set(document()["claims_supported"]) == of_the_token | of_the_person


@pytest.mark.row("D71")
def test_it_says_that_a_tool_can_prove_itself_and_how() -> None:
    assert document()["code_challenge_methods_supported"] == ["S256"]


def test_it_lists_the_scopes_that_can_be_asked_for() -> None:
    assert document()["scopes_supported"] == ["read", "write"]


def test_it_names_no_endpoint_that_it_was_not_given() -> None:
    named = {name for name in document() if name.endswith(("_endpoint", "_uri"))}
    assert named == set(ENDPOINTS)


def test_no_list_is_empty() -> None:
    """RFC 8414 §3.2: a member with nothing in it is left out."""
    assert all(document().values())


@pytest.mark.parametrize("kind", [AuthorizationServerMetadata, OpenIDProviderMetadata])
def test_a_reader_that_nobody_here_wrote_finds_it_valid(kind: type[AuthorizationServerMetadata]) -> None:
    kind(document()).validate()
