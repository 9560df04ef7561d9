"""Who and what is needed for a login here: people in the user pool, secrets of the confidential clients."""

from __future__ import annotations

import json
import secrets  # noqa: TID251  the local run is a door of its own: here real randomness comes in
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from infra.functions import FUNCTIONS
from infra.local.configuration import local_config, secret_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infra.local.aws import Aws


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who can sign in. `role` is their group in the pool, if any."""

    email: str
    given_name: str
    password: str = field(repr=False)
    role: str = ""

    @classmethod
    def demo(cls, email: str = "demo@example.com", given_name: str = "Demo", role: str = "") -> Person:
        """Return a person with a new password that any policy accepts: all four kinds of characters."""
        return cls(email, given_name, f"Tally-{secrets.token_hex(6)}-9", role)


def add_person(aws: Aws, user_pool_id: str, person: Person) -> None:
    """Create the person in the pool, ready to sign in."""
    cognito = aws.client("cognito-idp")
    name = person.given_name
    attributes = {"email": person.email, "email_verified": "true", "name": name, "given_name": name}
    cognito.admin_create_user(
        UserPoolId=user_pool_id,
        Username=person.email,
        MessageAction="SUPPRESS",
        UserAttributes=[{"Name": key, "Value": value} for key, value in attributes.items()],
    )
    cognito.admin_set_user_password(UserPoolId=user_pool_id, Username=person.email, Password=person.password, Permanent=True)
    if person.role:
        cognito.create_group(UserPoolId=user_pool_id, GroupName=person.role)
        cognito.admin_add_user_to_group(UserPoolId=user_pool_id, Username=person.email, GroupName=person.role)


def add_client_secrets(aws: Aws, functions: Mapping[str, str]) -> dict[str, str | None]:
    """Create a secret for every confidential client; return each client's id and secret, None for a public one.

    `functions` are the deployed functions' names. The stack allows some of them each secret by its exact ARN, but the
    emulator draws the ARN's last characters when the secret is made. So a policy on the secret says the same for those.
    """
    policy = _reading_policy(aws, [functions[name] for name, row in FUNCTIONS.items() if row.secrets == "clients"])
    manager = aws.client("secretsmanager")
    made: dict[str, str | None] = {}
    for client in local_config().clients:
        made[client.client_id] = secrets.token_urlsafe(24) if client.secret_arn else None
        if client.secret_arn:
            name = secret_name(client.secret_arn)
            with suppress(manager.exceptions.ResourceExistsException):
                manager.create_secret(Name=name)
            manager.put_secret_value(SecretId=name, SecretString=made[client.client_id])
            manager.put_resource_policy(SecretId=name, ResourcePolicy=policy)
    return made


def _reading_policy(aws: Aws, functions: list[str]) -> str:
    client = aws.client("lambda")
    roles = [client.get_function_configuration(FunctionName=name)["Role"] for name in functions]
    reading = {"Effect": "Allow", "Principal": {"AWS": roles}, "Action": "secretsmanager:GetSecretValue", "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [reading]})
