"""The HTTP client that is used unless a tool brings its own: httpx2, imported with the first request and not before."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx2

    from tallystick.oauth.http import Request, Response, TransportFailed

_CONNECT_SECONDS = 10
_READ_SECONDS = 20


class HttpClient:
    """Sends requests with httpx2: the system's trust store and proxies, no redirects, no cookies kept.

    `seconds` is how long a server may be silent.
    """

    def __init__(self, *, seconds: float = _READ_SECONDS) -> None:
        self._seconds = seconds
        self._client: httpx2.Client | None = None
        self._making = threading.Lock()

    def send(self, request: Request) -> Response:
        """Return the answer or raise TransportFailed."""
        import httpx2

        from tallystick.oauth.http import LARGEST_ANSWER, Response, TransportFailed

        client = self._ready()
        try:
            # Not compressed: a thousandth of what is allowed could unpack to a thousand times as much.
            headers = {**request.headers, "accept-encoding": "identity"}
            with client.stream(request.method, request.url, headers=headers, content=request.body or None) as answer:
                body = bytearray()
                for chunk in answer.iter_raw():
                    body += chunk
                    if len(body) > LARGEST_ANSWER:
                        raise TransportFailed("too_large")
                client.cookies.clear()
                return Response(answer.status_code, {k.lower(): v for k, v in answer.headers.items()}, bytes(body))
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise _failure(error) from error

    def close(self) -> None:
        """Close the connections. Sending again opens new ones."""
        with self._making:
            client, self._client = self._client, None
        if client is not None:
            client.close()

    def _ready(self) -> httpx2.Client:
        import httpx2

        with self._making:
            if self._client is None:
                timeout = httpx2.Timeout(self._seconds, connect=_CONNECT_SECONDS)
                self._client = httpx2.Client(follow_redirects=False, timeout=timeout)
            return self._client


def _failure(error: Exception) -> TransportFailed:
    """Name what went wrong by the cause beneath: a person mends a wrong name and a bad certificate differently."""
    import socket
    import ssl

    import httpx2

    from tallystick.oauth.http import REASONS, TransportFailed

    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, socket.gaierror):
            return TransportFailed("dns")
        if isinstance(cause, ssl.SSLError):
            why = cause.verify_message if isinstance(cause, ssl.SSLCertVerificationError) else cause.reason
            return TransportFailed("tls", f"{REASONS['tls']} ({why})")
        cause = cause.__cause__ or cause.__context__
    match error:
        case httpx2.ConnectTimeout() | httpx2.TimeoutException():
            return TransportFailed("timeout")
        case httpx2.ConnectError():
            return TransportFailed("connect")
        case httpx2.ProxyError():
            return TransportFailed("proxy")
        case _:
            return TransportFailed("reset")
