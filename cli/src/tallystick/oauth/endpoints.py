"""Calls the issuer's OAuth endpoints. Sends forms, follows no redirects, keeps nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from tallystick.errors import NetworkError, SessionExpired
from tallystick.oauth.http import Request, TransportFailed, bearer_header
from tallystick.oauth.pkce import challenge_of
from tallystick.oauth.responses import error_of, read_codes, read_tokens, refusal

if TYPE_CHECKING:
    from tallystick.credentials.secret import Secret
    from tallystick.credentials.tokens import Tokens
    from tallystick.oauth.http import Response, Transport
    from tallystick.oauth.metadata import Metadata
    from tallystick.oauth.responses import DeviceCodes

DEVICE_CODE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
_OK = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoints:
    """One client at one issuer. A public client: it has no secret to prove itself with (RFC 8252 §8.5)."""

    metadata: Metadata
    client_id: str
    transport: Transport
    agent: str

    def authorize(self, scopes: tuple[str, ...], verifier: Secret | None, device_name: str | None) -> DeviceCodes:
        """Ask for the codes (RFC 8628 §3.1)."""
        form = {"client_id": self.client_id}
        if scopes:
            form["scope"] = " ".join(scopes)
        if device_name:
            form["device_name"] = device_name
        if verifier is not None:
            form |= {"code_challenge": challenge_of(verifier), "code_challenge_method": "S256"}
        return read_codes(self._send(self._form(self.metadata.device_authorization_endpoint, form)))

    def poll_request(self, device_code: Secret, verifier: Secret | None, number: str = "") -> Request:
        """Return the request of a poll (RFC 8628 §3.4); whoever waits sends it. `number` is the browser's, once typed."""
        form = {"grant_type": DEVICE_CODE_GRANT, "device_code": device_code.reveal(), "client_id": self.client_id}
        if verifier is not None:
            form["code_verifier"] = verifier.reveal()
        if number:
            form["approval_number"] = number
        return self._form(self.metadata.token_endpoint, form)

    def refresh(self, old: Tokens, refresh_token: Secret, *, now: float) -> Tokens:
        """Renew the tokens (RFC 6749 §6). Raises SessionExpired only when the issuer says that the token is dead."""
        form = {"grant_type": "refresh_token", "refresh_token": refresh_token.reveal(), "client_id": self.client_id}
        answer = self._send(self._form(self.metadata.token_endpoint, form))
        if error_of(answer) == "invalid_grant":
            raise SessionExpired
        if answer.status != _OK or error_of(answer):
            raise refusal(answer)
        return read_tokens(answer, now=now, asked=old.scopes).keeping(refresh_token)

    def revoke(self, token: Secret, kind: str) -> bool:
        """Revoke a token (RFC 7009). Idempotent: a dead one is as good. False when the issuer has no such endpoint."""
        if self.metadata.revocation_endpoint is None:
            return False
        form = {"token": token.reveal(), "token_type_hint": kind, "client_id": self.client_id}
        answer = self._send(self._form(self.metadata.revocation_endpoint, form))
        if answer.status != _OK:
            raise refusal(answer)
        return True

    def userinfo(self, access_token: Secret) -> Response | None:
        """Ask who has logged in (OpenID Connect Core §5.3). None when the issuer has no such endpoint."""
        if self.metadata.userinfo_endpoint is None:
            return None
        headers = {**self._headers(), "authorization": bearer_header(access_token)}
        return self._send(Request("GET", self.metadata.userinfo_endpoint, headers))

    def _headers(self) -> dict[str, str]:
        return {"accept": "application/json", "user-agent": self.agent}

    def _form(self, url: str, form: dict[str, str]) -> Request:
        headers = {**self._headers(), "content-type": "application/x-www-form-urlencoded"}
        return Request("POST", url, headers, urlencode(form).encode())

    def _send(self, request: Request) -> Response:
        try:
            return self.transport.send(request)
        except TransportFailed as failure:
            raise NetworkError(f"The server could not be reached: {failure.reason}.") from failure
