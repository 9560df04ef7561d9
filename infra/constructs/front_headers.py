"""The headers that are on every answer, whatever the origin said.

CloudFront's policy puts them on what comes from the API and the bucket, their errors included; the page's router on what
it answers itself. Without them stay only answers that CloudFront makes before it has asked anyone: the redirect to https,
and the static pages that say an origin cannot be reached. Nothing of the request is in those.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration
from aws_cdk import aws_cloudfront as cloudfront

if TYPE_CHECKING:
    from constructs import Construct

# The page's own files and its API, and nothing else; nobody frames it, no script makes markup out of text.
PAGE_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
)
# JSON is not a document. Should a browser show it as one, it may load nothing.
API_CSP = "default-src 'none'; frame-ancestors 'none'"
_HSTS_DAYS = 730
# What a page that compares a code never asks a browser for. Names that browsers do not know would be errors in the console.
_DENIED = (
    "accelerometer",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "screen-wake-lock",
    "serial",
    "usb",
)
_CUSTOM = {
    # Whoever opened us in a window gets no handle on it, and no other site can embed what we serve.
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{name}=()" for name in _DENIED),
    "X-Robots-Tag": "noindex",
}


def headers_of(csp: str) -> dict[str, str]:
    """Return all of them, as a policy with this Content-Security-Policy puts them on an answer."""
    return {
        "Content-Security-Policy": csp,
        "Referrer-Policy": "no-referrer",
        "Strict-Transport-Security": f"max-age={_HSTS_DAYS * 24 * 3600}; includeSubDomains",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        **_CUSTOM,
    }


def page_headers(scope: Construct) -> cloudfront.ResponseHeadersPolicy:
    """Make the policy for the page."""
    return _policy(scope, "PageHeaders", PAGE_CSP)


def api_headers(scope: Construct) -> cloudfront.ResponseHeadersPolicy:
    """Make the policy for the API."""
    return _policy(scope, "ApiHeaders", API_CSP)


def _policy(scope: Construct, name: str, csp: str) -> cloudfront.ResponseHeadersPolicy:
    return cloudfront.ResponseHeadersPolicy(
        scope,
        name,
        security_headers_behavior=cloudfront.ResponseSecurityHeadersBehavior(
            content_security_policy=cloudfront.ResponseHeadersContentSecurityPolicy(
                content_security_policy=csp, override=True
            ),
            content_type_options=cloudfront.ResponseHeadersContentTypeOptions(override=True),
            frame_options=cloudfront.ResponseHeadersFrameOptions(
                frame_option=cloudfront.HeadersFrameOption.DENY, override=True
            ),
            referrer_policy=cloudfront.ResponseHeadersReferrerPolicy(
                referrer_policy=cloudfront.HeadersReferrerPolicy.NO_REFERRER, override=True
            ),
            strict_transport_security=cloudfront.ResponseHeadersStrictTransportSecurity(
                access_control_max_age=Duration.days(_HSTS_DAYS), include_subdomains=True, override=True
            ),
        ),
        custom_headers_behavior=cloudfront.ResponseCustomHeadersBehavior(
            custom_headers=[
                cloudfront.ResponseCustomHeader(header=header, value=value, override=True)
                for header, value in _CUSTOM.items()
            ]
        ),
    )
