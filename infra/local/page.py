"""Puts the page's files into its bucket, with the headers that they have on AWS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infra.page_files import CACHE_CONTROL, CONTENT_TYPES, page_files

if TYPE_CHECKING:
    from infra.local.assembly import Assembly
    from infra.local.aws import Aws


def upload_page(aws: Aws, assembly: Assembly, bucket: str) -> None:
    """Upload every file under its own name."""
    s3 = aws.client("s3")
    for name in page_files(assembly.page):
        file = assembly.page / name
        s3.put_object(
            Bucket=bucket,
            Key=name,
            Body=file.read_bytes(),
            ContentType=CONTENT_TYPES[file.suffix],
            CacheControl=CACHE_CONTROL,
        )
