"""The last release's functions beside today's: one table, one API, and each function's requests answered by either."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.releases.release import Release
    from tests.stack import Stack


class Side(StrEnum):
    """Whose code answers."""

    OLD = "old"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Deployment:
    """A deployment that is under way: the API sends each function's requests to one side, which can change at any time."""

    api: Any
    api_id: str
    arns: Mapping[tuple[Side, str], str]
    integrations: Mapping[str, tuple[str, ...]]
    in_use: dict[str, Side]

    @property
    def functions(self) -> tuple[str, ...]:
        """The functions that both sides have."""
        return tuple(sorted(self.integrations))

    def use(self, side: Side, *functions: str) -> None:
        """Have these functions, or all, answered by one side, from the next request on."""
        for function in functions or self.functions:
            if self.in_use[function] is not side:
                for integration in self.integrations[function]:
                    arn = self.arns[side, function]
                    self.api.update_integration(ApiId=self.api_id, IntegrationId=integration, IntegrationUri=arn)
                self.in_use[function] = side


@contextmanager
def beside_today(stack: Stack, release: Release) -> Iterator[Deployment]:
    """Put a release's functions into the stack for a while, each with the role and environment of today's by its name."""
    bucket, key = stack.local.assembly.template_asset.bucket, f"{release.name}.zip"
    stack.client("s3").put_object(Bucket=bucket, Key=key, Body=release.bundle())
    client, api, api_id = stack.client("lambda"), stack.client("apigatewayv2"), stack.output("ApiId")
    arns: dict[tuple[Side, str], str] = {}
    for function, described in release.functions.items():
        today = client.get_function_configuration(FunctionName=stack.function(function))
        name = f"{release.name.replace('.', '-')}-{function}"
        made = client.create_function(
            FunctionName=name, Code={"S3Bucket": bucket, "S3Key": key}, **_as_today(today, described)
        )
        called_by_the_api = {"Action": "lambda:InvokeFunction", "Principal": "apigateway.amazonaws.com"}
        client.add_permission(FunctionName=name, StatementId="api", **called_by_the_api)
        arns |= {(Side.OLD, function): made["FunctionArn"], (Side.NEW, function): today["FunctionArn"]}
    targets = {each["IntegrationId"]: each["IntegrationUri"] for each in api.get_integrations(ApiId=api_id)["Items"]}
    integrations = {
        function: tuple(found for found, target in targets.items() if target == arns[Side.NEW, function])
        for function in release.functions
    }
    deployment = Deployment(api, api_id, arns, integrations, dict.fromkeys(integrations, Side.NEW))
    try:
        yield deployment
    finally:
        deployment.use(Side.NEW)
        for function in deployment.functions:
            client.delete_function(FunctionName=arns[Side.OLD, function])


def _as_today(today: dict[str, Any], described: dict[str, Any]) -> dict[str, Any]:
    """Return how an old function runs: with the rights and values of today's, but told no more than it was told then."""
    same = {name: today[name] for name in ("Runtime", "Architectures", "Role", "Timeout", "MemorySize")}
    told = {name: today["Environment"]["Variables"][name] for name in described["environment"]}
    return same | {"Handler": described["handler"], "Environment": {"Variables": told}}
