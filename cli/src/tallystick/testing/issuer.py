"""An issuer that follows a script: it pretends to be a person who approves late, a server that stumbles, a thief's retry."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from tallystick.credentials.secret import Secret
from tallystick.oauth.endpoints import DEVICE_CODE_GRANT
from tallystick.oauth.http import Request, Response
from tallystick.oauth.pkce import challenge_of
from tallystick.testing.account_sessions import answer_sessions
from tallystick.testing.responses import NOT_FOUND, UNAUTHORIZED, failure, json_answer, jwt, oauth_error

if TYPE_CHECKING:
    from collections.abc import Iterator

    Form = dict[str, str]

USER_CODE = "WDJB-MJHT"
NUMBERS = 3
"""How often an approval number may be sent."""
_DECISIONS = {"pending": "authorization_pending", "denied": "access_denied", "expired": "expired_token"}


class FakeIssuer:
    """Answers as an issuer would. It is a transport, so that no socket is needed; `serve()` gives it one.

    `polls` says what each poll is answered, the last word for ever: `pending`, `slow_down`, `approved`, `denied`, `expired`,
    or a failure: `503`, `html`, `429`, or a kind of TransportFailed, such as `reset`. `refreshes` is the same for refreshes:
    `ok`, `dead` or a failure; `starts` for device authorization: `ok`, an OAuth error's name, or a failure.

    With an `approval_number` the approval counts once that number was sent; the third wrong one ends the login.

    `codes`, `tokens`, `metadata`, `errors` replace members of those answers; None takes one away.
    `requests`, `rotations`, `reuses` and `revoked` tell what happened. GET `/api/me` and `/oauth2/userinfo`
    want a live access token, and so do GET, PATCH and DELETE `/auth/sessions`, where `sessions` is a list, as an issuer
    with `devices list` has it.
    """

    def __init__(self, url: str = "https://login.example.com", *, client_id: str = "acme-cli") -> None:
        self.url = url
        self.client_id = client_id
        self.polls = ["approved"]
        self.refreshes = ["ok"]
        self.starts = ["ok"]
        self.revocations = ["ok"]
        self.user = {"sub": "usr_1", "email": "ada@example.com", "name": "Ada Lovelace"}
        self.expires_in: int | None = 900
        self.interval: int | None = 5
        self.code_lifetime = 600
        self.challenge = True
        self.refresh_tokens = True
        self.codes: dict[str, object] = {}
        self.metadata: dict[str, object] = {}
        self.errors: dict[str, object] = {}
        self.tokens: dict[str, object] = {}
        self.error_status = 400
        self.retry_after: int | None = None
        self.requests: list[Request] = []
        self.rotations = 0
        self.reuses = 0
        self.revoked: list[str] = []
        self.live: set[str] = set()
        self.audience: object = None
        self.id_audience: str | None = None
        self.opaque = False
        self.unauthorized: set[str] = set()
        self.sessions: list[dict[str, object]] | None = None
        self.approval_number: str | None = None
        self._wrong_numbers = 0
        self._serial = 0
        self._challenges: dict[str, str | None] = {}
        self._scopes: dict[str, str] = {}
        self._families: dict[str, list[str]] = {}
        self._lock = threading.RLock()

    @contextmanager
    def serve(self) -> Iterator[str]:
        """Answer on a free port of loopback, as long as the block lasts; `url` is then that address."""
        from tallystick.testing.server import serving

        before = self.url
        with serving(self) as address:
            self.url = address
            try:
                yield address
            finally:
                self.url = before

    def send(self, request: Request) -> Response:
        """Answer a request. Raises TransportFailed where the script says so."""
        with self._lock:
            self.requests.append(request)
            path = urlsplit(request.url).path
            form = dict(parse_qsl(request.body.decode(), keep_blank_values=True))
            if path in {"/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"}:
                return json_answer(self._document())
            if path in self.unauthorized:
                return UNAUTHORIZED
            if path in {"/api/me", "/oauth2/userinfo"}:
                return self._me(request)
            if path.startswith("/auth/sessions") and self.sessions is not None:
                return answer_sessions(self.sessions, request) if self._alive(request) else UNAUTHORIZED
            posts = {
                ("/oauth2/device_authorization", None): self._authorize,
                ("/oauth2/token", DEVICE_CODE_GRANT): self._poll,
                ("/oauth2/token", "refresh_token"): self._refresh,
                ("/oauth2/revoke", None): self._revoke,
            }
            answer = posts.get((path, form.get("grant_type"))) if request.method == "POST" else None
            return answer(form) if answer else NOT_FOUND

    def expire_access_tokens(self) -> None:
        """Make `/api/me` refuse all tokens given out so far."""
        with self._lock:
            self.live.clear()

    def forms(self, path: str) -> list[dict[str, str]]:
        """Return the forms that were sent to an endpoint."""
        sent = [request for request in self.requests if urlsplit(request.url).path == path and request.method == "POST"]
        return [dict(parse_qsl(request.body.decode())) for request in sent]

    def _document(self) -> dict[str, object]:
        found: dict[str, object] = {
            "issuer": self.url,
            "device_authorization_endpoint": f"{self.url}/oauth2/device_authorization",
            "token_endpoint": f"{self.url}/oauth2/token",
            "revocation_endpoint": f"{self.url}/oauth2/revoke",
            "grant_types_supported": [DEVICE_CODE_GRANT, "refresh_token"],
        }
        if self.challenge:
            found["code_challenge_methods_supported"] = ["S256"]
        return {name: value for name, value in {**found, **self.metadata}.items() if value is not None}

    def _authorize(self, form: Form) -> Response:
        word = _next(self.starts)
        if word != "ok":
            return self._no(word)
        if form.get("client_id") != self.client_id:
            return self._no("invalid_client")
        code = self._new("dc")
        self._challenges[code] = form.get("code_challenge")
        self._scopes[code] = form.get("scope", "")
        answer: dict[str, object] = {
            "device_code": code,
            "user_code": USER_CODE,
            "verification_uri": f"{self.url}/device",
            "verification_uri_complete": f"{self.url}/device?user_code={USER_CODE}",
            "expires_in": self.code_lifetime,
            "interval": self.interval,
            "approval_number_required": True if self.approval_number else None,
        }
        return json_answer({name: value for name, value in {**answer, **self.codes}.items() if value is not None})

    def _poll(self, form: Form) -> Response:
        code = form.get("device_code", "")
        if code not in self._challenges:
            return self._no("invalid_grant")
        word = _next(self.polls)
        if word != "approved":
            return self._no(_DECISIONS.get(word, word))
        if self.approval_number and form.get("approval_number") != self.approval_number:
            return self._without_number(form.get("approval_number"))
        wanted = self._challenges.pop(code)
        if wanted is not None and challenge_of(Secret(form.get("code_verifier", ""))) != wanted:
            return self._no("invalid_grant")
        return self._tokens(self._scopes.pop(code), family=code)

    def _without_number(self, sent: str | None) -> Response:
        if sent is None:
            return oauth_error("authorization_pending", approval_number="required")
        self._wrong_numbers += 1
        left = NUMBERS - self._wrong_numbers
        if left <= 0:
            self.polls = ["denied"]
            return oauth_error("access_denied")
        return oauth_error("authorization_pending", approval_number="wrong", attempts_left=left)

    def _refresh(self, form: Form) -> Response:
        word = _next(self.refreshes)
        if word not in {"ok", "dead"}:
            return self._no(word)
        presented = form.get("refresh_token", "")
        family = next((name for name, tokens in self._families.items() if presented in tokens), None)
        if word == "dead" or family is None:
            return self._no("invalid_grant")
        if self._families[family][-1] != presented:
            # Used before: a thief has it or the tool has lost its answer. The whole family ends (RFC 9700 §4.14.2).
            self.reuses += 1
            del self._families[family]
            return self._no("invalid_grant")
        self.rotations += 1
        return self._tokens(form.get("scope", ""), family=family)

    def _revoke(self, form: Form) -> Response:
        word = _next(self.revocations)
        if word != "ok":
            return self._no(word)
        token = form.get("token", "")
        self.revoked.append(token)
        self.live.discard(token)
        for family in [name for name, tokens in self._families.items() if token in tokens]:
            del self._families[family]
        return Response(200)

    def _tokens(self, scope: str, *, family: str) -> Response:
        claims = {"iss": self.url, "client_id": self.client_id, **self.user}
        name = self._new("at")
        access = name if self.opaque else jwt({**claims, "aud": self.audience or self.url, "jti": name})
        self.live.add(access)
        answer: dict[str, object] = {"access_token": access, "token_type": "Bearer"}
        if self.expires_in is not None:
            answer["expires_in"] = self.expires_in
        if scope:
            answer["scope"] = scope
        if self.refresh_tokens:
            answer["refresh_token"] = self._new("rt")
            self._families.setdefault(family, []).append(str(answer["refresh_token"]))
        if "openid" in scope.split():
            answer["id_token"] = jwt({**claims, "aud": self.id_audience or self.client_id})
        return json_answer({name: value for name, value in {**answer, **self.tokens}.items() if value is not None})

    def _me(self, request: Request) -> Response:
        return json_answer(dict(self.user)) if self._alive(request) else UNAUTHORIZED

    def _alive(self, request: Request) -> bool:
        token = {name.lower(): value for name, value in request.headers.items()}.get("authorization", "")
        return token.removeprefix("Bearer ") in self.live

    def _no(self, word: str) -> Response:
        return failure(word, self.retry_after) or oauth_error(word, self.error_status, **self.errors)

    def _new(self, prefix: str) -> str:
        self._serial += 1
        return f"{prefix}_{self._serial:06d}"


def _next(script: list[str]) -> str:
    return script.pop(0) if len(script) > 1 else script[0]
