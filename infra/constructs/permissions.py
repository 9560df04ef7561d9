"""What each function may do: the calls of its row, on exact resources, and in the table on its own kinds of items only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aws_cdk import aws_iam as iam

if TYPE_CHECKING:
    from infra.functions import Function


@dataclass(frozen=True, slots=True, kw_only=True)
class Resources:
    """What there is to be allowed. `client_secrets` are ARNs, `provider_secret` is one."""

    table_name: str
    table_arn: str
    key_arns: tuple[str, ...]
    client_secrets: tuple[str, ...]
    provider_secret: str | None


def permissions_of(function: Function, resources: Resources) -> list[iam.PolicyStatement]:
    """Return the statements of one function's role, besides its log."""
    statements = [
        iam.PolicyStatement(
            actions=[f"dynamodb:{call}"],
            resources=[resources.table_arn],
            # Should the function be taken over, the other kinds of items are still out of its reach.
            conditions={"ForAllValues:StringLike": {"dynamodb:LeadingKeys": [f"{kind}*" for kind in kinds]}},
        )
        for call, kinds in function.table.items()
    ]
    if function.signing_keys is not None:
        statements.append(iam.PolicyStatement(actions=[function.signing_keys], resources=list(resources.key_arns)))
    secrets = _secrets_of(function, resources)
    if secrets:
        statements.append(iam.PolicyStatement(actions=["secretsmanager:GetSecretValue"], resources=secrets))
    return statements


def _secrets_of(function: Function, resources: Resources) -> list[str]:
    match function.secrets:
        case "clients":
            return list(resources.client_secrets)
        case "provider":
            return [resources.provider_secret] if resources.provider_secret else []
        case None:
            return []
