"""Registered clients (RFC 6749 §2): who may start a device login, and for what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from functions.domain.errors import InvalidClient, InvalidScope, UnauthorizedClient

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from functions.domain.device_grant.proximity import Mode
    from functions.domain.ports import ReadSecret
    from functions.domain.secret import Secret

GrantType = Literal["urn:ietf:params:oauth:grant-type:device_code", "refresh_token"]
DEVICE_CODE_GRANT: GrantType = "urn:ietf:params:oauth:grant-type:device_code"
REFRESH_GRANT: GrantType = "refresh_token"
TokenFormat = Literal["jwt", "opaque"]
OFFLINE_ACCESS = "offline_access"
"""The scope that asks for a refresh token (OpenID Connect Core §11)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """A client of the registry. What the operator left out has the default of the configuration's schema, in `infra`.

    `secret_arn` names the Secrets Manager secret of a confidential client; None makes the client public (RFC 6749 §2.1).
    Lifetimes are in seconds: a refresh token works until it has been idle for one of them, and its family until the other.
    `prefilled_link` says whether `verification_uri_complete` is given out. A `third_party` one is somebody else's program.
    `proximity` is how near the approving browser must be; with `approval_number` the page shows a number to type back.
    Opaque tokens begin with `access_token_prefix`.
    """

    client_id: str
    name: str
    allowed_scopes: tuple[str, ...]
    default_scopes: tuple[str, ...]
    audience: str
    secret_arn: str | None
    grant_types: tuple[GrantType, ...]
    code_lifetime: int
    prefilled_link: bool
    third_party: bool
    proximity: Mode
    approval_number: bool
    access_token_format: TokenFormat
    access_token_prefix: str
    access_token_lifetime: int
    refresh_idle_lifetime: int
    refresh_absolute_lifetime: int

    @property
    def confidential(self) -> bool:
        """Whether the client must prove itself with a secret."""
        return self.secret_arn is not None

    def check_grant_type(self, grant_type: str = DEVICE_CODE_GRANT) -> None:
        """Raise UnauthorizedClient unless this grant is among the client's."""
        if grant_type not in self.grant_types:
            raise UnauthorizedClient

    def may_refresh(self, scopes: Iterable[str]) -> bool:
        """Whether a login for these scopes gets a refresh token: the person granted that, and the client can use one."""
        return OFFLINE_ACCESS in self.kept_of(scopes) and REFRESH_GRANT in self.grant_types

    def login_lifetime(self, scopes: Iterable[str]) -> int:
        """Return for how many seconds a login for these scopes can last, however often it is refreshed."""
        return self.refresh_absolute_lifetime if self.may_refresh(scopes) else self.access_token_lifetime

    def consent_to(self, scopes: Iterable[str]) -> str | None:
        """Return how a person's consent to these scopes is remembered. None for a third party's: it is never remembered."""
        return None if self.third_party else " ".join([self.client_id, *sorted(scopes)])

    def scopes_for(self, asked: Iterable[str]) -> tuple[str, ...]:
        """Return what a request for `asked` is for: each scope once, in the order asked, or the defaults for none.

        Raises InvalidScope for one that is not the client's (RFC 6749 §3.3).
        """
        wanted = tuple(dict.fromkeys(asked)) or self.default_scopes
        self.check_scopes(wanted)
        return wanted

    def check_scopes(self, scopes: Iterable[str]) -> None:
        """Raise InvalidScope unless all are the client's: one that was granted may have been taken from it since."""
        if not self.allows(scopes):
            raise InvalidScope

    def kept_of(self, scopes: Iterable[str]) -> tuple[str, ...]:
        """Return those of the scopes that are still the client's: one that was granted may have been taken from it since."""
        return tuple(scope for scope in scopes if scope in self.allowed_scopes)

    def allows(self, scopes: Iterable[str]) -> bool:
        """Whether all of these scopes are the client's."""
        return set(scopes) <= set(self.allowed_scopes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What a request presented: an id, perhaps a secret, and whether they came in the Authorization header."""

    client_id: str
    secret: Secret | None = None
    in_header: bool = False


def authenticate(registry: Mapping[str, Client], presented: Credentials, read_secret: ReadSecret) -> Client:
    """Return the client that `presented` proves to be. Raises InvalidClient (RFC 6749 §5.2).

    `read_secret` turns a secret's ARN into the secret; it is asked only for a confidential client that presented one. A
    public client has nothing to prove: any secret, an empty one in the header too, is a mistake worth an answer.
    """
    client = registry.get(presented.client_id)
    if client is None:
        raise InvalidClient(challenge=presented.in_header)
    if client.secret_arn is None:
        proven = presented.secret is None
    else:
        proven = presented.secret is not None and read_secret(client.secret_arn) == presented.secret
    if not proven:
        raise InvalidClient(challenge=presented.in_header)
    return client
