"""The whole server in one process: the real apps of the functions over in-memory storage, with a clock to turn."""

from __future__ import annotations

import json
import random  # noqa: TID251  seeded: a failing test must fail again
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol

from functions import routes
from functions.approve.app import approve_app
from functions.domain.browser_session import BrowserSession
from functions.domain.client import DEVICE_CODE_GRANT, OFFLINE_ACCESS, REFRESH_GRANT, Client
from functions.domain.limits import Limits, Rate
from functions.domain.person import ClaimNames, Profile, User
from functions.domain.ports import AccessToken
from functions.domain.secret import Secret
from functions.domain.session.access import OPENID, Access
from functions.entry import lambda_entry
from functions.issue.app import issue_app
from functions.poll.app import poll_app
from functions.sessions.app import sessions_app
from functions.settings import Settings
from tests.configured import client, guess_limits
from tests.events import EDGE_SECRET, Answer, Gateway
from tests.fakes.limits import MemoryCounters, MemoryGuesses
from tests.fakes.store import MemoryBrowserSessions, MemoryGrants, MemorySessions, MemoryUsers

if TYPE_CHECKING:
    from functions.domain.ports import BrowserSessions, Counters, Grants, Guesses, Sessions, Users
    from functions.domain.session.session import Session

ISSUER = "https://login.example.com"
START = 1_800_000_000.0
CI_SECRET_ARN = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:ci"
CI_SECRET = "correct horse battery staple"
ADA = User(user_id="usr_" + "ada0" * 8, profile=Profile(email="ada@example.com", name="Ada"))
BOB = User(user_id="usr_" + "b0b0" * 8, profile=Profile(email="bob@example.com", name="Bob"))


def saying(user: User, **parts: str) -> User:
    """Return the person with these parts of the profile changed."""
    return replace(user, profile=replace(user.profile, **parts))


ACME = client(
    client_id="acme-cli",
    name="Acme CLI",
    allowed_scopes=("openid", "email", "profile", "deploy", OFFLINE_ACCESS),
    default_scopes=("openid",),
    audience="https://api.example.com",
)
CI = replace(ACME, client_id="acme-ci", name="Acme CI", secret_arn=CI_SECRET_ARN)
FOLD_CLIENT = replace(ACME, client_id="fold", name="Fold", access_token_lifetime=30 * 24 * 3600)
SETTINGS = Settings(
    scopes={
        "openid": "Know who you are",
        "email": "See your e-mail address",
        "profile": "See your name",
        "deploy": "Deploy in your name",
        OFFLINE_ACCESS: "Stay logged in",
        "erase": "Delete deployments for good",
    },
    clients={
        one.client_id: one
        for one in (
            ACME,
            CI,
            replace(ACME, client_id="plain", prefilled_link=False, code_lifetime=60),
            replace(ACME, client_id="guest", third_party=True),
            replace(CI, client_id="other-api", audience="https://other.example.com"),
            FOLD_CLIENT,
            replace(ACME, client_id="no-device", grant_types=(REFRESH_GRANT,)),
            replace(ACME, client_id="no-refresh", grant_types=(DEVICE_CODE_GRANT,)),
            replace(ACME, client_id="careful", approval_number=True),
            replace(ACME, client_id="anywhere", proximity="off"),
            replace(ACME, client_id="same-country", proximity="require-country"),
            replace(ACME, client_id="same-network", proximity="require-network"),
            replace(ACME, client_id="operations", allowed_scopes=("openid", "erase")),
        )
    },
    default_client="fold",
    approval_max_auth_age=3600,
    sensitive_scopes=("erase",),
    sensitive_max_auth_age=300,
    # Whole test suites come from one address; the tests of limits set their own.
    limits=Limits(
        codes_per_network=Rate(count=10**6, seconds=600),
        codes_per_client=Rate(count=10**6, seconds=600),
        guesses=guess_limits(),
    ),
    claims=ClaimNames(email="email", name="name", role=None, workspace=None),
)


