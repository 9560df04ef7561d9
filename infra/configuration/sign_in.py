"""The part of the configuration that says where people sign in, and what is known of them from there."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from infra.configuration.block import Block
from infra.configuration.texts import SecretArn

HttpsUrl = Annotated[str, Field(pattern=r"^https://[a-z0-9.-]+(:\d+)?(/[A-Za-z0-9._~/-]*)?$")]
# The name of a claim, such as `email`, `custom:team` or `https://example.com/role`.
Claim = Annotated[str, Field(pattern=r"^[!-~]{1,200}$")]


class OidcProvider(Block):
    """The operator's own OIDC provider, with discovery. Without a secret the client is public and relies on PKCE."""

    issuer: HttpsUrl
    client_id: str = Field(min_length=1)
    client_secret_arn: SecretArn | None = None


class UserPool(Block):
    """The choices for the Cognito user pool that the stack makes when there is no other provider."""

    self_sign_up: bool = False
    domain_prefix: str | None = Field(default=None, pattern=r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")


class Claims(Block):
    """Which claims of the identity provider's ID token make a person's profile; null leaves a part out.

    Of a list the first text counts: Cognito lists a person's groups by their precedence.
    """

    email: Claim = "email"
    name: Claim = "name"
    role: Claim | None = "cognito:groups"
    workspace: Claim | None = None
