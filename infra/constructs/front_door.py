"""CloudFront: the one origin of everything, which is also the issuer. The page from the bucket, the rest from the API."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aws_cdk import Duration
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_route53 as route53
from aws_cdk import aws_route53_targets as targets

from functions.api import first_segments
from infra.constructs.front_headers import PAGE_CSP, api_headers, headers_of, page_headers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aws_cdk import aws_s3 as s3
    from constructs import Construct

    from infra.configuration.domain import Domain

# What the functions read. `Authorization` may not be in this list; see `_credentials_policy`.
FORWARDED_HEADERS = (
    "Accept",
    "CloudFront-Viewer-Address",
    "CloudFront-Viewer-Country",
    "Content-Type",
    "Origin",
    "Sec-Fetch-Site",
    "User-Agent",
    "X-Tallystick",
)
_ROUTER = Path(__file__).with_name("page_router.js")
# Documents for everyone (RFC 8615): nobody sends credentials for them.
_PUBLIC = ".well-known"
# CloudFront would keep an error of the API for ten seconds and show it to others.
_ERRORS = (400, 403, 404, 405, 414, 500, 502, 503, 504)


def make_front_door(
    scope: Construct, *, api: origins.HttpOrigin, page: s3.Bucket, files: Sequence[str], domain: Domain | None
) -> cloudfront.Distribution:
    """Make the distribution. It logs nothing: its log would hold query strings, and with them user codes."""
    api_behaviours = _api_behaviours(scope, api)
    distribution = cloudfront.Distribution(
        scope,
        "FrontDoor",
        comment="Tallystick: the approval page and the API, on one origin",
        default_behavior=_page_behaviour(scope, page, files),
        additional_behaviors=api_behaviours,
        error_responses=[cloudfront.ErrorResponse(http_status=status, ttl=Duration.seconds(0)) for status in _ERRORS],
        http_version=cloudfront.HttpVersion.HTTP2_AND_3,
        minimum_protocol_version=cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021,
        domain_names=[domain.name] if domain else None,
        certificate=acm.Certificate.from_certificate_arn(scope, "Certificate", domain.certificate_arn) if domain else None,
    )
    if domain and domain.hosted_zone:
        _name(scope, distribution, domain)
    return distribution


def router_code(files: Sequence[str]) -> str:
    """Return the program of the page's addresses: `page.html` is at `/page`, other files at their own names."""
    known = {f"/{name.removesuffix('.html')}": f"/{name}" for name in files}
    headers = {name.lower(): {"value": value} for name, value in headers_of(PAGE_CSP).items()}
    program = _ROUTER.read_text(encoding="utf-8")
    return program.replace("__FILES__", json.dumps(known)).replace("__HEADERS__", json.dumps(headers))


def _page_behaviour(scope: Construct, page: s3.Bucket, files: Sequence[str]) -> cloudfront.BehaviorOptions:
    router = cloudfront.Function(
        scope,
        "PageRouter",
        code=cloudfront.FunctionCode.from_inline(router_code(files)),
        runtime=cloudfront.FunctionRuntime.JS_2_0,
        comment="The addresses of the approval page",
    )
    return cloudfront.BehaviorOptions(
        origin=origins.S3BucketOrigin.with_origin_access_control(page),
        viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        # The router answers all but GET and HEAD; CloudFront's own refusal would come without our headers.
        allowed_methods=cloudfront.AllowedMethods.ALLOW_ALL,
        # Keeps both encodings, and what is `no-cache` for one second: with none CloudFront would not compress.
        cache_policy=cloudfront.CachePolicy.CACHING_OPTIMIZED,
        response_headers_policy=page_headers(scope),
        compress=True,
        function_associations=[
            cloudfront.FunctionAssociation(function=router, event_type=cloudfront.FunctionEventType.VIEWER_REQUEST)
        ],
    )


def _api_behaviours(scope: Construct, api: origins.HttpOrigin) -> dict[str, cloudfront.BehaviorOptions]:
    """Return path pattern → behaviour, one for each first segment of the API's paths."""
    common: dict[str, Any] = {
        "origin": api,
        # Not a redirect: a POST that went out in clear would be sent a second time, and nobody would notice the first.
        "viewer_protocol_policy": cloudfront.ViewerProtocolPolicy.HTTPS_ONLY,
        "allowed_methods": cloudfront.AllowedMethods.ALLOW_ALL,
        "origin_request_policy": _forwarding_policy(scope),
        "response_headers_policy": api_headers(scope),
        # A token and a text that a stranger chose can be in one answer: its length must tell nothing (BREACH).
        "compress": False,
    }
    with_credentials = _credentials_policy(scope)
    return {
        f"/{segment}/*": cloudfront.BehaviorOptions(
            **common,
            cache_policy=cloudfront.CachePolicy.CACHING_DISABLED if segment == _PUBLIC else with_credentials,
        )
        for segment in first_segments()
    }


def _forwarding_policy(scope: Construct) -> cloudfront.OriginRequestPolicy:
    """Make the policy for what the API gets of a request: what the functions read, and who the viewer is.

    "All viewer headers except Host" would leave out the headers that CloudFront adds, and "all viewer headers and these of
    CloudFront" would send the viewer's Host, with which API Gateway answers 403. A list may have ten names.
    """
    return cloudfront.OriginRequestPolicy(
        scope,
        "Forwarding",
        comment="What Tallystick's functions read",
        header_behavior=cloudfront.OriginRequestHeaderBehavior.allow_list(*FORWARDED_HEADERS),
        cookie_behavior=cloudfront.OriginRequestCookieBehavior.all(),
        query_string_behavior=cloudfront.OriginRequestQueryStringBehavior.all(),
    )


def _credentials_policy(scope: Construct) -> cloudfront.CachePolicy:
    """Make the cache policy that lets `Authorization` through: CloudFront takes it only as a part of the cache's key.

    Nothing is kept all the same, for every answer there is `no-store`. And cookies and query are parts of the key too:
    whatever CloudFront does with two requests at once, neither person is answered with what is the other's.
    """
    return cloudfront.CachePolicy(
        scope,
        "WithCredentials",
        comment="Passes Authorization on, keeps nothing",
        header_behavior=cloudfront.CacheHeaderBehavior.allow_list("Authorization"),
        cookie_behavior=cloudfront.CacheCookieBehavior.all(),
        query_string_behavior=cloudfront.CacheQueryStringBehavior.all(),
        min_ttl=Duration.seconds(0),
        default_ttl=Duration.seconds(0),
        max_ttl=Duration.seconds(1),
    )


def _name(scope: Construct, distribution: cloudfront.Distribution, domain: Domain) -> None:
    assert domain.hosted_zone is not None  # noqa: S101  for the type checker
    zone = route53.HostedZone.from_hosted_zone_attributes(
        scope, "Zone", hosted_zone_id=domain.hosted_zone.zone_id, zone_name=domain.hosted_zone.zone_name
    )
    target = route53.RecordTarget.from_alias(targets.CloudFrontTarget(distribution))
    route53.ARecord(scope, "Ipv4Name", zone=zone, record_name=domain.name, target=target)
    route53.AaaaRecord(scope, "Ipv6Name", zone=zone, record_name=domain.name, target=target)
