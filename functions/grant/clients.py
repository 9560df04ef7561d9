"""Registered clients (RFC 6749 §2): who may start a device login, and for what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from functions.grant.errors import InvalidScope, UnauthorizedClient

if TYPE_CHECKING:
    from collections.abc import Iterable

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
