"""What a function is told: static choices in `tallystick.json` beside it, addresses known at deploy time in its environment.

`infra` writes both, from the one typed block in cdk.json; the names are shared through this module. Reading has no effect
beyond the file it is given.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, TypeVar

from functions.domain.client import Client, Credentials
from functions.domain.errors import InvalidClient
from functions.domain.limits import GuessLimits, Limits, Rate
from functions.domain.person import ClaimNames

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from _typeshed import DataclassInstance

    Block = TypeVar("Block", bound=DataclassInstance)

FILE_NAME = "tallystick.json"

ISSUER = "TALLYSTICK_ISSUER"
TABLE = "TALLYSTICK_TABLE"
SIGNING_KEYS = "TALLYSTICK_SIGNING_KEYS"
PROVIDER_ISSUER = "TALLYSTICK_PROVIDER_ISSUER"
PROVIDER_METADATA = "TALLYSTICK_PROVIDER_METADATA"
PROVIDER_CLIENT_ID = "TALLYSTICK_PROVIDER_CLIENT_ID"
PROVIDER_SECRET_ARN = "TALLYSTICK_PROVIDER_SECRET_ARN"  # noqa: S105  the name of a variable
EDGE_SECRET = "TALLYSTICK_EDGE_SECRET"  # noqa: S105  the name of a variable

EDGE_SECRET_HEADER = "x-tallystick-edge"  # noqa: S105  the name of a header
"""The header in which CloudFront sends that secret to the functions."""


class SettingsError(Exception):
    """A function was deployed without something it needs; says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """The OIDC provider of the browser sign-in. `metadata_url` is its discovery document."""

    issuer: str
    metadata_url: str
    client_id: str
    secret_arn: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The static choices, by their names in the configuration. Ages are in seconds; `scopes` has each in plain words.

    To approve, a sign-in may be `approval_max_auth_age` old, `sensitive_max_auth_age` for one of the `sensitive_scopes`.
    `default_client` is the id of the client that a tool stands for when it names none and its dialect lets it.
    """

    scopes: Mapping[str, str]
    clients: Mapping[str, Client]
    approval_max_auth_age: int
    sensitive_scopes: tuple[str, ...]
    sensitive_max_auth_age: int
    default_client: str | None
    claims: ClaimNames
    limits: Limits

    def max_auth_age_for(self, scopes: Iterable[str]) -> int:
        """Return how old a sign-in may be to approve these scopes."""
        return self.approval_max_auth_age if set(self.sensitive_scopes).isdisjoint(scopes) else self.sensitive_max_auth_age

    def who(self, presented: Credentials | None) -> Credentials:
        """Return what a request presented, or the default client for a tool that names none. Raises InvalidClient."""
        if presented is not None:
            return presented
        if self.default_client is None:
            raise InvalidClient("Send a client_id.")
        return Credentials(client_id=self.default_client)


def read_settings(folder: Path) -> Settings:
    """Read `tallystick.json` from the root of the bundle."""
    return parse_settings((folder / FILE_NAME).read_text(encoding="utf-8"))


def parse_settings(text: str) -> Settings:
    """Turn the file's JSON into settings. Raises SettingsError that names each key which is unknown or missing.

    Nothing has a default here: what the operator may leave out, the schema in `infra.configuration` has filled in. `infra`
    parses what it ships, so a key that was forgotten on the way fails there, and not by a value that nobody chose.
    """
    return _made(Settings, "", json.loads(text))


def _made(kind: type[Block], path: str, raw: dict[str, Any]) -> Block:
    """Make a block of exactly its keys; `path` is where it stands in the file."""
    read = {found.name: str(found.type) for found in fields(kind)}
    wrong = [f"{path}{key} is unknown" for key in sorted(raw.keys() - read.keys())]
    wrong += [f"{path}{key} is missing" for key in sorted(read.keys() - raw.keys())]
    if wrong:
        raise SettingsError(f"{FILE_NAME}: {', '.join(wrong)}")
    return kind(**{key: _value(read[key], f"{path}{key}", value) for key, value in raw.items()})


def _value(annotation: str, path: str, raw: Any) -> object:  # noqa: ANN401  JSON
    """Return a value as a block annotates it."""
    if annotation == "Mapping[str, Client]":
        clients = [_made(Client, f"{path}[{place}].", entry) for place, entry in enumerate(raw)]
        return {client.client_id: client for client in clients}
    if annotation in _BLOCKS:
        return _made(_BLOCKS[annotation], f"{path}.", raw)
    if isinstance(raw, dict) and annotation != "Mapping[str, str]":
        raise SettingsError(f"{FILE_NAME}: nothing makes a {annotation} of {path}")
    return tuple(raw) if isinstance(raw, list) else raw


_BLOCKS: dict[str, type[DataclassInstance]] = {kind.__name__: kind for kind in (ClaimNames, Limits, Rate, GuessLimits)}


def require(environ: Mapping[str, str], name: str) -> str:
    """Return the value of an environment variable, or raise SettingsError with its name."""
    value = environ.get(name, "")
    if not value:
        message = f"{name} is not set"
        raise SettingsError(message)
    return value


def read_signing_keys(environ: Mapping[str, str]) -> dict[str, int]:
    """Read each signing key's ARN and the time, in seconds since the epoch, from which it signs."""
    schedule: dict[str, int] = json.loads(require(environ, SIGNING_KEYS))
    if not schedule:
        message = f"{SIGNING_KEYS} names no key"
        raise SettingsError(message)
    return schedule


def read_provider(environ: Mapping[str, str]) -> Provider:
    """Read where the browser sign-in goes."""
    issuer = require(environ, PROVIDER_ISSUER)
    return Provider(
        issuer=issuer,
        metadata_url=environ.get(PROVIDER_METADATA) or issuer.rstrip("/") + "/.well-known/openid-configuration",
        client_id=require(environ, PROVIDER_CLIENT_ID),
        secret_arn=environ.get(PROVIDER_SECRET_ARN) or None,
    )
