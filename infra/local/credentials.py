"""Who and what is needed for a login here: people in the user pool, secrets of the confidential clients."""

from __future__ import annotations

import secrets  # noqa: TID251  the local run is a door of its own: here real randomness comes in
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from infra.local.configuration import local_config, secret_name

if TYPE_CHECKING:
    from infra.local.aws import Aws


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who can sign in."""

    email: str
    given_name: str
    password: str = field(repr=False)

    @classmethod
    def demo(cls, email: str = "demo@example.com", given_name: str = "Demo") -> Person:
        """Return a person with a new password that any policy accepts: all four kinds of characters."""
        return cls(email, given_name, f"Tally-{secrets.token_hex(6)}-9")


def add_person(aws: Aws, user_pool_id: str, person: Person) -> None:
    """Create the person in the pool, ready to sign in."""
    cognito = aws.client("cognito-idp")
    attributes = {"email": person.email, "email_verified": "true", "given_name": person.given_name}
    cognito.admin_create_user(
        UserPoolId=user_pool_id,
        Username=person.email,
        MessageAction="SUPPRESS",
        UserAttributes=[{"Name": name, "Value": value} for name, value in attributes.items()],
    )
    cognito.admin_set_user_password(UserPoolId=user_pool_id, Username=person.email, Password=person.password, Permanent=True)


def add_client_secrets(aws: Aws) -> dict[str, str | None]:
    """Create a secret for every confidential client; return each client's id and secret, None for a public one."""
    manager = aws.client("secretsmanager")
    made: dict[str, str | None] = {}
    for client in local_config().clients:
        made[client.client_id] = secrets.token_urlsafe(24) if client.secret_arn else None
        if client.secret_arn:
            manager.create_secret(Name=secret_name(client.secret_arn), SecretString=made[client.client_id])
    return made
