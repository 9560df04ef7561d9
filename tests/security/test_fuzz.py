"""Thousands of requests that nobody would write, to every endpoint in every dialect: none of them is answered with a fault.

Seeded, so that a failure is found again. FUZZ_REQUESTS in the environment asks for more of them, FUZZ_SEED for others.
"""

from __future__ import annotations

import base64
import json
import os
import random  # noqa: TID251  seeded: what is found must be found again
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from functions import routes
from functions.api import ROUTES
from functions.discovery.app import discovery_app
from functions.entry import lambda_entry
from functions.identity.provider import OidcProvider
from functions.signin.app import signin_app
from functions.tokens.kms import SigningKey
from functions.wire.cookies import SESSION
from functions.wire.dialects.fold import FOLD
from tests.events import EDGE_SECRET, VIEWER, Gateway
from tests.fakes.kms import FakeKms
from tests.fakes.provider import ISSUER as PROVIDER_ISSUER
from tests.fakes.provider import REGISTRATION, FakeProvider
from tests.server import ADA, CI, CI_SECRET, ISSUER, Server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from functions.entry import LambdaHandler

REQUESTS = int(os.environ.get("FUZZ_REQUESTS", "20000"))
SEED = int(os.environ.get("FUZZ_SEED", "8628"))
KEY_ARN = "arn:aws:kms:eu-central-1:123456789012:key/1"
CANARY = "zqcanary"
METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "get", "")
HEADERS = (
    "Authorization", "Content-Type", "Cookie", "Origin", "X-Tallystick", "Sec-Fetch-Site", "User-Agent", "Accept",
    "CloudFront-Viewer-Address", "CloudFront-Viewer-Country", "Host", "X-Forwarded-For",
)  # fmt: skip
NAMES = (
    "client_id", "client_secret", "scope", "device_code", "user_code", "grant_type", "refresh_token", "token", "decision",
    "code_challenge", "code_challenge_method", "code_verifier", "approval_number", "device_name", "label", "keep",
    "token_type_hint", "state", "code", "error", "iss", "fresh", "to", "access_token", "resource",
)  # fmt: skip
ODD = (
    "", " ", "\x00", "\x85", "\u00a0", "\ud800", "\udcff", "é", "ﬀ", "\u212a", "İ", "１２３", "\u202e", "💥",
    "\r\nSet-Cookie: a=b", "%", "%zz", "%ff", "null", "[]", "{}", "-1", "1e999", "../..", "<script>", "' OR 1=1", ";", "=",
    "=;=", '"', "\\", "0" * 5000, "a" * 9000,
)  # fmt: skip


@dataclass
class Target:
    """All functions in one process, and what a login has brought that a request can be made of."""

    handlers: dict[str, LambdaHandler]
    real: tuple[str, ...]
    right: dict[str, dict[str, str]]
    cookie: str


@pytest.fixture(scope="module")
def target() -> Target:
    server = Server()
    kms = FakeKms(KEY_ARN)
    provider = OidcProvider(REGISTRATION, FakeProvider(server.clock), server.clock)
    signin = signin_app(
        issuer=ISSUER,
        provider_issuer=PROVIDER_ISSUER,
        provider=provider,
        users=server.users,
        browsers=server.browsers,
        clock=server.clock,
        random_bytes=random.Random(SEED).randbytes,  # noqa: S311  not for secrets here
    )
    discovery = discovery_app(issuer=ISSUER, scopes=["read"], keys=[SigningKey(KEY_ARN, lambda: kms)])
    waiting, approved = server.start(), server.approved(scope="openid offline_access")
    tokens = server.ask(server.approved(scope="openid offline_access")).json
    browser = server.sign_in(ADA)
    sign_in = Gateway(lambda_entry("signin", signin, edge_secret=EDGE_SECRET)).send("GET", "/auth/login").cookies[0]
    return Target(
        handlers={
            "issue": server.issue.handler,
            "poll": server.poll.handler,
            "approve": server.approve.handler,
            "sessions": server.after_login.handler,
            "signin": lambda_entry("signin", signin, edge_secret=EDGE_SECRET),
            "discovery": lambda_entry("discovery", discovery, edge_secret=EDGE_SECRET),
        },
        cookie=browser.cookie.reveal(),
        right={
            routes.DEVICE_AUTHORIZATION: {"client_id": "acme-cli", "scope": "openid"},
            routes.TOKEN: {
                "client_id": "acme-cli",
                "grant_type": "urn:ietf:params:oauth:grant-type:device_code",
                "device_code": approved["device_code"],
            },
            routes.LOOKUP: {"user_code": waiting["user_code"]},
            routes.DECIDE: {"user_code": waiting["user_code"], "decision": "approve"},
            routes.INTROSPECT: {"client_id": CI.client_id, "client_secret": CI_SECRET, "token": tokens["access_token"]},
            FOLD.token_path: {"device_code": waiting["device_code"]},
        },
        real=(
            *(codes[name] for codes in (waiting, approved) for name in ("device_code", "user_code")),
            *(tokens[name] for name in ("access_token", "refresh_token")),
            "acme-cli", CI.client_id, CI_SECRET, "openid offline_access", "approve", "deny", "release", "S256", "v" * 43,
            "urn:ietf:params:oauth:grant-type:device_code", "refresh_token", "123456",
            f"{SESSION}={browser.cookie.reveal()}", sign_in.partition(";")[0], ISSUER, "1", "current", "sessions",
        ),
    )  # fmt: skip


