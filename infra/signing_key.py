"""The key that signs access tokens: its private half never leaves KMS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import RemovalPolicy
from aws_cdk import aws_kms as kms

if TYPE_CHECKING:
    from constructs import Construct


def make_signing_key(scope: Construct, *, production: bool) -> kms.Key:
    """Make the key: RS256, because the JWT authorizers of API Gateway and ALB take nothing else.

    In production it outlives the stack, for tokens that it signed may be in use.
    """
    return kms.Key(
        scope,
        "SigningKey",
        description="Signs Tallystick's access tokens",
        key_spec=kms.KeySpec.RSA_2048,
        key_usage=kms.KeyUsage.SIGN_VERIFY,
        removal_policy=RemovalPolicy.RETAIN if production else RemovalPolicy.DESTROY,
    )
