"""Puts the files of web/ into the page's bucket, with the headers that they have on AWS."""

from __future__ import annotations

import mimetypes
from typing import TYPE_CHECKING

from infra.tools import ROOT

if TYPE_CHECKING:
    from infra.local.assembly import Assembly
    from infra.local.aws import Aws


def upload_page(aws: Aws, assembly: Assembly, bucket: str) -> None:
    """Upload every file under its own name."""
    s3 = aws.client("s3")
    for name in assembly.page_files:
        s3.put_object(
            Bucket=bucket,
            Key=name,
            Body=(ROOT / "web" / name).read_bytes(),
            ContentType=mimetypes.guess_type(name)[0] or "application/octet-stream",
            CacheControl=assembly.page_cache_control,
        )
