"""HTTPS to the provider: short, small, and never somewhere else than where it was told to go."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlencode, urlsplit

import urllib3
from urllib3.exceptions import HTTPError

from functions.domain.errors import ProviderUnavailable

if TYPE_CHECKING:
    from collections.abc import Mapping

# The largest honest document, a key set with certificates, has some 10 KiB.
MAX_BYTES = 128 * 1024
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer. Its repr leaves out the body, which may be tokens."""

    status: int
    body: bytes = field(repr=False)

    def document(self, what: str) -> dict[str, Any]:
        """Return the JSON object in the body, or raise ProviderUnavailable with `what` it should have been."""
        try:
            document = json.loads(self.body)
        except (ValueError, RecursionError):
            document = None
        if not isinstance(document, dict):
            raise ProviderUnavailable(detail=f"{what}: not a JSON object, status {self.status}")
        return document


class Fetch(Protocol):
    """Fetch a URL: POST when there is a form, GET otherwise. Raises ProviderUnavailable when nothing usable comes back."""

    def __call__(
        self, url: str, *, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> Fetched:
        """Return the answer, whatever its status. A redirect is an answer, and not followed."""


class HttpsFetch:
    """Fetch by urllib3, which botocore brings along."""

    def __init__(self, *, connect_timeout: float = 2, read_timeout: float = 3) -> None:
        # Nothing is tried twice: a code can be exchanged once only. The person can.
        timeout = urllib3.Timeout(connect=connect_timeout, read=read_timeout)
        self._pool = urllib3.PoolManager(timeout=timeout, retries=False)

    def __call__(
        self, url: str, *, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> Fetched:
        """Return the answer, whatever its status. A redirect is not followed: it would carry the code away."""
        check_address(url)
        # A Lambda is frozen between requests, and its open connections are dead when it thaws.
        sent = {"accept": "application/json", "connection": "close", **(headers or {})}
        body = None
        if form is not None:
            sent["content-type"] = "application/x-www-form-urlencoded"
            body = urlencode(form).encode()
        try:
            response = self._pool.request(
                "GET" if form is None else "POST", url, body=body, headers=sent, redirect=False, preload_content=False
            )
            content = _read(response)
        except HTTPError as error:
            raise ProviderUnavailable(detail=f"{urlsplit(url).hostname}: {type(error).__name__}") from None
        if len(content) > MAX_BYTES:
            raise ProviderUnavailable(detail=f"{urlsplit(url).hostname}: more than {MAX_BYTES} bytes")
        return Fetched(response.status, content)


def _read(response: urllib3.BaseHTTPResponse) -> bytes:
    """Read to the end, where urllib3 notices what was cut off, or until it is too much."""
    content = b""
    while len(content) <= MAX_BYTES and (part := response.read(MAX_BYTES + 1, decode_content=False)):
        content += part
    response.close()
    return content


def check_address(url: str) -> None:
    """Raise ProviderUnavailable unless the URL is https; plain http is for the loopback of a local run.

    On the way over plain http anyone could read the code and forge the keys.
    """
    parts = urlsplit(url)
    local = parts.hostname in _LOOPBACK or (parts.hostname or "").endswith(".localhost")
    if parts.hostname is None or not (parts.scheme == "https" or (parts.scheme == "http" and local)):
        raise ProviderUnavailable(detail="an endpoint of the provider is not https")
