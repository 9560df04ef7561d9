"""The deployed stack that integration, browser and conformance tests share: one for the whole run.

By default it is the embedded emulator with IAM enforced, so that every function's role is put to the test as well;
AWS_ENDPOINT_URL names another LocalStack-compatible endpoint.
"""

from __future__ import annotations

import json
import os
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from infra.local.credentials import Person, add_person
from infra.local.deployment import upload_assets
from infra.local.progress import Progress
from infra.local.stack import LocalStack, running_stack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.local.assembly import Assembly
    from infra.local.proxy import Viewer

ENDPOINT_VARIABLE = "AWS_ENDPOINT_URL"


def describe_endpoint() -> str:
    """Say, for pytest's header, where the stack is deployed to."""
    endpoint = os.environ.get(ENDPOINT_VARIABLE)
    return f"{endpoint} (from {ENDPOINT_VARIABLE})" if endpoint else "the embedded emulator, IAM enforced"


@dataclass(frozen=True, slots=True)
class Stack:
    """A deployed Tallystick."""

    local: LocalStack

    @property
    def issuer(self) -> str:
        """The one origin of everything."""
        return self.local.issuer

    @property
    def user(self) -> Person:
        """Someone who can sign in: `email`, `password`, `given_name`."""
        return self.local.user

    @property
    def endpoint(self) -> str:
        """Where AWS calls go."""
        return self.local.aws.endpoint

    def client(self, service: str) -> Any:  # noqa: ANN401  boto3's clients are made at run time
        """Return a boto3 client with the root user's rights."""
        return self.local.aws.client(service)

    def output(self, name: str) -> str:
        """Return an output of the stack."""
        return self.local.outputs[name]

    @property
    def table(self) -> str:
        """The name of the one table."""
        return self.output("TableName")

    @property
    def api_url(self) -> str:
        """The API's own address, around CloudFront."""
        return f"{self.endpoint}/_aws/execute-api/{self.output('ApiId')}"

    def add_person(self, email: str, given_name: str) -> Person:
        """Create another person who can sign in."""
        person = Person.demo(email, given_name)
        add_person(self.local.aws, self.output("UserPoolId"), person)
        return person

    @contextmanager
    def seen_as(self, viewer: Viewer) -> Iterator[None]:
        """Let CloudFront see every request in the block as coming from `viewer`."""
        before, self.local.proxy.viewer = self.local.proxy.viewer, viewer
        try:
            yield
        finally:
            self.local.proxy.viewer = before

    def function(self, name: str) -> str:
        """Return the deployed name of `functions/<name>`."""
        return self.local.functions[name]

    def logs(self, function: str) -> list[str]:
        """Return every line that the function has logged, oldest first."""
        name = self.function(function)
        configuration = self.client("lambda").get_function_configuration(FunctionName=name)
        group = configuration.get("LoggingConfig", {}).get("LogGroup") or f"/aws/lambda/{name}"
        pages = self.client("logs").get_paginator("filter_log_events").paginate(logGroupName=group)
        return [event["message"] for page in pages for event in page["events"]]

    def configure(self, function: str, **variables: str) -> None:
        """Change a function's environment; its next request starts afresh with it."""
        client, name = self.client("lambda"), self.function(function)
        before = client.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
        client.update_function_configuration(FunctionName=name, Environment={"Variables": before | variables})

    def update(self, assembly: Assembly, template: dict[str, Any]) -> None:
        """Deploy a template of `assembly` over the running stack, as `cdk deploy` does."""
        upload_assets(self.local.aws, assembly)
        bucket, key = assembly.template_asset.bucket, "updated.template.json"
        self.client("s3").put_object(Bucket=bucket, Key=key, Body=json.dumps(template))
        cloudformation = self.client("cloudformation")
        cloudformation.update_stack(
            StackName=assembly.stack_name,
            TemplateURL=f"{self.endpoint}/{bucket}/{key}",
            Parameters=[{"ParameterKey": name, "UsePreviousValue": True} for name in template["Parameters"]],
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"],
        )
        waiter = cloudformation.get_waiter("stack_update_complete")
        waiter.wait(StackName=assembly.stack_name, WaiterConfig={"Delay": 1, "MaxAttempts": 120})


@contextmanager
def running() -> Iterator[Stack]:
    """Deploy a stack for the tests, and end it."""
    endpoint = os.environ.get(ENDPOINT_VARIABLE)
    with running_stack(Progress(sys.stderr), enforce_iam=True, endpoint=endpoint) as local:
        yield Stack(local)
