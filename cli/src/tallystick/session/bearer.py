"""Puts the bearer token on requests (RFC 6750 §2.1), and only on those to its audience.

On a 401 the token is renewed and the request sent once more. A redirect or a typing error must not take the token elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tallystick.errors import AudienceMismatch, SessionExpired
from tallystick.machine.terminal import clean
from tallystick.oauth.addresses import is_secure, origin
from tallystick.oauth.claims import claims_of
from tallystick.oauth.http import bearer_header
from tallystick.session.token_source import MIN_TTL

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator, Iterable

    import httpx2

    from tallystick.credentials.secret import Secret
    from tallystick.credentials.tokens import Tokens
    from tallystick.session.token_source import TokenSource

_UNAUTHORIZED = 401


class Bearer:
    """The tokens of one session and the origins they may go to: the issuer, what the tool named, what the token names."""

    def __init__(self, source: TokenSource, *, issuer: str, audiences: Iterable[str], insecure: bool) -> None:
        self._source = source
        self._origins = frozenset(filter(None, map(origin, (issuer, *audiences))))
        self._insecure = insecure

    def token_for(self, url: str, rejected: Secret | None = None) -> Secret:
        """Return the token for a request to `url`. Raises AudienceMismatch when it does not belong there."""
        found = origin(url)
        known = found in self._origins and is_secure(url, insecure=self._insecure)
        tokens = self._source.tokens(MIN_TTL, rejected)
        if not known and not self._named_by(tokens, url, found):
            raise AudienceMismatch(f"The token does not belong to {clean(found or 'that address')}, so it was not sent.")
        return tokens.access_token

    def _named_by(self, tokens: Tokens, url: str, found: str | None) -> bool:
        audience = claims_of(tokens.access_token).get("aud")
        named = audience if isinstance(audience, list) else [audience]
        return is_secure(url, insecure=self._insecure) and found in {origin(name) for name in named if isinstance(name, str)}


def httpx_auth(bearer: Bearer) -> httpx2.Auth:
    """Return what `auth=` of httpx2 takes, for its synchronous and its asynchronous client."""
    import httpx2

    class TallystickAuth(httpx2.Auth):
        """Authorization with the session's token."""

        def sync_auth_flow(self, request: httpx2.Request) -> Generator[httpx2.Request, httpx2.Response, None]:
            token = bearer.token_for(str(request.url))
            request.headers["authorization"] = bearer_header(token)
            response = yield request
            if response.status_code != _UNAUTHORIZED:
                return
            try:
                token = bearer.token_for(str(request.url), rejected=token)
            except SessionExpired:
                return  # the server's own 401 says more
            response.read()
            request.headers["authorization"] = bearer_header(token)
            yield request

        async def async_auth_flow(self, request: httpx2.Request) -> AsyncGenerator[httpx2.Request, httpx2.Response]:
            from anyio.to_thread import run_sync

            token = await run_sync(bearer.token_for, str(request.url))
            request.headers["authorization"] = bearer_header(token)
            response = yield request
            if response.status_code != _UNAUTHORIZED:
                return
            try:
                token = await run_sync(bearer.token_for, str(request.url), token)
            except SessionExpired:
                return
            await response.aread()
            request.headers["authorization"] = bearer_header(token)
            yield request

    return TallystickAuth()


class RequestsAuth:
    """The value for `auth=` of requests."""

    def __init__(self, bearer: Bearer) -> None:
        self._bearer = bearer

    def __call__(self, prepared: Any) -> Any:  # noqa: ANN401  requests is not a dependency
        """Put the token on a request, and listen to its answer."""
        token = self._bearer.token_for(prepared.url)
        prepared.headers["Authorization"] = bearer_header(token)
        body = prepared.body
        start = body.tell() if hasattr(body, "tell") else None

        def retry(response: Any, **options: Any) -> Any:  # noqa: ANN401  as above
            request = response.request
            # After a redirect to another site requests has taken the header off: its 401 is none of ours.
            if response.status_code != _UNAUTHORIZED or request.headers.get("Authorization") != bearer_header(token):
                return response
            if start is not None and hasattr(request.body, "seek"):
                request.body.seek(start)
            try:
                renewed = self._bearer.token_for(request.url, rejected=token)
            except SessionExpired:
                return response
            response.content  # noqa: B018  read to its end, so that the connection can be used again
            response.close()
            again = request.copy()
            again.deregister_hook("response", retry)
            again.headers["Authorization"] = bearer_header(renewed)
            answer = response.connection.send(again, **options)
            answer.history.append(response)
            answer.request = again
            return answer

        prepared.register_hook("response", retry)
        return prepared
