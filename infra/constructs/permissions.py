"""What each function may do: its own calls, on exact resources, and in the table on its own kinds of items only."""

from __future__ import annotations

from dataclasses import dataclass

from aws_cdk import aws_iam as iam

# The kinds of items that a call may touch, by how their keys begin (`functions/store`).
_GRANT, _USER, _BROWSER, _SIGN_IN = "grant#*", "user#*", "browser#*", "signin#*"
_LIMIT, _TOKEN = "limit#*", "token#*"

TABLE_CALLS: dict[str, dict[str, tuple[str, ...]]] = {
    "issue": {"PutItem": (_GRANT,), "UpdateItem": (_LIMIT,)},
    # Redeeming and opening the session are one transaction, which needs the rights of its parts. Both parts may touch both
    # kinds: AWS does not say whether a part is held to its own key or to the keys of the whole transaction.
    "poll": {
        "UpdateItem": (_GRANT, _USER),
        "PutItem": (_GRANT, _USER, _TOKEN),
        "GetItem": (_USER,),
        "DeleteItem": (_USER,),
    },
    "approve": {"UpdateItem": (_GRANT, _USER, _LIMIT), "GetItem": (_BROWSER, _USER, _LIMIT)},
    "signin": {
        "PutItem": (_BROWSER, _SIGN_IN),
        "GetItem": (_BROWSER, _USER),
        "UpdateItem": (_USER,),
        "DeleteItem": (_BROWSER,),
    },
    "sessions": {
        "GetItem": (_USER, _BROWSER, _TOKEN),
        "Query": (_USER,),
        "UpdateItem": (_USER,),
        "DeleteItem": (_USER,),
    },
    "discovery": {},
}
KEY_CALLS = {"poll": ("kms:Sign",), "sessions": ("kms:GetPublicKey",), "discovery": ("kms:GetPublicKey",)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Resources:
    """What there is to be allowed. `client_secrets` are ARNs, `provider_secret` is one."""

    table_name: str
    table_arn: str
    key_arns: tuple[str, ...]
    client_secrets: tuple[str, ...]
    provider_secret: str | None


def permissions_of(function: str, resources: Resources) -> list[iam.PolicyStatement]:
    """Return the statements of one function's role, besides its log."""
    statements = [
        iam.PolicyStatement(
            actions=[f"dynamodb:{call}"],
            resources=[resources.table_arn],
            # Should the function be taken over, the other kinds of items are still out of its reach.
            conditions={"ForAllValues:StringLike": {"dynamodb:LeadingKeys": list(kinds)}},
        )
        for call, kinds in TABLE_CALLS[function].items()
    ]
    if function in KEY_CALLS:
        statements.append(iam.PolicyStatement(actions=list(KEY_CALLS[function]), resources=list(resources.key_arns)))
    secrets = _secrets_of(function, resources)
    if secrets:
        statements.append(iam.PolicyStatement(actions=["secretsmanager:GetSecretValue"], resources=secrets))
    return statements


def _secrets_of(function: str, resources: Resources) -> list[str]:
    if function in {"issue", "poll", "sessions"}:
        return list(resources.client_secrets)
    return [resources.provider_secret] if function == "signin" and resources.provider_secret else []
