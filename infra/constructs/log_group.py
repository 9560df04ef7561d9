"""Log groups that forget: each has the operator's retention, and goes with the stack."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import RemovalPolicy
from aws_cdk import aws_logs as logs

if TYPE_CHECKING:
    from constructs import Construct


def make_log_group(scope: Construct, name: str, days: int) -> logs.LogGroup:
    """Make a log group that keeps its lines for so many days."""
    group = logs.LogGroup(scope, name, removal_policy=RemovalPolicy.DESTROY)
    # CDK has an enum for the days; CloudFormation takes the number, which the configuration has checked.
    resource = group.node.default_child
    assert isinstance(resource, logs.CfnLogGroup)  # noqa: S101  for the type checker
    resource.retention_in_days = days
    return group
