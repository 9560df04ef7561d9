"""What these tests share: the server, and how a tool logs in and asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from functions import routes
from tests.server import CI_SECRET, Server

if TYPE_CHECKING:
    from tests.events import Answer

SCOPE = "openid email profile deploy offline_access"


@pytest.fixture
def server() -> Server:
    return Server()


@dataclass(frozen=True)
class Tool:
    """A tool that has logged in as Ada, and what it can do with its tokens."""

    server: Server
    tokens: dict[str, Any]
    client_id: str = "acme-cli"

    @property
    def access(self) -> str:
        """Its access token."""
        return str(self.tokens["access_token"])

    @property
    def refresh(self) -> str:
        """Its refresh token."""
        return str(self.tokens["refresh_token"])

    def refreshed(self, **parameters: str) -> Tool:
        """Return the tool after a refresh."""
        answer = self.server.refresh(self.refresh, self.client_id, **parameters)
        assert answer.status == 200, answer.text
        return Tool(self.server, answer.json, self.client_id)

    def revoke(self, token: str, **parameters: str) -> Answer:
        """Revoke a token."""
        return self.server.after_login.form(routes.REVOKE, {"client_id": self.client_id, "token": token, **parameters})

    def userinfo(self, token: str | None = None) -> Answer:
        """Ask who has logged in."""
        return self.server.after_login.send("GET", routes.USERINFO, headers=bearer(token or self.access))

    def sessions(self) -> Answer:
        """List the person's sessions."""
        return self.server.after_login.send("GET", routes.SESSIONS, headers=bearer(self.access))

    def end(self, session_id: str) -> Answer:
        """End one of the person's sessions."""
        path = routes.SESSION.format(session_id=session_id)
        return self.server.after_login.send("DELETE", path, headers=bearer(self.access))

    def end_all(self, query: str = "") -> Answer:
        """End the person's sessions."""
        return self.server.after_login.send("DELETE", routes.SESSIONS, headers=bearer(self.access), query=query)


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def logged_in(server: Server, client_id: str = "acme-cli", scope: str = SCOPE, **parameters: str) -> Tool:
    """Log in as Ada."""
    answer = server.ask(server.approved(client_id=client_id, scope=scope, **parameters), client_id)
    assert answer.status == 200, answer.text
    return Tool(server, answer.json, client_id)


def introspect(server: Server, token: str, client_id: str = "acme-ci", client_secret: str = CI_SECRET) -> Answer:
    """Ask, as an API, what a token is worth."""
    form = {"token": token, "client_id": client_id, "client_secret": client_secret}
    return server.after_login.form(routes.INTROSPECT, {name: value for name, value in form.items() if value})


def active(server: Server, token: str) -> bool:
    answer = introspect(server, token)
    assert answer.status == 200, answer.text
    return bool(answer.json["active"])
