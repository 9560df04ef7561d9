"""The provider's metadata (OpenID Connect Discovery §4), fetched once in a process's life."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from functions.domain.errors import ProviderUnavailable
from functions.identity.fetching import check_address

if TYPE_CHECKING:
    from functions.identity.fetching import Fetch

_OK = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """Where the provider's endpoints are."""

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str


class Discovery:
    """Fetches the metadata when it is first needed, so that a provider that is down stops nothing but sign-in.

    Only a good answer is kept. Endpoints hardly ever move, and a Lambda lives for hours: there is no refresh.
    """

    def __init__(self, fetch: Fetch, *, url: str, issuer: str) -> None:
        self._fetch = fetch
        self._url = url
        self._issuer = issuer
        self._metadata: Metadata | None = None

    def metadata(self) -> Metadata:
        """Return the metadata. Raises ProviderUnavailable."""
        if self._metadata is None:
            self._metadata = self._read()
        return self._metadata

    def _read(self) -> Metadata:
        answer = self._fetch(self._url)
        if answer.status != _OK:
            raise ProviderUnavailable(detail=f"discovery: status {answer.status}")
        document = answer.document("discovery")
        # Byte for byte (§4.3): another issuer's document, served here by mistake or malice, would bring its own keys.
        if document.get("issuer") != self._issuer:
            raise ProviderUnavailable(detail="discovery: another issuer than the configured one")
        return Metadata(
            authorization_endpoint=_endpoint(document, "authorization_endpoint"),
            token_endpoint=_endpoint(document, "token_endpoint"),
            jwks_uri=_endpoint(document, "jwks_uri"),
        )


def _endpoint(document: dict[str, Any], name: str) -> str:
    url = document.get(name)
    if not isinstance(url, str):
        raise ProviderUnavailable(detail=f"discovery: no {name}")
    check_address(url)
    return url
