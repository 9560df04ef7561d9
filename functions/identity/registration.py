"""How we are registered at the provider."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from functions.domain.person import ClaimNames
    from functions.domain.secret import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """The provider, by its issuer and the address of its metadata, and we as its client.

    `read_secret` fetches the secret of a confidential client, None means a public one. `max_age` is how old a sign-in may
    be, in seconds. `claims` says which claims of an ID token are a person's profile.
    """

    issuer: str
    metadata_url: str
    client_id: str
    redirect_uri: str
    max_age: int
    read_secret: Callable[[], Secret] | None
    claims: ClaimNames
