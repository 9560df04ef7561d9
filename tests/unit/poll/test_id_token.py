"""The ID token in the token endpoint's answers (OpenID Connect Core §3.1.3.3, §12.2)."""

from __future__ import annotations

import base64
import hashlib

import pytest

from functions.domain.errors import StoreUnavailable
from tests.server import ADA, Server

SCOPE = "openid deploy offline_access"
VERIFIER = "v" * 43


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.mark.row("D62")
def test_a_login_for_openid_gets_one_about_the_person_and_for_the_tool(server: Server) -> None:
    tokens = server.ask(server.approved(scope=SCOPE)).json
    (session,) = server.sessions.items.values()
    about = f"{ADA.user_id} in {session.session_id} for acme-cli at {server.clock.now}"
    assert tokens["id_token"] == f"ID token: {about}"


@pytest.mark.row("D62")
def test_a_login_for_anything_else_gets_none(server: Server) -> None:
    assert "id_token" not in server.ask(server.approved(scope="deploy email offline_access")).json


@pytest.mark.row("D62", "O07")
def test_a_refresh_gets_a_new_one_unless_it_is_for_less(server: Server) -> None:
    first = server.ask(server.approved(scope=SCOPE)).json
    server.clock.now += 60
    second = server.refresh(first["refresh_token"]).json
    assert second["id_token"].endswith(f"at {server.clock.now}")
    assert "id_token" not in server.refresh(second["refresh_token"], scope="deploy").json


@pytest.mark.row("D71")
def test_a_lost_answer_that_is_had_again_has_it_too(server: Server) -> None:
    challenge = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
    codes = server.approved(scope=SCOPE, code_challenge=challenge, code_challenge_method="S256")
    first, again = (server.ask(codes, code_verifier=VERIFIER).json for _ in range(2))
    assert first["id_token"] == again["id_token"]


@pytest.mark.row("F3")
def test_while_it_cannot_be_signed_the_login_waits(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise StoreUnavailable

    codes = server.approved(scope=SCOPE)
    monkeypatch.setattr(type(server.tokens), "identify", fail)
    assert server.ask(codes).status == 503
    monkeypatch.undo()
    assert "id_token" in server.ask(codes).json
