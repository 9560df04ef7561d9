"""PATCH /auth/sessions/{id} and POST /auth/sessions/{id}/report: a person names a login, or says that it was not theirs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from functions.routes import REPORT, SESSION, SESSIONS
from tests.server import ADA, BOB, ISSUER, Server
from tests.unit.sessions.conftest import active, bearer, logged_in

if TYPE_CHECKING:
    import io
    from typing import Any

    from tests.events import Answer

DAY = 24 * 3600


@dataclass(frozen=True)
class Page:
    """Our page in a browser where somebody is signed in."""

    server: Server
    cookie: str

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> Answer:
        """Call as the page does; `headers` replace what it sends, empty ones leave it out."""
        sent = {
            "Cookie": f"__Host-tallystick-session={self.cookie}",
            "Origin": ISSUER,
            "X-Tallystick": "1",
            "Content-Type": "application/json",
        }
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        kept = {name: value for name, value in sent.items() if value}
        return self.server.after_login.send(method, path, json.dumps(body or {}).encode(), kept)

    def rename(self, session_id: str, label: object, **headers: str) -> Answer:
        """Give a session another label."""
        return self.ask("PATCH", SESSION.format(session_id=session_id), {"label": label}, **headers)

    def report(self, session_id: str, **headers: str) -> Answer:
        """Say that a session was not one's own doing."""
        return self.ask("POST", REPORT.format(session_id=session_id), **headers)

    def listed(self) -> list[dict[str, Any]]:
        """Return the person's sessions."""
        sessions: list[dict[str, Any]] = self.ask("GET", SESSIONS).json["sessions"]
        return sessions


@pytest.fixture
def page(server: Server) -> Page:
    return Page(server, server.sign_in().cookie.reveal())


@pytest.fixture
def session_id(server: Server) -> str:
    logged_in(server, device_name="build box")
    (session,) = server.sessions.items.values()
    return session.session_id


@pytest.mark.row("S06")
def test_a_session_gets_another_name_and_is_shown_with_it(page: Page, session_id: str) -> None:
    answer = page.rename(session_id, "  the old \u202elaptop 🐢 ")
    assert answer.status == 200
    assert answer.json == page.listed()[0]
    assert answer.json["label"] == "the old laptop 🐢"


@pytest.mark.row("S06")
@pytest.mark.parametrize("label", ["", "   ", "\u202e\u0000", "x" * 65, 7, None, ["x"], "\ud800"])
def test_a_label_that_is_none_or_too_long_changes_nothing(page: Page, session_id: str, label: object) -> None:
    answer = page.rename(session_id, label)
    assert (answer.status, answer.error) == (400, "invalid_request")
    assert page.listed()[0]["label"] == "build box"


@pytest.mark.row("S06")
def test_a_tool_of_ours_names_a_session_and_a_third_partys_does_not(server: Server, session_id: str) -> None:
    def rename(client_id: str) -> Answer:
        tool = logged_in(server, client_id)
        path, body = SESSION.format(session_id=session_id), b'{"label": "by a tool"}'
        return server.after_login.send("PATCH", path, body, bearer(tool.access))

    assert rename("acme-cli").json["label"] == "by a tool"
    assert (rename("guest").status, rename("guest").error) == (403, "forbidden")


@pytest.mark.row("S07")
def test_what_was_not_the_person_s_doing_is_ended_and_reported_with_both_addresses(
    server: Server, page: Page, log: io.StringIO
) -> None:
    tool = logged_in(server)
    (session,) = server.sessions.items.values()
    answer = page.report(session.session_id, CloudFront_Viewer_Address="198.51.100.9:1")
    assert (answer.status, answer.text) == (204, "")
    assert not active(server, tool.access)
    assert server.refresh(tool.refresh).status == 400
    for said in (
        '"outcome":"session_reported"',
        '"address":"198.51.100.9"',
        '"device_address":"203.0.113.7"',
        f'"user_id":"{ADA.user_id}"',
        f'"session_id":"{session.session_id}"',
    ):
        assert said in log.getvalue()
    assert page.report(session.session_id).error == "unknown_session"


@pytest.mark.row("S06", "S07")
def test_nobody_names_or_reports_anybody_elses(server: Server, page: Page, session_id: str) -> None:
    bobs = Page(server, server.sign_in(BOB).cookie.reveal())
    for answer in (bobs.rename(session_id, "mine"), bobs.report(session_id)):
        assert (answer.status, answer.error) == (404, "unknown_session")
    assert page.listed()[0]["label"] == "build box"


@pytest.mark.row("S06", "S07")
@pytest.mark.parametrize("session_id", ["x", "ses_", "ses_" + "A" * 32, "x" * 3000, "profile", "ses_" + "0" * 32])
def test_an_id_that_is_none_is_unknown(page: Page, session_id: str) -> None:
    for answer in (page.rename(session_id, "x"), page.report(session_id)):
        assert (answer.status, answer.error) == (404, "unknown_session")


@pytest.mark.row("S06")
def test_a_session_that_is_over_is_not_named(server: Server, session_id: str) -> None:
    server.clock.now += 15 * DAY
    page = Page(server, server.sign_in().cookie.reveal())
    assert page.rename(session_id, "x").error == "unknown_session"


@pytest.mark.row("W04")
@pytest.mark.parametrize(
    "missing",
    [
        {"Cookie": ""},
        {"Origin": ""},
        {"Origin": "https://evil.example"},
        {"X_Tallystick": ""},
        {"Content_Type": "text/plain"},
    ],
    ids=["no cookie", "no origin", "a foreign origin", "no header", "a form's type"],
)
def test_a_foreign_page_names_and_reports_nothing(page: Page, session_id: str, missing: dict[str, str]) -> None:
    for answer in (page.rename(session_id, "x", **missing), page.report(session_id, **missing)):
        assert (answer.status, answer.error) == (403, "forbidden")
    assert page.listed()[0]["label"] == "build box"


@pytest.mark.row("D33")
@pytest.mark.parametrize("method", ["GET", "HEAD", "DELETE", "PUT"])
def test_a_report_is_a_post_and_nothing_else(page: Page, session_id: str, method: str) -> None:
    answer = page.ask(method, REPORT.format(session_id=session_id))
    assert (answer.status, answer.headers["allow"]) == (405, "POST")
    assert len(page.listed()) == 1
