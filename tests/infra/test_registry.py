"""The registry of clients in the configuration: a wrong one fails before anything is made, and says where and why."""

from __future__ import annotations

from typing import Any

import pytest

from functions.settings import parse_settings
from infra.configuration.config import parse_config
from infra.configuration.mistakes import ConfigError

CLIENT: dict[str, Any] = {
    "client_id": "acme",
    "name": "Acme",
    "allowed_scopes": ["openid", "offline_access"],
    "default_scopes": ["openid"],
    "audience": "https://api.example.com",
}
SECRET = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:acme-AbCdEf"
SCOPES = {"openid": "Know who you are", "offline_access": "Stay logged in"}
HOUR, DAY = 3600, 24 * 3600


def block(*clients: dict[str, Any], **others: object) -> dict[str, Any]:
    """Return a configuration with these clients."""
    return {"scopes": SCOPES, "clients": list(clients), **others}


def mistakes(configuration: dict[str, Any]) -> str:
    """Return what the operator is told."""
    with pytest.raises(ConfigError) as wrong:
        parse_config(configuration)
    return str(wrong.value)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"code_lifetime": 59}, "clients[0].code_lifetime: should be greater than or equal to 60"),
        ({"code_lifetime": 901}, "clients[0].code_lifetime: should be less than or equal to 900"),
        (
            {"access_token_lifetime": 30 * DAY + 1},
            "access_token_lifetime: should be less than or equal to 2592000",
        ),
        ({"access_token_lifetime": 15 * DAY}, "access_token_lifetime is longer than refresh_idle_lifetime"),
        ({"refresh_idle_lifetime": 91 * DAY}, "refresh_idle_lifetime is longer than refresh_absolute_lifetime"),
        ({"access_token_format": "jws"}, "clients[0].access_token_format: should be 'jwt' or 'opaque'"),
        ({"access_token_prefix": "acme_"}, 'access_token_prefix is for the access_token_format "opaque"'),
        (
            {"access_token_format": "opaque", "access_token_prefix": "ts_"},
            'access_token_prefix "ts_" is that of another kind of secret here',
        ),
        (
            {"access_token_format": "opaque", "access_token_prefix": "a.b_"},
            "access_token_prefix: String should match",
        ),
        (
            {"grant_types": ["urn:ietf:params:oauth:grant-type:device_code"]},
            'allowed_scopes has "offline_access", but grant_types has no "refresh_token"',
        ),
        (
            {"grant_types": ["password"]},
            "clients[0].grant_types[0]: should be 'urn:ietf",
        ),
        ({"default_scopes": ["email"]}, 'default_scopes has "email", which allowed_scopes does not have'),
        ({"third_part": True}, 'clients[0].third_part: unknown key; did you mean "third_party"?'),
        ({"secret": "s3cret"}, "clients[0].secret: unknown key"),
        ({"secret_arn": "s3cret"}, "clients[0].secret_arn: String should match"),
    ],
)
def test_a_wrong_client_is_refused_with_the_reason(changed: dict[str, Any], told: str) -> None:
    assert told in mistakes(block({**CLIENT, **changed}))


def test_a_default_client_that_is_not_there_is_refused() -> None:
    assert 'default_client "acmee" is not among the clients' in mistakes(block(CLIENT, default_client="acmee"))


def test_a_default_client_with_a_secret_is_refused() -> None:
    assert "has a secret" in mistakes(block({**CLIENT, "secret_arn": SECRET}, default_client="acme"))


def test_a_client_that_is_there_twice_is_refused() -> None:
    assert 'clients has "acme" twice' in mistakes(block(CLIENT, CLIENT))


def test_a_scope_without_plain_words_is_refused() -> None:
    client = {**CLIENT, "allowed_scopes": ["openid", "deploy"]}
    assert 'scopes has no plain words for "deploy"' in mistakes(block(client))


