"""The issuer's metadata (RFC 8414, OpenID Connect Discovery): where its endpoints are and what it can do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

from tallystick.errors import IssuerMismatch, NetworkError, ServerError
from tallystick.machine.terminal import clean
from tallystick.oauth.addresses import is_secure
from tallystick.oauth.http import Request, TransportFailed

if TYPE_CHECKING:
    from tallystick.oauth.http import Response, Transport

_OK = 200
_JSON = {"accept": "application/json"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """The endpoints of an issuer, and whether it takes a code challenge with S256 (`challenge`)."""

    issuer: str
    device_authorization_endpoint: str
    token_endpoint: str
    revocation_endpoint: str | None = None
    userinfo_endpoint: str | None = None
    challenge: bool = False


def discover(issuer: str, transport: Transport, *, insecure: bool = False) -> Metadata:
    """Fetch the metadata, at RFC 8414's address first. Raises NetworkError, ServerError or IssuerMismatch."""
    answers = []
    for url in (_rfc8414(issuer), f"{issuer.removesuffix('/')}/.well-known/openid-configuration"):
        answer = _fetch(url, transport)
        document = answer.document() if answer.status == _OK else None
        if document is not None and "device_authorization_endpoint" in document:
            return _read(document, issuer, insecure=insecure)
        answers.append((answer.status, document))
    if any(document is not None for _, document in answers):
        raise ServerError("This issuer offers no device login.", hint="Its metadata names no device_authorization_endpoint.")
    statuses = " and ".join(str(status) for status, _ in answers)
    raise ServerError(f"No metadata was found at {clean(issuer)} (status {statuses}).", hint="Check the issuer's address.")


def _rfc8414(issuer: str) -> str:
    """Return RFC 8414 §3.1's address: the well-known part stands between host and path."""
    parts = urlsplit(issuer)
    path = "/.well-known/oauth-authorization-server" + parts.path.removesuffix("/")
    return urlunsplit((parts.scheme, parts.netloc, path, "", ""))


def _fetch(url: str, transport: Transport) -> Response:
    try:
        return transport.send(Request("GET", url, _JSON))
    except TransportFailed as failure:
        raise NetworkError(f"The server could not be reached: {failure.reason}.") from failure


def _read(document: dict[str, Any], issuer: str, *, insecure: bool) -> Metadata:
    # Byte for byte (RFC 8414 §3.3), against impersonation (§6.2): another issuer's document, served here by mistake or
    # malice, would make the tool send its device code and tokens there.
    if document.get("issuer") != issuer:
        says = clean(str(document.get("issuer")))
        raise IssuerMismatch(f"The server says that it is another issuer: {says}, not {clean(issuer)}.")

    def endpoint(name: str) -> str | None:
        url = document.get(name)
        if url is None:
            return None
        if not isinstance(url, str) or not is_secure(url, insecure=insecure):
            raise ServerError(f"The issuer's {name} is not an https address.")
        return url

    device, token = endpoint("device_authorization_endpoint"), endpoint("token_endpoint")
    if device is None or token is None:
        raise ServerError("The issuer's metadata lacks an endpoint that a device login needs.")
    methods = document.get("code_challenge_methods_supported")
    return Metadata(
        issuer=issuer,
        device_authorization_endpoint=device,
        token_endpoint=token,
        revocation_endpoint=endpoint("revocation_endpoint"),
        userinfo_endpoint=endpoint("userinfo_endpoint"),
        challenge=isinstance(methods, list) and "S256" in methods,
    )
