"""The phishing kit: start a login from elsewhere, send its link to somebody who approves without thinking, collect.

No server can know who started the tool. What it can do is say on the page where that was, keep a line of it, and, for a
client with `approval_number`, hold the tokens back for a number that is on the victim's screen and not on the phisher's.
"""

from __future__ import annotations

import json
import random  # noqa: TID251  seeded: the kit guesses the same numbers in every run
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from functions.api import ROUTES
from functions.domain.client import DEVICE_CODE_GRANT
from functions.routes import DECIDE, DEVICE_AUTHORIZATION, LOOKUP, TOKEN
from infra.local.configuration import CAREFUL_CLIENT
from infra.local.proxy import Viewer
from tests.device import CLIENT_ID, Device
from tests.fakes.clock import StoppedClock
from tests.server import Server
from tests.sign_in import PlainBrowser
from tests.unit.sessions.conftest import logged_in
from tests.unit.signin.conftest import World

if TYPE_CHECKING:
    import io
    from typing import Any

    from tests.events import Answer
    from tests.server import Browser
    from tests.stack import Stack

LOGINS = 1000
LOGINS_ON_THE_STACK = 10
TRIES = 3
THERE = Viewer(address="198.51.100.66", country="BR")
HERE = Viewer(address="203.0.113.7", country="DE")


@dataclass
class Kit:
    """A phisher with a script. It has the device code of each login, and the patience to guess as often as it may."""

    server: Server
    client_id: str
    _random: random.Random = field(default_factory=lambda: random.Random(8628))  # noqa: S311  it guesses

    def start(self) -> dict[str, Any]:
        """Start a login from elsewhere; the link of the answer goes to the victim."""
        codes: dict[str, Any] = self._post(DEVICE_AUTHORIZATION, {}).json
        return codes

    def collect(self, codes: dict[str, Any]) -> bool:
        """Poll, and guess the number as often as it may be guessed; tell whether there were tokens."""
        form = {"grant_type": DEVICE_CODE_GRANT, "device_code": codes["device_code"]}
        answers = [self._post(TOKEN, form)]
        while answers[-1].status != 200 and "approval_number" in answers[-1].json:
            answers.append(self._post(TOKEN, {**form, "approval_number": f"{self._random.randrange(10**6):06}"}))
        return answers[-1].status == 200

    def _post(self, path: str, form: dict[str, str]) -> Answer:
        gateway = self.server.issue if path == DEVICE_AUTHORIZATION else self.server.poll
        seen = {"CloudFront_Viewer_Address": f"{THERE.address}:1", "CloudFront_Viewer_Country": THERE.country}
        return gateway.form(path, {"client_id": self.client_id, **form}, **seen)


def approve_without_thinking(browser: Browser, codes: dict[str, Any]) -> Answer:
    """Follow the prefilled link and press the button; return what the page was told before that."""
    assert codes["verification_uri_complete"].endswith(codes["user_code"])
    shown = browser.lookup(codes["user_code"])
    assert browser.decide(codes["user_code"], "approve").json["state"] == "approved"
    return shown


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.mark.row("N04")
def test_with_type_back_the_kit_collects_none_of_a_thousand(server: Server) -> None:
    """Three guesses among a million numbers leave 0.003 expected successes in a thousand logins, one in 333,333.

    Cookies, codes and guesses are drawn from seeds here, so that this is 0 in every run and not in 997 of a thousand.
    """
    kit, victim = Kit(server, "careful"), server.sign_in()
    collected = 0
    for _ in range(LOGINS):
        codes = kit.start()
        approve_without_thinking(victim, codes)
        collected += kit.collect(codes)
    assert collected == 0
    assert {type(grant).__name__ for grant in server.grants.items.values()} == {"Denied"}
    assert not server.sessions.items


@pytest.mark.row("N04")
def test_the_kit_would_collect_if_it_knew_the_number(server: Server) -> None:
    """The proof that the kit is not simply broken: guessing right by chance, or being told, opens the login."""
    kit, victim = Kit(server, "careful"), server.sign_in()
    codes = kit.start()
    victim.lookup(codes["user_code"])
    number = victim.decide(codes["user_code"], "approve").json["approval_number"]
    assert server.ask(codes, "careful", approval_number=number).status == 200


@pytest.mark.row("N01", "N03")
def test_by_default_each_approval_of_the_kit_s_was_shown_to_be_far_away_and_left_a_line(
    server: Server, log: io.StringIO
) -> None:
    kit, victim = Kit(server, "acme-cli"), server.sign_in()
    for _ in range(LOGINS):
        codes = kit.start()
        shown = approve_without_thinking(victim, codes).json
        assert shown["proximity"] == {"country": "different", "network": "different", "required": ""}
        assert (shown["request"]["address"], shown["request"]["country"]) == (THERE.address, THERE.country)
        assert kit.collect(codes)
    assert len(audit_lines(log.getvalue().splitlines())) == LOGINS


