"""The HTTP API: one route a path, throttled, with an access log that holds nothing secret."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk.aws_apigatewayv2_integrations import HttpLambdaIntegration
from constructs import Construct

from functions.api import functions_of_paths
from infra.constructs.log_group import make_log_group

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws_cdk import aws_lambda as lambda_

    from infra.configuration.config import Config, Throttle

# Neither query, nor header, nor cookie, nor body: a code, a state or a token may be in any of them. The source address is
# CloudFront's, so it is of no use; the functions log the viewer's.
ACCESS_LOG = {
    "requestId": "$context.requestId",
    "time": "$context.requestTime",
    "route": "$context.routeKey",
    "method": "$context.httpMethod",
    "status": "$context.status",
    "responseLength": "$context.responseLength",
    "latency": "$context.responseLatency",
    "integrationStatus": "$context.integrationStatus",
    "integrationLatency": "$context.integrationLatency",
    "error": "$context.error.responseType",
}


class Api(Construct):
    """The API, in two steps: its address first, for the issuer goes into the functions; then its routes to them."""

    def __init__(self, scope: Construct, config: Config) -> None:
        super().__init__(scope, "Api")
        self._config = config
        self._http_api = apigateway.HttpApi(self, "HttpApi", api_name=config.service_name, create_default_stage=False)
        self.api_id = self._http_api.api_id
        self.url = self._http_api.api_endpoint

    def route_to(self, functions: Mapping[str, lambda_.Function]) -> None:
        """Send every path to its function, whatever the method: the function answers 405 with `Allow` itself."""
        integrations = {
            name: HttpLambdaIntegration(name, function, scope_permission_to_route=True)
            for name, function in functions.items()
        }
        routes = [
            apigateway.HttpRoute(
                self,
                path,
                http_api=self._http_api,
                route_key=apigateway.HttpRouteKey.with_(path, apigateway.HttpMethod.ANY),
                integration=integrations[function],
            )
            for path, function in functions_of_paths().items()
        ]
        stage = self._stage()
        # A limit of its own needs its route to be there first.
        stage.node.add_dependency(*routes)

    def _stage(self) -> apigateway.CfnStage:
        throttles = self._config.throttles
        log = make_log_group(self, "AccessLog", self._config.log_retention_days)
        return apigateway.CfnStage(
            self,
            "Stage",
            api_id=self.api_id,
            stage_name="$default",
            auto_deploy=True,
            default_route_settings=apigateway.CfnStage.RouteSettingsProperty(
                throttling_rate_limit=throttles.api.rate, throttling_burst_limit=throttles.api.burst
            ),
            route_settings={
                f"ANY {path}": _limit(throttles.device_authorization)
                for path, function in functions_of_paths().items()
                if function == "issue"
            },
            access_log_settings=apigateway.CfnStage.AccessLogSettingsProperty(
                destination_arn=log.log_group_arn, format=json.dumps(ACCESS_LOG)
            ),
        )


def _limit(throttle: Throttle) -> dict[str, int]:
    return {"ThrottlingRateLimit": throttle.rate, "ThrottlingBurstLimit": throttle.burst}
