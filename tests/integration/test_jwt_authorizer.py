"""Our tokens at an API Gateway that knows our issuer and nothing else: the README's snippet, deployed."""

from __future__ import annotations

import json
import re
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import requests

from infra.tools import use_own_node
from tests.device import Device
from tests.forger import Forger, part

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.stack import Stack

README = Path(__file__).parents[2] / "README.md"
STACK = "api-of-somebody"
PATH = "/deployments"


def snippet() -> str:
    """Return the README's words."""
    [found] = re.findall(r"```python\n(from aws_cdk.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert isinstance(found, str)
    return found


class _Deployments(BaseHTTPRequestHandler):
    """The API itself: whoever comes through is welcome."""

    def do_GET(self) -> None:
        """Answer."""
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"all deployments")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def backend() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Deployments)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def template(issuer: str, backend_url: str) -> dict[str, Any]:
    """Synthesize an API with one route as the README says."""
    use_own_node()
    from aws_cdk import App, CfnOutput, DefaultStackSynthesizer, Stack
    from aws_cdk.assertions import Template
    from aws_cdk.aws_apigatewayv2 import HttpApi
    from aws_cdk.aws_apigatewayv2_integrations import HttpUrlIntegration

    stack = Stack(App(), STACK, synthesizer=DefaultStackSynthesizer(generate_bootstrap_version_rule=False))
    api = HttpApi(stack, "Api")
    names = {"api": api, "integration": HttpUrlIntegration("Backend", backend_url)}
    exec(snippet().replace("https://login.example.com", issuer), names)  # noqa: S102  it is the README that is tested
    CfnOutput(stack, "ApiId", value=api.api_id)
    made: dict[str, Any] = Template.from_stack(stack).to_json()
    return made


@pytest.fixture(scope="module")
def api(stack: Stack) -> Iterator[str]:
    """Return the address of the protected route."""
    cloudformation = stack.client("cloudformation")
    with backend() as backend_url:
        body = json.dumps(template(stack.issuer, backend_url))
        cloudformation.create_stack(StackName=STACK, TemplateBody=body)
        cloudformation.get_waiter("stack_create_complete").wait(
            StackName=STACK, WaiterConfig={"Delay": 1, "MaxAttempts": 60}
        )
        [output] = cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]["Outputs"]
        yield f"{stack.endpoint}/_aws/execute-api/{output['OutputValue']}{PATH}"
        cloudformation.delete_stack(StackName=STACK)


@pytest.fixture(scope="module")
def token(stack: Stack) -> str:
    device = Device(stack, scope="profile deploy:read")
    device.approve()
    access_token: str = device.poll().json()["access_token"]
    return access_token


def call(api: str, token: str | None) -> int:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return requests.get(api, headers=headers, timeout=30).status_code


@pytest.fixture
def forger(stack: Stack, token: str) -> Forger:
    return Forger(stack, token)


@pytest.mark.row("J03", "J07", "J08")
def test_a_token_of_ours_comes_through(api: str, token: str) -> None:
    assert call(api, token) == 200


@pytest.mark.row("J09")
def test_a_token_forged_with_nothing_wrong_comes_through(api: str, forger: Forger) -> None:
    """Proves that the others are refused for what was changed."""
    assert call(api, forger.with_our_key()) == 200


@pytest.mark.row("J09")
@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://evil.example"},
        {"iss": None},
        {"aud": "https://other.example"},
        {"aud": "demo-cli"},
        {"exp": 1},
        {"iat": int(time.time()) + 3600},  # noqa: TID251  the emulator has no other clock
    ],
    ids=["issuer", "no issuer", "audience", "an ID token's audience", "expired", "from the future"],
)
def test_a_wrong_claim_is_refused_even_with_our_own_signature(api: str, forger: Forger, claims: dict[str, object]) -> None:
    assert call(api, forger.with_our_key(**claims)) == 401


@pytest.mark.row("J09")
def test_a_signature_that_is_not_ours_is_refused(api: str, token: str, forger: Forger) -> None:
    header, _, signature = token.split(".")
    forgeries = {
        "unsigned": forger.unsigned(),
        "HS256 with the public key": forger.with_the_public_key_as_secret(),
        "another key under our kid": forger.with_their_key(),
        "another key under its own kid": forger.with_their_key(kid="theirs"),
        "a key that comes along": forger.with_their_key_in_the_header(),
        "a changed claim": f"{header}.{part(forger.claims | {'sub': 'usr_x'})}.{signature}",
        "no token": None,
        "no JWT": "x",
    }
    assert {name: call(api, forged) for name, forged in forgeries.items()} == dict.fromkeys(forgeries, 401)


def test_a_token_without_the_scope_of_the_route_is_refused(api: str, forger: Forger) -> None:
    assert call(api, forger.with_our_key(scope="profile")) == 403
