"""GET and DELETE /auth/sessions, DELETE /auth/sessions/{id}: a person's own, by the page's cookie or a tool's token."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from functions.routes import SESSION, SESSIONS
from tests.server import ADA, BOB, ISSUER, START, Server
from tests.unit.sessions.conftest import active, bearer, logged_in

if TYPE_CHECKING:
    import io

    from tests.events import Answer

DAY = 24 * 3600
NOBODYS = "ses_" + "0" * 32


@dataclass(frozen=True)
class Page:
    """Our page in a browser where somebody is signed in."""

    server: Server
    cookie: str

    def ask(self, method: str, path: str = SESSIONS, **headers: str) -> Answer:
        """Call as the page does; `headers` replace what it sends, empty ones leave it out."""
        sent = {"Cookie": f"__Host-tallystick-session={self.cookie}", "Origin": ISSUER, "X-Tallystick": "1"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        return self.server.after_login.send(method, path, headers={name: value for name, value in sent.items() if value})


@pytest.fixture
def page(server: Server) -> Page:
    return Page(server, server.sign_in().cookie.reveal())


def ids(answer: Answer) -> list[str]:
    assert answer.status == 200, answer.text
    return [session["id"] for session in answer.json["sessions"]]


def one(session_id: str) -> str:
    return SESSION.format(session_id=session_id)


@pytest.mark.row("WB09")
def test_a_person_sees_what_each_login_is_and_where_it_came_from(server: Server, page: Page) -> None:
    logged_in(server, device_name="build box")
    (session,) = server.sessions.items.values()
    answer = page.ask("GET")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json == {
        "sessions": [
            {
                "id": session.session_id,
                "client": {"id": "acme-cli", "name": "Acme CLI"},
                "label": "build box",
                "scopes": ["openid", "email", "profile", "deploy", "offline_access"],
                "created_at": int(START),
                "used_at": int(START),
                "expires_at": int(START) + 14 * DAY,
                "request": {"address": "203.0.113.7", "country": "DE", "agent": "acme/1.0"},
                "network": "same",
                "current": False,
            }
        ]
    }


def test_a_tool_sees_the_same_and_which_of_them_it_is_itself(server: Server, page: Page) -> None:
    tool = logged_in(server)
    server.clock.now += 60
    logged_in(server)
    assert ids(tool.sessions()) == ids(page.ask("GET"))
    assert [session["current"] for session in tool.sessions().json["sessions"]] == [False, True]


def test_sessions_that_are_over_are_not_shown(server: Server, page: Page) -> None:
    logged_in(server)
    logged_in(server, scope="openid")
    server.clock.now += 900
    assert len(ids(page.ask("GET"))) == 1


@pytest.mark.row("WB09", "O23")
def test_ending_a_session_on_the_page_takes_its_tokens(server: Server, page: Page) -> None:
    tool, other = logged_in(server), logged_in(server)
    ended = session_of(server, tool.access)
    answer = page.ask("DELETE", one(ended))
    assert (answer.status, answer.text) == (204, "")
    assert not active(server, tool.access)
    assert server.refresh(tool.refresh).status == 400
    assert active(server, other.access)
    assert page.ask("DELETE", one(ended)).status == 404


def test_a_tool_ends_another_login_and_its_own(server: Server) -> None:
    tool, other = logged_in(server), logged_in(server)
    assert tool.end(session_of(server, other.access)).status == 204
    assert not active(server, other.access)
    assert tool.end(session_of(server, tool.access)).status == 204
    assert tool.sessions().status == 401


def test_nobody_sees_or_ends_anybody_elses(server: Server) -> None:
    tool = logged_in(server)
    adas = session_of(server, tool.access)
    bobs_page = Page(server, server.sign_in(BOB).cookie.reveal())
    assert ids(bobs_page.ask("GET")) == []
    foreign, unknown = bobs_page.ask("DELETE", one(adas)), bobs_page.ask("DELETE", one(NOBODYS))
    assert (foreign.status, foreign.error) == (404, "unknown_session")
    assert foreign.text == unknown.text
    assert bobs_page.ask("DELETE").json == {"ended": 0}
    assert active(server, tool.access)


@pytest.mark.parametrize("session_id", ["x", "ses_", "ses_" + "A" * 32, "%2e%2e", "x" * 3000, "profile", "ses_é"])
def test_an_id_that_cannot_be_one_is_unknown(server: Server, page: Page, session_id: str) -> None:
    server.sessions.unavailable = True
    assert page.ask("DELETE", one(session_id)).status == 404


def test_a_path_below_a_session_is_nothing(page: Page) -> None:
    assert page.ask("DELETE", one(NOBODYS) + "/more").status == 404


@pytest.mark.row("WB09")
def test_all_sessions_end_at_once(server: Server, page: Page) -> None:
    tools = [logged_in(server) for _ in range(3)]
    assert page.ask("DELETE").json == {"ended": 3}
    assert not any(active(server, tool.access) for tool in tools)


def test_a_tool_can_end_all_others_and_stay(server: Server) -> None:
    tool, other = logged_in(server), logged_in(server)
    assert tool.end_all("keep=current").json == {"ended": 1}
    assert active(server, tool.access)
    assert not active(server, other.access)
    assert tool.end_all().json == {"ended": 1}
    assert not active(server, tool.access)


@pytest.mark.row("W04")
@pytest.mark.parametrize(
    "missing",
    [{"Cookie": ""}, {"Origin": ""}, {"Origin": "https://evil.example"}, {"X_Tallystick": ""}],
    ids=["no cookie", "no origin", "a foreign origin", "no header"],
)
def test_a_foreign_page_ends_nothing(server: Server, page: Page, missing: dict[str, str]) -> None:
    tool = logged_in(server)
    for path in (SESSIONS, one(session_of(server, tool.access))):
        answer = page.ask("DELETE", path, **missing)
        assert (answer.status, answer.error) == (403, "forbidden")
    assert active(server, tool.access)


@pytest.mark.parametrize("who", ["nobody", "someone whose sign-in is over", "someone disabled"])
def test_who_is_not_signed_in_sees_nothing(server: Server, page: Page, who: str) -> None:
    logged_in(server)
    if who == "nobody":
        answer = page.ask("GET", Cookie="")
    elif who == "someone disabled":
        server.disable(ADA)
        answer = page.ask("GET")
    else:
        server.clock.now += DAY
        answer = page.ask("GET")
    assert (answer.status, answer.error) == (401, "sign_in_required")


@pytest.mark.row("O10")
def test_a_bad_token_is_refused_even_beside_a_good_cookie(page: Page) -> None:
    for method, path in (("GET", SESSIONS), ("DELETE", SESSIONS), ("DELETE", one(NOBODYS))):
        answer = page.ask(method, path, **bearer("nonsense"))
        assert (answer.status, answer.error) == (401, "invalid_token")
        assert answer.headers["www-authenticate"] == 'Bearer realm="tallystick", error="invalid_token"'


def test_a_third_partys_token_may_not_manage_the_persons_other_logins(server: Server) -> None:
    own, guest = logged_in(server), logged_in(server, "guest")
    for answer in (guest.sessions(), guest.end(session_of(server, own.access)), guest.end_all()):
        assert (answer.status, answer.error) == (403, "forbidden")
    assert active(server, own.access)


def test_a_token_in_the_address_is_refused(server: Server) -> None:
    tool = logged_in(server)
    answer = server.after_login.send("GET", SESSIONS, query=f"access_token={tool.access}")
    assert (answer.status, answer.error) == (400, "invalid_request")


def test_other_methods_hear_which_there_are(server: Server) -> None:
    collection, member = (server.after_login.send("POST", path) for path in (SESSIONS, one(NOBODYS)))
    assert (collection.status, collection.headers["allow"]) == (405, "GET, DELETE")
    assert (member.status, member.headers["allow"]) == (405, "PATCH, DELETE")


def test_a_rest_api_finds_the_session_in_the_path_too() -> None:
    server = Server(rest=True)
    tool = logged_in(server)
    assert tool.end(session_of(server, tool.access)).status == 204


def test_the_log_says_what_was_ended_by_whom(server: Server, page: Page, log: io.StringIO) -> None:
    tool = logged_in(server)
    session_id = session_of(server, tool.access)
    page.ask("DELETE", one(session_id))
    page.ask("DELETE")
    text = log.getvalue()
    for word in ('"session_ended"', '"sessions_ended"', session_id, ADA.user_id):
        assert word in text
    assert page.cookie not in text


def session_of(server: Server, access_token: str) -> str:
    """Return the id of the session that a token is of."""
    (found,) = (access for token, access in server.tokens.given.items() if token.reveal() == access_token)
    return found.session_id


@pytest.mark.row("S09")
def test_logging_out_everywhere_ends_what_is_approved_but_not_collected(server: Server) -> None:
    tool, waiting = logged_in(server), server.approved()
    assert tool.end_all().status == 200
    assert server.ask(waiting).error == "invalid_grant"
    server.clock.now += 1
    assert server.ask(server.approved()).status == 200


@pytest.mark.row("S09")
def test_all_others_ended_keeps_the_one_that_asks_and_still_ends_what_waits(server: Server) -> None:
    tool, waiting = logged_in(server), server.approved()
    assert tool.end_all("keep=current").status == 200
    assert tool.sessions().status == 200
    assert server.ask(waiting).error == "invalid_grant"


@pytest.mark.row("D65")
def test_sessions_that_disabling_ended_are_not_listed_after_enabling(server: Server) -> None:
    logged_in(server)
    server.disable(ADA)
    server.clock.now += 5
    server.enable(ADA)
    tool = logged_in(server)
    listed = tool.sessions().json["sessions"]
    assert [each["current"] for each in listed] == [True]
