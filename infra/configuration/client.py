"""The part of the configuration that registers a client. `functions.domain.client` says what becomes of it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from functions.domain.client import DEVICE_CODE_GRANT, OFFLINE_ACCESS, REFRESH_GRANT, GrantType, TokenFormat
from functions.domain.device_grant.proximity import Mode
from infra.configuration.block import Block
from infra.configuration.key_schedule import LONGEST_TOKEN_LIFE
from infra.configuration.mistakes import listed
from infra.configuration.texts import ClientId, Scope, SecretArn

# Secret scanners look for letters and an underscore; a dot would make an opaque token look like a JWT.
TokenPrefix = Annotated[str, Field(pattern=r"^[A-Za-z0-9]{1,15}_$")]
_OWN_PREFIXES = ("dc_", "ts_")
_DAY = 24 * 3600


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
    grant_types: tuple[GrantType, ...] = Field(default=(DEVICE_CODE_GRANT, REFRESH_GRANT), min_length=1)
    code_lifetime: int = Field(default=600, ge=60, le=900)
    prefilled_link: bool = True
    third_party: bool = False
    proximity: Mode = "warn"
    approval_number: bool = False
    access_token_format: TokenFormat = "jwt"  # noqa: S105  the name of a format
    access_token_prefix: TokenPrefix = "tsa_"  # noqa: S105  how a token begins
    access_token_lifetime: int = Field(default=900, ge=60, le=int(LONGEST_TOKEN_LIFE.total_seconds()))
    refresh_idle_lifetime: int = Field(default=14 * _DAY, ge=3600, le=365 * _DAY)
    refresh_absolute_lifetime: int = Field(default=90 * _DAY, ge=3600, le=365 * _DAY)

    @model_validator(mode="after")
    def _hangs_together(self) -> ClientEntry:
        extra = sorted(set(self.default_scopes) - set(self.allowed_scopes))
        problems = []
        if extra:
            problems.append(f"default_scopes has {listed(extra)}, which allowed_scopes does not have")
        if "access_token_prefix" in self.model_fields_set and self.access_token_format == "jwt":  # noqa: S105  likewise
            problems.append('access_token_prefix is for the access_token_format "opaque": a JWT begins as JWTs do')
        if self.access_token_prefix in _OWN_PREFIXES:
            problems.append(f'access_token_prefix "{self.access_token_prefix}" is that of another kind of secret here')
        if self._may_refresh:
            problems += self._wrong_lifetimes()
        elif OFFLINE_ACCESS in self.allowed_scopes:
            problems.append(f'allowed_scopes has "{OFFLINE_ACCESS}", but grant_types has no "{REFRESH_GRANT}"')
        if problems:
            raise ValueError("; ".join(problems))
        return self

    @property
    def _may_refresh(self) -> bool:
        return OFFLINE_ACCESS in self.allowed_scopes and REFRESH_GRANT in self.grant_types

    def _wrong_lifetimes(self) -> list[str]:
        """Return what is wrong with the order of the lifetimes, where there are refresh tokens."""
        problems = []
        if self.refresh_idle_lifetime > self.refresh_absolute_lifetime:
            problems.append("refresh_idle_lifetime is longer than refresh_absolute_lifetime")
        if self.access_token_lifetime > self.refresh_idle_lifetime:
            problems.append("access_token_lifetime is longer than refresh_idle_lifetime: nothing would be left to refresh")
        return problems
