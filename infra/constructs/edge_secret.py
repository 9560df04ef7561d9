"""What CloudFront and the functions share, so that a request that went round CloudFront is refused.

The API's own address is public; a request sent straight to it could claim any viewer address and any country. The secret is
made by Secrets Manager and reaches both ends as a CloudFormation dynamic reference: it is in no template and no log. Who may
read a function's configuration may read it; it opens nothing that CloudFront does not open to everyone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import RemovalPolicy
from aws_cdk import aws_secretsmanager as secretsmanager

if TYPE_CHECKING:
    from constructs import Construct


def make_edge_secret(scope: Construct) -> str:
    """Make the secret and return the dynamic reference to it."""
    secret = secretsmanager.Secret(
        scope,
        "EdgeSecret",
        description="Tells requests that came through Tallystick's CloudFront from all others",
        generate_secret_string=secretsmanager.SecretStringGenerator(password_length=64, exclude_punctuation=True),
        removal_policy=RemovalPolicy.DESTROY,
    )
    return secret.secret_value.unsafe_unwrap()
