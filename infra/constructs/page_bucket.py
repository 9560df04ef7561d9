"""The approval page's files: in a private bucket that only our CloudFront may read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import RemovalPolicy
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_s3_deployment as deployment

from infra.constructs.log_group import make_log_group
from infra.page_files import CACHE_CONTROL

if TYPE_CHECKING:
    from pathlib import Path

    from constructs import Construct


def make_page_bucket(scope: Construct, files: Path, *, log_retention_days: int, complete: bool) -> s3.Bucket:
    """Make the bucket, and fill it where the surroundings can. What is in it is in git too, so it goes with the stack."""
    bucket = s3.Bucket(
        scope,
        "Page",
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
        encryption=s3.BucketEncryption.S3_MANAGED,
        enforce_ssl=complete,
        minimum_tls_version=1.2 if complete else None,
        removal_policy=RemovalPolicy.DESTROY,
    )
    if complete:
        deployment.BucketDeployment(
            scope,
            "PageFiles",
            destination_bucket=bucket,
            sources=[deployment.Source.asset(str(files))],
            cache_control=[deployment.CacheControl.from_string(CACHE_CONTROL)],
            # What the page has lost goes, and all of it before the bucket does.
            prune=True,
            retain_on_delete=False,
            log_group=make_log_group(scope, "PageFilesLog", log_retention_days),
        )
    return bucket