class Clock:
    """A clock that only the test turns."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> float:
        """Return the time, in seconds since the epoch."""
        return self.now


@dataclass
class PlainTokens:
    """Mints tokens that a test can read, and reads them; `fault` makes the key service fail."""

    fault: Exception | None = None
    minted: list[dict[str, Any]] = field(default_factory=list)
    given: dict[Secret, Access] = field(default_factory=dict)

    def mint(self, session: Session, scopes: tuple[str, ...], client: Client, user: User, now: float) -> AccessToken:
        """Number the tokens."""
        if self.fault:
            raise self.fault
        number = len(self.minted)
        facts = {"client": client.client_id, "user": user.user_id, "scopes": scopes, "at": now, "sid": session.session_id}
        self.minted.append(facts)
        token = AccessToken(token=Secret(f"token-{number}"), expires_in=client.access_token_lifetime)
        self.given[token.token] = Access(
            user_id=user.user_id,
            session_id=session.session_id,
            client_id=client.client_id,
            scopes=scopes,
            audience=client.audience,
            issued_at=int(now),
            expires_at=int(now) + token.expires_in,
        )
        return token

    def identify(self, session: Session, scopes: tuple[str, ...], client: Client, user: User, now: float) -> Secret | None:
        """Say in clear whom a real one would be about."""
        if self.fault:
            raise self.fault
        about = f"{user.user_id} in {session.session_id} for {client.client_id} at {now}"
        return Secret(f"ID token: {about}") if OPENID in scopes else None

    def read(self, token: Secret, now: float) -> Access | None:
        """Know the tokens that were minted here."""
        if self.fault:
            raise self.fault
        access = self.given.get(token)
        return access if access and now < access.expires_at else None


def read_ci_secret(arn: str) -> Secret:
    """Answer for Secrets Manager."""
    return Secret({CI_SECRET_ARN: CI_SECRET}[arn])


class Stores(Protocol):
    """Where a server keeps things."""

    @property
    def grants(self) -> Grants:
        """Hold the grants."""

    @property
    def sessions(self) -> Sessions:
        """Hold what logins have become."""

    @property
    def users(self) -> Users:
        """Hold the people."""

    @property
    def browsers(self) -> BrowserSessions:
        """Hold the signed-in browsers."""

    @property
    def counters(self) -> Counters:
        """Hold the counts of requests."""

    @property
    def guesses(self) -> Guesses:
        """Hold the wrong codes."""


class Server:
    """Issue, poll, approve and sessions over shared storage, in memory unless given, called by API Gateway's events."""

    def __init__(
        self, settings: Settings = SETTINGS, *, seed: int = 1, rest: bool = False, stores: Stores | None = None
    ) -> None:
        self.clock = Clock()
        self.sessions = MemorySessions()
        self.grants = MemoryGrants(self.sessions)
        self.users = MemoryUsers()
        self.browsers = MemoryBrowserSessions()
        self.counters = MemoryCounters()
        self.guesses = MemoryGuesses()
        self.tokens = PlainTokens()
        self._stores: Stores = stores or self
        self._seed = seed
        self._random = random.Random(seed)  # noqa: S311  not for secrets here
        ports: dict[str, Any] = {"settings": settings, "clock": self.clock, "issuer": ISSUER}
        at_random: dict[str, Any] = {"read_secret": read_ci_secret, "random_bytes": self._random.randbytes}
        kept = self._stores
        apps = {
            "issue": issue_app(grants=kept.grants, counters=kept.counters, **ports, **at_random),
            "poll": poll_app(
                grants=kept.grants, sessions=kept.sessions, users=kept.users, tokens=self.tokens, **ports, **at_random
            ),
            "approve": approve_app(
                grants=kept.grants, guesses=kept.guesses, users=kept.users, browsers=kept.browsers, **ports
            ),
            "sessions": sessions_app(
                sessions=kept.sessions,
                users=kept.users,
                browsers=kept.browsers,
                access_tokens=self.tokens,
                read_secret=read_ci_secret,
                **ports,
            ),
        }
        gateways = {name: Gateway(lambda_entry(name, app, edge_secret=EDGE_SECRET), rest) for name, app in apps.items()}
        self.issue, self.poll, self.approve = gateways["issue"], gateways["poll"], gateways["approve"]
        self.after_login = gateways["sessions"]

    def start(self, client_id: str = ACME.client_id, **parameters: str) -> dict[str, Any]:
        """Start a login; return the codes."""
        answer = self.issue.form(routes.DEVICE_AUTHORIZATION, {"client_id": client_id, **parameters})
        assert answer.status == 200, answer.text
        return answer.json

    def ask(self, codes: dict[str, Any], client_id: str = ACME.client_id, **parameters: str) -> Answer:
        """Poll once."""
        form = {"grant_type": DEVICE_CODE_GRANT, "device_code": codes["device_code"], "client_id": client_id}
        return self.poll.form(routes.TOKEN, {**form, **parameters})

    def refresh(self, refresh_token: str, client_id: str = ACME.client_id, **parameters: str) -> Answer:
        """Refresh once."""
        form = {"grant_type": REFRESH_GRANT, "refresh_token": refresh_token, "client_id": client_id}
        return self.poll.form(routes.TOKEN, {**form, **parameters})

    def draw_again(self) -> None:
        """Make the randomness give again what it has given; the codes that live now belong to somebody else."""
        self._random.seed(self._seed)
        for locator, grant in self.grants.items.items():
            self.grants.items[locator] = replace(grant, request=replace(grant.request, secret_digest="0" * 64))

    def disable(self, user: User) -> None:
        """Disable a person, as an operator would."""
        self.users.people[user.user_id] = replace(user, disabled=True, ended_at=int(self.clock.now))

    def enable(self, user: User) -> None:
        """Let a person in again, as an operator would."""
        self.users.people[user.user_id] = replace(self.users.people[user.user_id], disabled=False)

    def sign_in(self, user: User = ADA, *, ago: int = 0) -> Browser:
        """Return a browser in which the person is signed in, having proved it `ago` seconds back."""
        cookie = Secret(self._random.randbytes(16).hex())
        now = int(self.clock.now)
        self._stores.users.save(user)
        self._stores.browsers.add(
            cookie, BrowserSession(user_id=user.user_id, auth_time=now - ago, expires_at=now + 12 * 3600)
        )
        return Browser(self, cookie)

    def approved(self, **parameters: str) -> dict[str, Any]:
        """Start a login and have Ada approve it; return the codes."""
        codes = self.start(**parameters)
        browser = self.sign_in()
        assert browser.lookup(codes["user_code"]).status == 200
        assert browser.decide(codes["user_code"], "approve").json == {"state": "approved"}
        return codes


@dataclass(frozen=True)
class Browser:
    """A signed-in browser on our page."""

    server: Server
    cookie: Secret

    def lookup(self, user_code: str, **headers: str) -> Answer:
        """Open a code."""
        return self.post(routes.LOOKUP, {"user_code": user_code}, **headers)

    def decide(self, user_code: str, decision: str, **headers: str) -> Answer:
        """Approve, deny or release."""
        return self.post(routes.DECIDE, {"user_code": user_code, "decision": decision}, **headers)

    def post(self, path: str, body: dict[str, str], **headers: str) -> Answer:
        """Call the API as the page does; `headers` replace what the page sends, empty ones leave it out."""
        sent = {
            "Cookie": f"__Host-tallystick-session={self.cookie.reveal()}",
            "Origin": ISSUER,
            "X-Tallystick": "1",
            "Content-Type": "application/json",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        kept = {name: value for name, value in sent.items() if value}
        return self.server.approve.send("POST", path, json.dumps(body).encode(), kept)