@pytest.mark.row("J09")
def test_an_audience_that_is_a_clients_id_is_refused() -> None:
    """Its ID tokens would pass for access tokens where nobody looks at a token's type."""
    other = {**CLIENT, "client_id": "other", "audience": "acme"}
    assert 'audience is "acme", a client\'s id' in mistakes(block(CLIENT, other))


def test_a_client_may_have_long_lived_tokens_that_are_its_only_ones() -> None:
    client = {**CLIENT, "allowed_scopes": ["openid"], "access_token_lifetime": 30 * DAY}
    assert parse_config(block(client)).clients[0].access_token_lifetime == 30 * DAY


@pytest.mark.row("AS15", "DF09")
def test_lifetimes_and_formats_reach_the_functions_as_configured() -> None:
    chosen = {
        "access_token_format": "opaque",
        "access_token_prefix": "acme_",
        "access_token_lifetime": HOUR,
        "code_lifetime": 900,
        "third_party": True,
        "prefilled_link": False,
        "secret_arn": SECRET,
    }
    config = parse_config(block({**CLIENT, **chosen}, claims={"role": None, "workspace": "custom:team"}))
    settings = parse_settings(config.settings_text())
    client = settings.clients["acme"]
    assert {name: getattr(client, name) for name in chosen} == chosen
    assert (settings.claims.role, settings.claims.workspace) == (None, "custom:team")


@pytest.mark.row("WB08")
def test_what_the_operator_leaves_out_of_a_client_is_as_the_readme_says() -> None:
    client = parse_settings(parse_config(block(CLIENT)).settings_text()).clients["acme"]
    assert (client.access_token_format, client.access_token_lifetime, client.code_lifetime) == ("jwt", 900, 600)
    assert (client.refresh_idle_lifetime, client.refresh_absolute_lifetime) == (14 * DAY, 90 * DAY)
    assert client.may_refresh(["openid", "offline_access"])


def test_how_near_and_how_careful_a_client_is_reaches_the_functions() -> None:
    chosen = {"proximity": "require-country", "approval_number": True}
    config = parse_config(block({**CLIENT, **chosen}, sensitive_scopes=["openid"], sensitive_max_auth_age=120))
    settings = parse_settings(config.settings_text())
    client = settings.clients["acme"]
    assert (client.proximity, client.approval_number) == ("require-country", True)
    assert (settings.max_auth_age_for(["openid"]), settings.max_auth_age_for(["offline_access"])) == (120, 3600)


def test_without_a_word_about_it_a_client_warns_and_asks_for_no_number() -> None:
    settings = parse_settings(parse_config(block(CLIENT)).settings_text())
    assert (settings.clients["acme"].proximity, settings.clients["acme"].approval_number) == ("warn", False)
    assert settings.max_auth_age_for(["openid"]) == 3600


@pytest.mark.parametrize(
    ("others", "told"),
    [
        (
            {"sensitive_scopes": ["opendi"]},
            'sensitive_scopes has "opendi", which scopes does not have; did you mean "openid"?',
        ),
        (
            {"sensitive_scopes": ["openid"], "approval_max_auth_age": 120},
            "sensitive_max_auth_age is longer than approval_max_auth_age",
        ),
        ({"sensitive_max_auth_age": 59}, "sensitive_max_auth_age: should be greater than or equal to 60"),
        ({"sensitive_scope": ["openid"]}, 'sensitive_scope: unknown key; did you mean "sensitive_scopes"?'),
    ],
)
def test_a_wrong_choice_of_sensitive_scopes_is_told(others: dict[str, Any], told: str) -> None:
    assert told in mistakes(block(CLIENT, **others))


def test_a_mode_of_proximity_that_there_is_not_is_told_with_those_that_there_are() -> None:
    told = mistakes(block({**CLIENT, "proximity": "require"}))
    assert "clients[0].proximity: should be 'off', 'warn', 'require-country' or 'require-network'" in told
