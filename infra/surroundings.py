"""Where the stack is deployed to: AWS, or the emulator of the local run. All that differs between them stands here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from aws_cdk import CfnParameter, Stack
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins

from infra.bundle import AWS, Target

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws_cdk import aws_cognito as cognito

    from infra.configuration.domain import Domain

# CloudFront to API Gateway. Functions end before it; the person gets our answer and not CloudFront's.
_API_TLS = cloudfront.OriginSslPolicy.TLS_V1_2


class Surroundings(Protocol):
    """What the stack asks of the place it is deployed to."""

    target: Target
    complete: bool
    """Whether the place has all that the stack wants: TLS to the page's bucket, its upload, the look of Cognito's pages."""

    def issuer(self, domain: Domain | None, distribution: cloudfront.Distribution) -> str:
        """Return the issuer: the one origin of everything, without a slash at its end."""

    def api_origin(self, stack: Stack, api_id: str, headers: Mapping[str, str]) -> origins.HttpOrigin:
        """Return where CloudFront finds the API. It sends `headers` along."""

    def pool_metadata(self, pool: cognito.UserPool) -> str | None:
        """Return the address of the user pool's discovery document; None where the issuer tells it."""


class OnAws:
    """AWS itself."""

    target = AWS
    complete = True

    def issuer(self, domain: Domain | None, distribution: cloudfront.Distribution) -> str:
        """Return the operator's domain, or CloudFront's."""
        return f"https://{domain.name if domain else distribution.distribution_domain_name}"

    def api_origin(self, stack: Stack, api_id: str, headers: Mapping[str, str]) -> origins.HttpOrigin:
        """Return the API's own address, over TLS."""
        host = f"{api_id}.execute-api.{stack.region}.{stack.url_suffix}"
        return origins.HttpOrigin(
            host,
            protocol_policy=cloudfront.OriginProtocolPolicy.HTTPS_ONLY,
            origin_ssl_protocols=[_API_TLS],
            custom_headers=headers,
        )

    def pool_metadata(self, pool: cognito.UserPool) -> str | None:
        """Return nothing: Cognito's issuer serves its document where OpenID Connect says."""
        del pool
        return None


class LocalRun:
    """The emulator behind a loopback proxy.

    The issuer and the emulator's port are parameters of the template, so that one synthesized assembly serves every run.
    """

    ISSUER = "LocalIssuer"
    PORT = "EmulatorPort"

    complete = False

    def __init__(self) -> None:
        self.target = Target.host()

    def issuer(self, domain: Domain | None, distribution: cloudfront.Distribution) -> str:
        """Return the proxy's address, which the starter gives: loopback, so http."""
        del domain
        return CfnParameter(Stack.of(distribution), self.ISSUER).value_as_string

    def api_origin(self, stack: Stack, api_id: str, headers: Mapping[str, str]) -> origins.HttpOrigin:
        """Return the API behind the emulator's one port, by path: its CloudFront cannot reach `execute-api` hosts."""
        return origins.HttpOrigin(
            "localhost",
            protocol_policy=cloudfront.OriginProtocolPolicy.HTTP_ONLY,
            http_port=self._port(stack).value_as_number,
            origin_path=f"/_aws/execute-api/{api_id}",
            custom_headers=headers,
        )

    def pool_metadata(self, pool: cognito.UserPool) -> str | None:
        """Return the document at the emulator: the issuer that it names is AWS's.

        Not `localhost`: the pages that it leads to must be another site than ours, as Cognito's are on AWS.
        """
        port = self._port(Stack.of(pool)).value_as_string
        return f"http://127.0.0.1:{port}/{pool.user_pool_id}/.well-known/openid-configuration"

    def _port(self, stack: Stack) -> CfnParameter:
        found = stack.node.try_find_child(self.PORT)
        return found if isinstance(found, CfnParameter) else CfnParameter(stack, self.PORT, type="Number")
