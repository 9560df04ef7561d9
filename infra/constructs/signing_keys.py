"""The keys that sign access tokens: their private halves never leave KMS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import RemovalPolicy
from aws_cdk import aws_kms as kms
from constructs import Construct

if TYPE_CHECKING:
    from collections.abc import Iterable

    from infra.configuration.key_schedule import SigningKeyEntry


def make_signing_keys(scope: Construct, entries: Iterable[SigningKeyEntry], *, production: bool) -> dict[str, int]:
    """Make a key for each entry; return its ARN and the time from which it signs, as the functions want it.

    RS256, because the JWT authorizers of API Gateway and ALB take nothing else. A key is known by its name and not by its
    place, so that the others stay what they are when one comes or goes. In production it outlives the stack, for tokens that
    it signed may be in use.
    """
    parent = Construct(scope, "SigningKeys")
    made = {
        entry: kms.Key(
            parent,
            entry.name,
            description=f"Signs Tallystick's access tokens: {entry.name}",
            key_spec=kms.KeySpec.RSA_2048,
            key_usage=kms.KeyUsage.SIGN_VERIFY,
            removal_policy=RemovalPolicy.RETAIN if production else RemovalPolicy.DESTROY,
        )
        for entry in entries
    }
    return {key.key_arn: entry.epoch for entry, key in made.items()}
