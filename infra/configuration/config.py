"""The operator's configuration: one typed block, `context.tallystick` of cdk.json, checked before anything is made.

`read_config` gives a Config or raises ConfigError, whose text lists every mistake with its path and the nearest known name.
`Config.settings_text` is the `tallystick.json` that the functions read (`functions.settings`).
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Annotated, Literal, get_args

from pydantic import Field, ValidationError, model_validator

from infra.configuration.block import Block
from infra.configuration.branding import FOLDER, Branding
from infra.configuration.key_schedule import LONGEST_TOKEN_LIFE, SigningKeyEntry, wrong_signing_keys
from infra.configuration.limits import Limits
from infra.configuration.mistakes import ConfigError, describe, nearest
from infra.tools import ROOT

if TYPE_CHECKING:
    from pathlib import Path

CONTEXT_KEY = "tallystick"

# RFC 6749 §3.3: a scope is visible ASCII without the quote and the backslash.
Scope = Annotated[str, Field(pattern=r"^[\x21\x23-\x5B\x5D-\x7E]{1,100}$")]
ClientId = Annotated[str, Field(pattern=r"^[A-Za-z0-9._~:/-]{1,128}$")]
Words = Annotated[str, Field(min_length=1, max_length=200)]
HttpsUrl = Annotated[str, Field(pattern=r"^https://[a-z0-9.-]+(:\d+)?(/[A-Za-z0-9._~/-]*)?$")]
# IAM takes the whole ARN, with the six characters that Secrets Manager appends to the name.
SecretArn = Annotated[
    str, Field(pattern=r"^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]+-[A-Za-z0-9]{6}$")
]
# CloudFront takes certificates from us-east-1 only.
CertificateArn = Annotated[str, Field(pattern=r"^arn:aws[a-z-]*:acm:us-east-1:\d{12}:certificate/[0-9a-f-]+$")]
# The name of a claim, such as `email`, `custom:team` or `https://example.com/role`.
Claim = Annotated[str, Field(pattern=r"^[!-~]{1,200}$")]
# Secret scanners look for letters and an underscore; a dot would make an opaque token look like a JWT.
TokenPrefix = Annotated[str, Field(pattern=r"^[A-Za-z0-9]{1,15}_$")]
GrantType = Literal["urn:ietf:params:oauth:grant-type:device_code", "refresh_token"]
_DEVICE_CODE, _REFRESH = get_args(GrantType)
_OFFLINE_ACCESS = "offline_access"
_OWN_PREFIXES = ("dc_", "ts_")
_DAY = 24 * 3600
RetentionDays = Literal[
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653
]


class HostedZone(Block):
    """The Route 53 zone that gets the domain's records."""

    zone_id: str = Field(pattern=r"^Z[A-Z0-9]+$")
    zone_name: str


class Domain(Block):
    """The operator's own domain; it becomes the issuer. Without a zone the operator makes the DNS records."""

    name: str = Field(pattern=r"^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$", max_length=253)
    certificate_arn: CertificateArn
    hosted_zone: HostedZone | None = None

    @model_validator(mode="after")
    def _zone_holds_name(self) -> Domain:
        zone = self.hosted_zone
        if zone is not None and not f".{self.name}".endswith(f".{zone.zone_name}"):
            raise ValueError(f'the domain "{self.name}" is not in the hosted zone "{zone.zone_name}"')
        return self


class Throttle(Block):
    """How many requests a second API Gateway lets through, and how large a burst; beyond it answers 429."""

    rate: int = Field(ge=1, le=10_000)
    burst: int = Field(ge=1, le=5_000)


class Throttles(Block):
    """One limit for the whole API, and a tighter one for the route that writes for anyone: the bound of the bill."""

    api: Throttle = Throttle(rate=100, burst=200)
    device_authorization: Throttle = Throttle(rate=20, burst=40)


class OidcProvider(Block):
    """The operator's own OIDC provider, with discovery. Without a secret the client is public and relies on PKCE."""

    issuer: HttpsUrl
    client_id: str = Field(min_length=1)
    client_secret_arn: SecretArn | None = None


