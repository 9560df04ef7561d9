"""One schema for the configuration: what cdk.json says and what the functions read cannot drift apart unseen."""

from __future__ import annotations

import json
import re
from dataclasses import MISSING, dataclass, fields
from types import NoneType
from typing import TYPE_CHECKING, Any, get_args

import pytest

from functions import settings
from functions.domain.client import Client
from functions.domain.limits import GuessLimits, Limits, Rate
from functions.domain.person import ClaimNames
from functions.settings import Settings, SettingsError
from infra.configuration import config, limits
from infra.configuration.client import ClientEntry
from infra.configuration.config import Config, parse_config
from infra.configuration.sign_in import Claims

if TYPE_CHECKING:
    from infra.configuration.block import Block

BLOCK: dict[str, Any] = {
    "scopes": {"openid": "Know who you are"},
    "clients": [
        {
            "client_id": "acme",
            "name": "Acme",
            "allowed_scopes": ["openid"],
            "default_scopes": [],
            "audience": "https://api.example.com",
        }
    ],
}
# Each block of the schema that the functions get, and what they make of it.
SHIPPED: list[tuple[type[Block], type[Any]]] = [
    (Config, Settings),
    (ClientEntry, Client),
    (Claims, ClaimNames),
    (limits.Rate, Rate),
    (limits.GuessLimits, GuessLimits),
    (limits.Limits, Limits),
]


class LongerConfig(Config):
    """The schema with one more key."""

    motto: str = "festina lente"


@dataclass(frozen=True, slots=True, kw_only=True)
class LongerSettings(Settings):
    """The functions, which read one more key."""

    motto: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LongerClient(Client):
    """The functions, which read one more key of each client."""

    motto: str


class LongerClientEntry(ClientEntry):
    """The schema with one more key of a client."""

    motto: str = "festina lente"


class ConfigWithLongerClients(Config):
    """The schema with those clients."""

    clients: tuple[LongerClientEntry, ...]


def shipped() -> str:
    return parse_config(BLOCK).settings_text()


def test_a_key_in_the_schema_and_in_the_settings_reaches_the_functions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config, "Config", LongerConfig)
    monkeypatch.setattr(settings, "Settings", LongerSettings)
    chosen = settings.parse_settings(parse_config(BLOCK | {"motto": "carpe diem"}).settings_text())
    left_out = settings.parse_settings(shipped())
    assert isinstance(chosen, LongerSettings)
    assert isinstance(left_out, LongerSettings)
    assert (chosen.motto, left_out.motto) == ("carpe diem", "festina lente")


def test_a_key_that_the_functions_read_and_the_schema_lacks_fails_when_the_stack_is_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(settings, "Settings", LongerSettings)
    with pytest.raises(SettingsError, match='The functions read "motto"'):
        shipped()


def test_a_key_of_a_client_that_only_functions_read_fails_when_the_stack_is_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(settings, "Client", LongerClient)
    with pytest.raises(SettingsError, match=r"clients\[0\]\.motto is missing"):
        shipped()


def test_a_key_of_a_client_that_only_the_schema_has_fails_when_the_stack_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config, "Config", ConfigWithLongerClients)
    with pytest.raises(SettingsError, match=r"clients\[0\]\.motto is unknown"):
        shipped()


def test_a_block_that_nothing_makes_something_of_fails_when_the_stack_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would reach the functions as a dict, and they would look for attributes."""
    monkeypatch.setattr(settings, "_BLOCKS", {})
    with pytest.raises(SettingsError, match="nothing makes a ClaimNames of claims"):
        shipped()


@pytest.mark.parametrize(
    ("path", "known"),
    [
        ("", "scopes"),
        ("clients[0].", "third_party"),
        ("claims.", "role"),
        ("limits.", "guesses"),
        ("limits.codes_per_client.", "count"),
        ("limits.guesses.", "seconds"),
    ],
)
def test_a_function_does_not_start_with_a_key_too_many_or_too_few(path: str, known: str) -> None:
    document = json.loads(shipped())
    block = document
    for step in re.findall(r"\w+", path):
        block = block[int(step) if step.isdecimal() else step]
    del block[known]
    block["motto"] = "carpe diem"
    with pytest.raises(SettingsError) as refused:
        settings.parse_settings(json.dumps(document))
    assert str(refused.value) == f"tallystick.json: {path}motto is unknown, {path}{known} is missing"


@pytest.mark.parametrize(("block", "made"), SHIPPED, ids=[made.__name__ for _, made in SHIPPED])
def test_what_may_be_null_in_the_file_may_be_none_in_the_functions(block: type[Block], made: type[Any]) -> None:
    """A type checker does not see through the file: an operator's null would meet code that expects a text."""
    for found in fields(made):
        schema = block.model_fields[found.name]
        assert (NoneType in get_args(schema.annotation)) is ("None" in str(found.type)), found.name


@pytest.mark.parametrize("made", [made for _, made in SHIPPED], ids=[made.__name__ for _, made in SHIPPED])
def test_the_functions_have_no_default_of_their_own(made: type[Any]) -> None:
    for found in fields(made):
        assert (found.default, found.default_factory) == (MISSING, MISSING), found.name
