"""The operator's configuration: one typed block, `context.tallystick` of cdk.json, checked before anything is made.

`read_config` gives a Config or raises ConfigError, whose text lists every mistake with its path and the nearest known name.
`Config.settings_text` is the `tallystick.json` that the functions read (`functions.settings`).
"""

from __future__ import annotations

import json
from dataclasses import fields
from typing import TYPE_CHECKING, Literal

from pydantic import Field, ValidationError, model_validator

from functions import settings
from infra.configuration.block import Block
from infra.configuration.branding import FOLDER, Branding
from infra.configuration.client import ClientEntry
from infra.configuration.domain import Domain
from infra.configuration.key_schedule import SigningKeyEntry, wrong_signing_keys
from infra.configuration.limits import Limits
from infra.configuration.mistakes import ConfigError, describe, listed, nearest
from infra.configuration.sign_in import Claims, OidcProvider, UserPool
from infra.configuration.texts import ClientId, Scope, Words
from infra.tools import ROOT

if TYPE_CHECKING:
    from pathlib import Path

CONTEXT_KEY = "tallystick"
RetentionDays = Literal[
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653
]


class Throttle(Block):
    """How many requests a second API Gateway lets through, and how large a burst; beyond it answers 429."""

    rate: int = Field(ge=1, le=10_000)
    burst: int = Field(ge=1, le=5_000)


class Throttles(Block):
    """One limit for the whole API, and a tighter one for the route that writes for anyone: the bound of the bill."""

    api: Throttle = Throttle(rate=100, burst=200)
    device_authorization: Throttle = Throttle(rate=20, burst=40)


class Config(Block):
    """The whole block. Lifetimes and ages are in seconds.

    `default_client` is whom a tool stands for that names no client, where a dialect lets it.
    """

    service_name: str = Field(default="tallystick", pattern=r"^[a-z][a-z0-9-]{1,30}$")
    account: str | None = Field(default=None, pattern=r"^\d{12}$")
    region: str | None = Field(default=None, pattern=r"^[a-z]{2}(-[a-z]+)+-\d$")
    production: bool = True
    domain: Domain | None = None
    throttles: Throttles = Throttles()
    log_retention_days: RetentionDays = 30
    provider: OidcProvider | None = None
    user_pool: UserPool = UserPool()
    scopes: dict[Scope, Words]
    clients: tuple[ClientEntry, ...] = Field(min_length=1)
    default_client: ClientId | None = None
    claims: Claims = Claims()
    signing_keys: tuple[SigningKeyEntry, ...] = Field(default=(SigningKeyEntry(name="k1"),), min_length=1)
    approval_max_auth_age: int = Field(default=3600, ge=60, le=43_200)
    sensitive_scopes: tuple[Scope, ...] = ()
    sensitive_max_auth_age: int = Field(default=300, ge=60, le=43_200)
    limits: Limits = Limits()
    branding: Branding = Branding()

    @model_validator(mode="after")
    def _hangs_together(self) -> Config:
        ids = [client.client_id for client in self.clients]
        twice = sorted({client_id for client_id in ids if ids.count(client_id) > 1})
        wordless = sorted({scope for client in self.clients for scope in client.allowed_scopes} - set(self.scopes))
        problems = []
        if twice:
            problems.append(f"clients has {listed(twice)} twice")
        if wordless:
            problems.append(f"scopes has no plain words for {listed(wordless)}, which clients may ask for")
        confusable = sorted(set(ids) & {client.audience for client in self.clients})
        if confusable:
            # An ID token has its client for an audience, and JWT authorizers do not look at a token's type.
            problems.append(f"audience is {listed(confusable)}, a client's id: ID tokens would pass for access tokens")
        problems += wrong_signing_keys(self.signing_keys)
        problems += self._wrong_sensitive_scopes()
        if self.default_client is not None:
            problems += self._wrong_default_client()
        if self.provider is not None and self.user_pool != UserPool():
            problems.append("user_pool has choices for a user pool that is not made, because provider is set")
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def _wrong_sensitive_scopes(self) -> list[str]:
        problems = []
        for scope in sorted(set(self.sensitive_scopes) - set(self.scopes)):
            meant = nearest(scope, self.scopes)
            problems.append(f'sensitive_scopes has "{scope}", which scopes does not have{meant and "; " + meant}')
        if self.sensitive_scopes and self.sensitive_max_auth_age > self.approval_max_auth_age:
            problems.append(
                "sensitive_max_auth_age is longer than approval_max_auth_age, so it would not be a stricter limit"
            )
        return problems

    def _wrong_default_client(self) -> list[str]:
        named = [client for client in self.clients if client.client_id == self.default_client]
        if not named:
            return [f'default_client "{self.default_client}" is not among the clients']
        if named[0].secret_arn:
            return [f'default_client "{self.default_client}" has a secret, which a tool that names no client cannot send']
        return []

    @property
    def client_secret_arns(self) -> tuple[str, ...]:
        """The secrets of the confidential clients, each once."""
        return tuple(sorted({client.secret_arn for client in self.clients if client.secret_arn}))

    def settings_text(self) -> str:
        """Return `tallystick.json`: of the choices exactly those that the functions read, in a stable order.

        Raises SettingsError with the name of a key that only one of the two sides has.
        """
        read = {field.name for field in fields(settings.Settings)}
        forgotten = sorted(read - type(self).model_fields.keys())
        if forgotten:
            raise settings.SettingsError(f"The functions read {listed(forgotten)}, which the configuration has no key for")
        text = json.dumps(self.model_dump(mode="json", include=read), indent=2, sort_keys=True) + "\n"
        settings.parse_settings(text)
        return text


def read_config(cdk_json: Path) -> Config:
    """Read and check the block in cdk.json. Raises ConfigError with all that is wrong with it."""
    try:
        context = json.loads(cdk_json.read_text(encoding="utf-8")).get("context", {})
    except (OSError, json.JSONDecodeError) as error:
        raise ConfigError(f"{cdk_json.name} cannot be read: {error}") from None
    if CONTEXT_KEY not in context:
        raise ConfigError(f'{cdk_json.name} has no block "context.{CONTEXT_KEY}"')
    where = f"{cdk_json.name}, context.{CONTEXT_KEY}"
    return parse_config(context[CONTEXT_KEY], source=where, folder=cdk_json.parent)


def parse_config(block: object, *, source: str = CONTEXT_KEY, folder: Path = ROOT) -> Config:
    """Check a block. `source` says in the error where it stands; the paths in it are taken from `folder`."""
    try:
        # By way of JSON, because strict pydantic takes a list for a tuple only there.
        return Config.model_validate_json(json.dumps(block), context={FOLDER: folder})
    except ValidationError as error:
        raise ConfigError(describe(error, Config, source)) from None