class Fuzz:
    """Makes requests out of real values, odd ones and mixtures."""

    def __init__(self, target: Target) -> None:
        self._dice = random.Random(SEED)  # noqa: S311  likewise
        self._target = target
        self._makers: tuple[Callable[[], str], ...] = (self._real, self._odd, self._mixed, self._canary)

    def events(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield function and event, in both payload versions."""
        for _ in range(REQUESTS):
            route = self._dice.choice(ROUTES)
            method = route.method if self._often() else self._dice.choice(METHODS)
            path = route.path.replace("{session_id}", self._dice.choice(["ses_" + "0" * 32, self.text(), "%2e"]))
            right = self._target.right.get(route.path, {}) if self._dice.random() < 0.5 else {}
            yield route.function, self._dice.choice([self._http, self._rest])(method, path, right)

    def text(self) -> str:
        """Return any text."""
        return self._dice.choice(self._makers)()

    def _often(self) -> bool:
        return self._dice.random() < 0.8

    def _real(self) -> str:
        return self._dice.choice(self._target.real)

    def _odd(self) -> str:
        return self._dice.choice(ODD)

    def _mixed(self) -> str:
        value = self._real()
        at = self._dice.randrange(len(value) + 1)
        return self._dice.choice([value[:at] + self._odd() + value[at:], value[:at], value.swapcase(), value * 2])

    def _canary(self) -> str:
        return f"{CANARY}{self._odd()}"

    def _http(self, method: str, path: str, right: dict[str, str]) -> dict[str, Any]:
        headers = self._headers()
        body, is_base64 = self._body(right)
        event: dict[str, Any] = {
            "version": "2.0",
            "rawPath": path,
            "rawQueryString": self._query(),
            "headers": {name.lower(): value for name, value in headers.items() if name != "Cookie"},
            "requestContext": {"http": {"method": method, "path": path}, "requestId": "r"},
            "body": body,
            "isBase64Encoded": is_base64,
        }
        return {**event, "cookies": headers["Cookie"].split(";")} if "Cookie" in headers else event

    def _rest(self, method: str, path: str, right: dict[str, str]) -> dict[str, Any]:
        body, is_base64 = self._body(right)
        names = self._some(NAMES)
        return {
            "httpMethod": method,
            "path": path,
            "headers": self._headers(),
            "multiValueQueryStringParameters": {name: [self.text()] for name in names} or None,
            "requestContext": {"requestId": "r"},
            "body": body,
            "isBase64Encoded": is_base64,
        }

    def _headers(self) -> dict[str, str]:
        headers = dict(VIEWER)
        headers["Cookie"] = f"{SESSION}={self._target.cookie}"
        if self._often():
            kind = ["application/x-www-form-urlencoded", "application/json"]
            headers |= {"Content-Type": self._dice.choice(kind), "Origin": ISSUER, "X-Tallystick": "1"}
        for name in self._some(HEADERS):
            value = self.text()
            if name == "Authorization":
                value = f"{self._dice.choice(['Basic', 'Bearer', 'basic', 'DPoP', ''])} {self._encoded(value)}"
            headers[name] = value
        return headers

    def _encoded(self, value: str) -> str:
        raw = value.encode("utf-8", "surrogatepass")
        return self._dice.choice([value, base64.b64encode(raw).decode(), base64.b64encode(raw + b":x").decode()])

    def _query(self) -> str:
        if self._often():
            return ""
        pairs = [(name, self.text().encode("utf-8", "surrogatepass")) for name in self._some(NAMES)]
        return self._dice.choice([urlencode(pairs), self.text()])

    def _body(self, right: dict[str, str]) -> tuple[str | None, bool]:
        members: dict[str, Any] = right | {name: self.text() for name in self._some(NAMES)[: 1 if right else None]}
        form = urlencode([(name, value.encode("utf-8", "surrogatepass")) for name, value in members.items()])
        if self._dice.random() < 0.2:
            members[self._dice.choice(NAMES)] = self._dice.choice([None, True, 1.5, 10**30, [], {}, [[["x"]]]])
        body = self._dice.choice([form, form, json.dumps(members), json.dumps(members), self.text(), "[" * 3000])
        match self._dice.randrange(4):
            case 0:
                return None, False
            case 1:
                return body, False
            case 2:
                return body, True
            case _:
                return base64.b64encode(body.encode("utf-8", "surrogatepass")).decode(), True

    def _some(self, names: tuple[str, ...]) -> list[str]:
        return self._dice.sample(names, self._dice.randrange(6))


@pytest.mark.row("O13", "D13", "O03", "O12")
def test_no_request_is_answered_with_a_fault_an_echo_or_without_its_headers(target: Target) -> None:
    statuses: set[int] = set()
    for function, event in Fuzz(target).events():
        answer = target.handlers[function](event, None)
        statuses.add(answer["statusCode"])
        assert answer["statusCode"] < 500, event
        headers = {name.lower(): value for name, value in answer["headers"].items()}
        assert headers["x-content-type-options"] == "nosniff", event
        assert headers["referrer-policy"] == "no-referrer", event
        assert headers["cache-control"] in ("no-store", "public, max-age=300"), event
        if answer["statusCode"] >= 400:
            assert CANARY not in answer["body"] + json.dumps(headers), event
    # It gets past the first check of each kind, or it would prove little.
    assert statuses >= {200, 204, 303, 400, 401, 403, 404, 405}