class UserPool(Block):
    """The choices for the Cognito user pool that the stack makes when there is no other provider."""

    self_sign_up: bool = False
    domain_prefix: str | None = Field(default=None, pattern=r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")


class Claims(Block):
    """Which claims of the identity provider's ID token make a person's profile; null leaves a part out.

    Of a list the first text counts: Cognito lists a person's groups by their precedence.
    """

    email: Claim = "email"
    name: Claim = "name"
    role: Claim | None = "cognito:groups"
    workspace: Claim | None = None


class ClientEntry(Block):
    """A registered client (RFC 6749 §2): public, or confidential by the secret that `secret_arn` names.

    Lifetimes are in seconds. A program that is not the operator's own is a third party.
    """

    client_id: ClientId
    name: str = Field(min_length=1, max_length=64)
    allowed_scopes: tuple[Scope, ...] = Field(min_length=1)
    default_scopes: tuple[Scope, ...]
    audience: str = Field(min_length=1, max_length=200)
    secret_arn: SecretArn | None = None
    grant_types: tuple[GrantType, ...] = Field(default=(_DEVICE_CODE, _REFRESH), min_length=1)
    code_lifetime: int = Field(default=600, ge=60, le=900)
    prefilled_link: bool = True
    third_party: bool = False
    proximity: Literal["off", "warn", "require-country", "require-network"] = "warn"
    approval_number: bool = False
    access_token_format: Literal["jwt", "opaque"] = "jwt"  # noqa: S105  the name of a format
    access_token_prefix: TokenPrefix | None = None
    access_token_lifetime: int = Field(default=900, ge=60, le=int(LONGEST_TOKEN_LIFE.total_seconds()))
    refresh_idle_lifetime: int = Field(default=14 * _DAY, ge=3600, le=365 * _DAY)
    refresh_absolute_lifetime: int = Field(default=90 * _DAY, ge=3600, le=365 * _DAY)

    @model_validator(mode="after")
    def _hangs_together(self) -> ClientEntry:
        extra = sorted(set(self.default_scopes) - set(self.allowed_scopes))
        problems = []
        if extra:
            problems.append(f"default_scopes has {_listed(extra)}, which allowed_scopes does not have")
        if self.access_token_prefix and self.access_token_format == "jwt":  # noqa: S105  the name of a format
            problems.append('access_token_prefix is for the access_token_format "opaque": a JWT begins as JWTs do')
        if self.access_token_prefix in _OWN_PREFIXES:
            problems.append(f'access_token_prefix "{self.access_token_prefix}" is that of another kind of secret here')
        if self._may_refresh:
            problems += self._wrong_lifetimes()
        elif _OFFLINE_ACCESS in self.allowed_scopes:
            problems.append(f'allowed_scopes has "{_OFFLINE_ACCESS}", but grant_types has no "{_REFRESH}"')
        if problems:
            raise ValueError("; ".join(problems))
        return self

    @property
    def _may_refresh(self) -> bool:
        return _OFFLINE_ACCESS in self.allowed_scopes and _REFRESH in self.grant_types

    def _wrong_lifetimes(self) -> list[str]:
        """Return what is wrong with the order of the lifetimes, where there are refresh tokens."""
        problems = []
        if self.refresh_idle_lifetime > self.refresh_absolute_lifetime:
            problems.append("refresh_idle_lifetime is longer than refresh_absolute_lifetime")
        if self.access_token_lifetime > self.refresh_idle_lifetime:
            problems.append("access_token_lifetime is longer than refresh_idle_lifetime: nothing would be left to refresh")
        return problems


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
            problems.append(f"clients has {_listed(twice)} twice")
        if wordless:
            problems.append(f"scopes has no plain words for {_listed(wordless)}, which clients may ask for")
        confusable = sorted(set(ids) & {client.audience for client in self.clients})
        if confusable:
            # An ID token has its client for an audience, and JWT authorizers do not look at a token's type.
            problems.append(f"audience is {_listed(confusable)}, a client's id: ID tokens would pass for access tokens")
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
        """Return `tallystick.json`: the static choices of the functions, in a stable order."""
        chosen = {"service_name", "scopes", "clients", "default_client", "claims", "limits"}
        chosen |= {"approval_max_auth_age", "sensitive_scopes", "sensitive_max_auth_age"}
        # What is not there leaves the functions' own default.
        said = self.model_dump(mode="json", include=chosen, exclude_none=True)
        return json.dumps(said, indent=2, sort_keys=True) + "\n"


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


def _listed(names: list[str]) -> str:
    return ", ".join(f'"{re.sub(r"[^ -~]", "?", name)}"' for name in names)
