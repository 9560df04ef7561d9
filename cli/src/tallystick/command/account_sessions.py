"""The server's list of a person's sessions, under `/auth/sessions` of the issuer, asked for with the access token."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tallystick.credentials.secret import Secret
from tallystick.errors import NetworkError, RateLimited, ServerError, SessionExpired
from tallystick.machine.terminal import clean
from tallystick.oauth.http import Request, TransportFailed, bearer_header

if TYPE_CHECKING:
    from tallystick.login.device_login import DeviceLogin
    from tallystick.oauth.http import Response

_PATH = "/auth/sessions"
_OK, _GONE = 200, frozenset({204, 404})
_UNAUTHORIZED = 401
# It becomes a part of an address.
_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountSession:
    """One session, every string safe to print. `label` is what the machine called itself."""

    id: str
    label: str
    client: str
    used_at: float
    current: bool

    def to_json(self) -> dict[str, Any]:
        """Return it for --json."""
        return {
            "id": self.id,
            "label": self.label,
            "client": self.client,
            "used_at": self.used_at,
            "current": self.current,
        }


class AccountSessions:
    """The sessions of whoever has logged in. The token goes to the issuer itself and nowhere else."""

    def __init__(self, auth: DeviceLogin) -> None:
        self._settings = auth.settings
        self._session = auth.session()

    def all(self) -> list[AccountSession]:
        """Return them as the server lists them. Raises ServerError when it lists none."""
        answer = self._send("GET", "")
        document = answer.document() if answer.status == _OK else None
        listed = document.get("sessions") if document else None
        if not isinstance(listed, list):
            raise _refused(answer)
        return [found for found in map(_read, listed) if found is not None]

    def end(self, session: AccountSession) -> None:
        """End one. Idempotent: one that has ended meanwhile is as good."""
        answer = self._send("DELETE", f"/{session.id}")
        if answer.status not in _GONE:
            raise _refused(answer)

    def rename(self, session: AccountSession, label: str) -> AccountSession:
        """Give one another name; returns it as the server has it now."""
        answer = self._send("PATCH", f"/{session.id}", {"label": label})
        found = _read(answer.document()) if answer.status == _OK else None
        if found is None:
            raise _refused(answer)
        return found

    def _send(self, method: str, path: str, document: dict[str, str] | None = None) -> Response:
        answer = self._send_with(self._session.token(), method, path, document)
        if answer.status != _UNAUTHORIZED:
            return answer
        return self._send_with(self._session.refresh(), method, path, document)

    def _send_with(self, token: str, method: str, path: str, document: dict[str, str] | None) -> Response:
        url = self._settings.issuer.removesuffix("/") + _PATH + path
        headers = {"accept": "application/json", "authorization": bearer_header(Secret(token))}
        body = b"" if document is None else json.dumps(document).encode()
        if body:
            headers["content-type"] = "application/json"
        try:
            return self._settings.transport.send(Request(method, url, headers, body))
        except TransportFailed as failure:
            raise NetworkError(f"The server could not be reached: {failure.reason}.") from failure


def _read(listed: object) -> AccountSession | None:
    if not isinstance(listed, dict) or not _ID.fullmatch(str(listed.get("id"))):
        return None
    client, used_at = listed.get("client"), listed.get("used_at")
    name = client.get("name") if isinstance(client, dict) else client
    return AccountSession(
        id=str(listed["id"]),
        label=clean(str(listed.get("label") or "")) or "a machine without a name",
        client=clean(str(name or "unknown")),
        used_at=float(used_at) if isinstance(used_at, int | float) else 0.0,
        current=listed.get("current") is True,
    )


def _refused(answer: Response) -> Exception:
    match answer.status:
        case 400:
            return ServerError("The server does not take that name.", hint="A name has 1 to 64 characters.")
        case 401:
            return SessionExpired()
        case 403:
            return ServerError("This login may not see or change sessions.", hint="Do it in your browser.")
        case 404:
            return ServerError("This server does not list sessions.", hint="Look in your browser.")
        case 429:
            return RateLimited(retry_after=answer.retry_after())
        case status:
            return ServerError(f"The server gave no list of sessions (status {status}).")
