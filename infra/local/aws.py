"""AWS clients that speak to the emulator (or to another LocalStack-compatible endpoint) as its root user."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config

from infra.local.emulator import REGION

_CONFIG = Config(
    connect_timeout=2,
    read_timeout=60,
    retries={"total_max_attempts": 2, "mode": "standard"},
    s3={"addressing_style": "path"},
)


@dataclass(frozen=True, slots=True)
class Aws:
    """Makes clients for `endpoint`. The credentials are the emulators' public ones; the user's own are never read."""

    endpoint: str

    def client(self, service: str) -> Any:  # noqa: ANN401  boto3's clients are made at run time
        """Return a boto3 client of a service."""
        session = boto3.session.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name=REGION)  # noqa: S106
        return session.client(service, endpoint_url=self.endpoint, config=_CONFIG)  # type: ignore[call-overload]
