"""The part of the configuration that names the operator's own domain."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from infra.configuration.block import Block

# CloudFront takes certificates from us-east-1 only.
CertificateArn = Annotated[str, Field(pattern=r"^arn:aws[a-z-]*:acm:us-east-1:\d{12}:certificate/[0-9a-f-]+$")]


class HostedZone(Block):
    """The Route 53 zone that gets the domain's records."""

    zone_id: str = Field(pattern=r"^Z[A-Z0-9]+$")
    zone_name: str


class Domain(Block):
    """The operator's own domain; it becomes the issuer. Without a zone the operator makes the DNS records."""

    name: str = Field(pattern=r"^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$", max_length=253)
    certificate_arn: CertificateArn
    hosted_zone: HostedZone | None = None

    @model_validator(mode="after")
    def _zone_holds_name(self) -> Domain:
        zone = self.hosted_zone
        if zone is not None and not f".{self.name}".endswith(f".{zone.zone_name}"):
            raise ValueError(f'the domain "{self.name}" is not in the hosted zone "{zone.zone_name}"')
        return self
