"""Registered clients (RFC 6749 §2): who may start a device login, and for what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from functions.grant.errors import InvalidClient, InvalidScope, UnauthorizedClient

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from functions.grant.ports import ReadSecret
    from functions.grant.secret import Secret

DEVICE_CODE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """A client of the registry.

    `secret_arn` names the Secrets Manager secret of a confidential client; None makes the client public (RFC 6749 §2.1).
    `code_lifetime` is in seconds. `prefilled_link` says whether `verification_uri_complete` is given out.
    """

    client_id: str
    name: str
    allowed_scopes: tuple[str, ...]
    default_scopes: tuple[str, ...]
    audience: str
    secret_arn: str | None = None
    grant_types: tuple[str, ...] = (DEVICE_CODE_GRANT,)
    code_lifetime: int = 600
    prefilled_link: bool = True

    @property
    def confidential(self) -> bool:
        """Whether the client must prove itself with a secret."""
        return self.secret_arn is not None

    def check_grant_type(self) -> None:
        """Raise UnauthorizedClient unless the device grant is among the client's."""
        if DEVICE_CODE_GRANT not in self.grant_types:
            raise UnauthorizedClient

    def scopes_for(self, asked: Iterable[str]) -> tuple[str, ...]:
        """Return what a request for `asked` is for: each scope once, in the order asked, or the defaults for none.

        Raises InvalidScope for one that is not the client's (RFC 6749 §3.3).
        """
        wanted = tuple(dict.fromkeys(asked)) or self.default_scopes
        if not set(wanted) <= set(self.allowed_scopes):
            raise InvalidScope
        return wanted


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
