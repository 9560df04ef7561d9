"""The signing key changes on a running stack: by the operator's command and CloudFormation, under a loop of logins."""

from __future__ import annotations

import json
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import jwt
import pytest
import requests

from functions.domain.pkce import challenge_of
from functions.routes import KEY_SET
from infra.commands import rotate_key
from infra.configuration.config import read_config
from infra.local.assembly import local_assembly
from infra.tools import CDK_JSON
from tests.device import Device
from tests.sign_in import PlainBrowser
from tests.verifier import verify_access_token

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from infra.local.assembly import Assembly
    from tests.stack import Stack

AUDIENCE = "https://api.example.com"
# The next key waits until then at first, so that the assembly is the same in every run and is kept.
FAR = datetime(2100, 1, 1, tzinfo=UTC)
# Of the day between publishing and signing, and of the five minutes that PyJWT keeps a key set, these seconds remain.
SECONDS_TO_THE_CHANGE = 4
SECONDS_KEPT = 2
PATIENCE = 120
# A tool that proves itself can ask again when the answer with its tokens is lost.
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
PROMISE = {"code_challenge": challenge_of(VERIFIER) or "", "code_challenge_method": "S256"}


# The emulator ends functions at work to change their settings (502), where AWS lets them finish; and while it updates a
# stack on a small machine its table is slow to answer (503, to be tried again, as every tool and page does).
NOT_NOW = {requests.codes.bad_gateway, requests.codes.unavailable, requests.codes.gateway_timeout}
TRIES = 5


def answered(send: Callable[[], requests.Response]) -> requests.Response:
    """Send until the answer is another than "not now", a few times."""
    for _ in range(TRIES - 1):
        answer = send()
        if answer.status_code not in NOT_NOW:
            return answer
    return send()


class Patient(Device):
    """A device, and the person before it, that ask again."""

    def ask(self, send: Callable[[], requests.Response]) -> requests.Response:
        """Send until there is an answer."""
        return answered(send)


class Usual(jwt.PyJWKClient):
    """A verifier that keeps the key set for a while. It tries twice to fetch it, see `NOT_NOW`."""

    def __init__(self, uri: str) -> None:
        super().__init__(uri, lifespan=SECONDS_KEPT)

    def fetch_data(self) -> Any:  # noqa: ANN401  PyJWT's signature
        """Fetch the set."""
        try:
            return super().fetch_data()
        except jwt.PyJWKClientConnectionError:
            return super().fetch_data()


class Slow(jwt.PyJWKClient):
    """A verifier that read the key set once and will not ask again for hours, as API Gateway's."""

    def __init__(self, uri: str) -> None:
        super().__init__(uri, cache_jwk_set=False)
        self._read_once = Usual(uri).fetch_data()

    def fetch_data(self) -> Any:  # noqa: ANN401  PyJWT's signature
        """Return what was read."""
        return self._read_once


@dataclass
class Loop:
    """Logs in over and over; each token is checked by every verifier when it comes and again with every later one."""

    stack: Stack
    verifiers: list[jwt.PyJWKClient]
    tokens: list[str] = field(default_factory=list)
    failure: BaseException | None = None
    ended: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Go on until told to end, or until something fails."""
        try:
            browser = PlainBrowser(self.stack.issuer).sign_in(self.stack.user)
            while not self.ended.is_set():
                self._log_in(browser)
        except BaseException as failure:  # noqa: BLE001  it is the test's to raise
            self.failure = failure

    def _log_in(self, browser: PlainBrowser) -> None:
        device = Patient(self.stack, **PROMISE)
        device.approve(browser)
        answer = device.poll(code_verifier=VERIFIER)
        assert answer.status_code == 200, answer.text
        self.tokens.append(answer.json()["access_token"])
        for verifier in list(self.verifiers):
            for token in self.tokens:
                verify_access_token(token, verifier, self.stack.issuer, AUDIENCE)

    def until(self, condition: Callable[[], bool]) -> None:
        """Wait while the loop goes on; raise what failed in it."""
        deadline = time.monotonic() + PATIENCE
        while not condition():
            if self.failure:
                raise self.failure
            assert time.monotonic() < deadline, "the loop of logins stands still"
            time.sleep(0.05)

    def more(self, count: int) -> None:
        """Wait for so many more logins."""
        goal = len(self.tokens) + count
        self.until(lambda: len(self.tokens) >= goal)

    def kids(self) -> list[str]:
        """Return which key signed each token."""
        return [jwt.get_unverified_header(token)["kid"] for token in self.tokens]


@contextmanager
def looping(stack: Stack) -> Iterator[Loop]:
    loop = Loop(stack, [Usual(stack.issuer + KEY_SET)])
    thread = threading.Thread(target=loop.run)
    thread.start()
    try:
        yield loop
    finally:
        loop.ended.set()
        thread.join()
    if loop.failure:
        raise loop.failure


def published(stack: Stack) -> list[str]:
    return [key["kid"] for key in answered(lambda: requests.get(stack.issuer + KEY_SET, timeout=30)).json()["keys"]]


@pytest.fixture
def rotated(tmp_path: Path) -> tuple[Assembly, int]:
    """Return what the operator's command makes of the stack, and when the new key would sign."""
    cdk_json = tmp_path / "cdk.json"
    cdk_json.write_bytes(CDK_JSON.read_bytes())
    assert rotate_key.main([], cdk_json, FAR) == 0
    assembly, _ = local_assembly(cdk_json)
    return assembly, read_config(cdk_json).signing_keys[-1].epoch


@pytest.mark.row("J12")
def test_the_key_changes_under_a_loop_of_logins_and_no_token_is_refused(stack: Stack, rotated: tuple[Assembly, int]) -> None:
    assembly, far = rotated
    [old] = published(stack)
    with looping(stack) as loop:
        loop.more(2)

        stack.update(assembly, assembly.template)
        loop.until(lambda: len(published(stack)) == 2)
        first, new = published(stack)
        assert first == old, "the key that signs is another one after the update"
        loop.verifiers.append(Slow(stack.issuer + KEY_SET))
        loop.more(2)
        assert set(loop.kids()) == {old}, "the new key signed before its time"

        change = int(time.time()) + SECONDS_TO_THE_CHANGE  # noqa: TID251  the deployed functions have no other clock
        stack.update(assembly, json.loads(json.dumps(assembly.template).replace(str(far), str(change))))
        loop.until(lambda: new in loop.kids())
        loop.more(3)
    assert loop.kids() == sorted(loop.kids(), key=[old, new].index), "a key signed again after its successor"
    assert published(stack) == [old, new]