@pytest.mark.row("N02")
@pytest.mark.parametrize("client_id", ["same-country", "same-network"])
def test_where_a_client_demands_nearness_the_kit_s_victim_cannot_approve(server: Server, client_id: str) -> None:
    kit, victim = Kit(server, client_id), server.sign_in()
    codes = kit.start()
    victim.lookup(codes["user_code"])
    assert victim.decide(codes["user_code"], "approve").error == "too_far"
    assert not kit.collect(codes)


def audit_lines(log: list[str]) -> list[dict[str, Any]]:
    """Return the lines that an operator looks for after an attack: approvals from one place of a login from another."""
    lines = [json.loads(line) for line in log if '"approved"' in line and '"outcome"' in line]
    wanted = {
        "outcome": "approved",
        "address": HERE.address,
        "country": HERE.country,
        "device_address": THERE.address,
        "device_country": THERE.country,
        "proximity": "country different, network different",
    }
    return [line for line in lines if wanted.items() <= line.items()]


@pytest.mark.row("D33")
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_no_address_of_ours_that_a_signed_in_browser_opens_changes_anything(server: Server, method: str) -> None:
    """A crawler, a prefetch or a preview with the cookie of somebody who has the code open, on every route there is."""
    tool = logged_in(server)
    codes, browser = server.start(), server.sign_in()
    assert browser.lookup(codes["user_code"]).status == 200
    signin = World(clock=StoppedClock(server.clock.now), users=server.users, sessions=server.browsers)
    gateways = {
        "issue": server.issue,
        "poll": server.poll,
        "approve": server.approve,
        "sessions": server.after_login,
        "signin": signin.browser()._gateway,
    }
    (session,) = server.sessions.items.values()
    headers = {"Cookie": f"__Host-tallystick-session={browser.cookie.reveal()}", "Origin": "https://login.example.com"}
    query = f"user_code={codes['user_code']}&decision=approve&device_code={codes['device_code']}&to=sessions"
    before = everything_in(server)
    crawled = 0
    for route in ROUTES:
        # The discovery function has no right to the table at all.
        if route.function != "discovery":
            path = route.path.format(session_id=session.session_id) if "{" in route.path else route.path
            for asked in ("", query):
                gateways[route.function].send(method, path, b"", {**headers, "X-Tallystick": "1"}, asked)
                crawled += 1
    assert crawled >= 2 * len({route.path for route in ROUTES if route.function != "discovery"})
    assert everything_in(server) == before
    assert server.ask(codes).error == "authorization_pending"
    assert server.refresh(tool.refresh).status == 200


def everything_in(server: Server) -> list[object]:
    """Return all that is stored."""
    return [
        dict(server.grants.items),
        dict(server.sessions.items),
        dict(server.users.people),
        dict(server.browsers.sessions),
        set(server.browsers.used),
    ]


@pytest.mark.row("N01", "N03", "N04")
def test_the_kit_on_the_deployed_stack(stack: Stack) -> None:
    victim = PlainBrowser(stack.issuer).sign_in(stack.user)
    guesses = random.Random(8628)  # noqa: S311  the kit's
    for _ in range(LOGINS_ON_THE_STACK):
        codes, told = phished(stack, victim, CAREFUL_CLIENT)
        assert codes.codes["approval_number_required"] is True
        right = told["approval_number"]
        with stack.seen_as(THERE):
            assert codes.poll(client_id=CAREFUL_CLIENT).json()["approval_number"] == "required"
            wrong = [number for number in (f"{guesses.randrange(10**6):06}" for _ in range(9)) if number != right]
            answers = [codes.poll(client_id=CAREFUL_CLIENT, approval_number=number).json() for number in wrong[:TRIES]]
            answers.append(codes.poll(client_id=CAREFUL_CLIENT, approval_number=right).json())
        assert [answer["error"] for answer in answers] == ["authorization_pending"] * 2 + ["access_denied"] * 2
    for _ in range(LOGINS_ON_THE_STACK):
        codes, told = phished(stack, victim, CLIENT_ID)
        assert "approval_number" not in told
        with stack.seen_as(THERE):
            assert "access_token" in codes.poll().json()
    assert len(audit_lines(stack.logs("approve"))) >= 2 * LOGINS_ON_THE_STACK


def phished(stack: Stack, victim: PlainBrowser, client_id: str) -> tuple[Device, dict[str, Any]]:
    """Start a login far away and have it approved here; return it, and what the victim's page was told in the end."""
    with stack.seen_as(THERE):
        login = Device(stack, client_id=client_id, scope="openid")
    with stack.seen_as(HERE):
        shown = victim.post(LOOKUP, {"user_code": login.codes["user_code"]}).json()
        told = victim.post(DECIDE, {"user_code": login.codes["user_code"], "decision": "approve"}).json()
    assert shown["proximity"] == {"country": "different", "network": "different", "required": ""}
    assert told["state"] == "approved"
    return login, told
