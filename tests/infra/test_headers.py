"""The security headers and the caching of everything that the production template lets out."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest

from infra.constructs.front_headers import API_CSP, PAGE_CSP, headers_of
from infra.page_files import CACHE_CONTROL, page_files
from infra.tools import find_node
from tests.infra.production import resources, the_only

# Managed by AWS: keeps gzip and brotli apart, `no-cache` for one second at the most.
CACHING_OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6"
CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
EXPECTED = {
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex",
}


def behaviours() -> dict[str, dict[str, Any]]:
    config = the_only("AWS::CloudFront::Distribution")["Properties"]["DistributionConfig"]
    others = {behaviour["PathPattern"]: behaviour for behaviour in config["CacheBehaviors"]}
    return {"*": config["DefaultCacheBehavior"], **others}


def policy_headers(behaviour: dict[str, Any]) -> dict[str, str]:
    """Return what CloudFront makes of the policy of a behaviour."""
    config = resources("AWS::CloudFront::ResponseHeadersPolicy")[behaviour["ResponseHeadersPolicyId"]["Ref"]]
    policy = config["Properties"]["ResponseHeadersPolicyConfig"]
    security, custom = policy["SecurityHeadersConfig"], policy["CustomHeadersConfig"]["Items"]
    assert all(part["Override"] for part in [*security.values(), *custom]), "an origin could say something else"
    hsts = security["StrictTransportSecurity"]
    assert hsts["IncludeSubdomains"]
    return {
        "Content-Security-Policy": security["ContentSecurityPolicy"]["ContentSecurityPolicy"],
        "Referrer-Policy": security["ReferrerPolicy"]["ReferrerPolicy"],
        "Strict-Transport-Security": f"max-age={hsts['AccessControlMaxAgeSec']}; includeSubDomains",
        "X-Content-Type-Options": "nosniff" if "ContentTypeOptions" in security else "",
        "X-Frame-Options": security["FrameOptions"]["FrameOption"],
        **{item["Header"]: item["Value"] for item in custom},
    }


def route(method: str, uri: str) -> dict[str, Any]:
    """Run the template's own router, as CloudFront does."""
    code = the_only("AWS::CloudFront::Function")["Properties"]["FunctionCode"]
    event = json.dumps({"request": {"method": method, "uri": uri, "headers": {}, "querystring": {}}})
    program = f"{code}\nconsole.log(JSON.stringify(handler({event})))"
    result = subprocess.run([find_node(), "-e", program], capture_output=True, text=True, check=True)
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


def test_every_behaviour_has_all_headers_whatever_its_origin_says() -> None:
    for pattern, behaviour in behaviours().items():
        headers = policy_headers(behaviour)
        assert headers.items() >= EXPECTED.items(), pattern
        assert headers["Content-Security-Policy"] == (PAGE_CSP if pattern == "*" else API_CSP)
        assert headers == headers_of(headers["Content-Security-Policy"])


def test_the_page_may_use_no_device_and_no_sensor() -> None:
    denied = policy_headers(behaviours()["*"])["Permissions-Policy"].split(", ")
    assert {"camera=()", "microphone=()", "geolocation=()", "payment=()", "usb=()"} <= set(denied)
    assert all(feature.endswith("=()") for feature in denied)


@pytest.mark.parametrize(
    ("method", "uri", "status"),
    [
        ("GET", "/nothing", 404),
        ("GET", "/device.html", 404),
        ("GET", "/__proto__", 404),
        ("GET", "/constructor", 404),
        ("GET", "/", 302),
        ("GET", "/device/", 302),
        ("POST", "/device", 405),
        ("DELETE", "/nothing", 405),
    ],
)
def test_what_the_router_answers_itself_has_the_same_headers(method: str, uri: str, status: int) -> None:
    answer = route(method, uri)
    assert answer["statusCode"] == status
    headers = {name: field["value"] for name, field in answer["headers"].items()}
    assert headers.items() >= {name.lower(): value for name, value in headers_of(PAGE_CSP).items()}.items()
    assert headers["content-type"] == "text/plain; charset=utf-8"
    assert headers["cache-control"] == "no-store"
    assert headers.get("location") == ("/device" if status == 302 else None)
    assert headers.get("allow") == ("GET, HEAD" if status == 405 else None)


def test_every_file_of_the_page_has_its_address() -> None:
    for name in page_files():
        assert route("GET", f"/{name.removesuffix('.html')}")["uri"] == f"/{name}"
        assert route("HEAD", f"/{name.removesuffix('.html')}")["uri"] == f"/{name}"


def test_the_page_is_compressed_and_asked_for_again_each_time() -> None:
    page = behaviours()["*"]
    assert (page["Compress"], page["CachePolicyId"]) == (True, CACHING_OPTIMIZED)
    assert CACHE_CONTROL == "no-cache"
    assert the_only("Custom::CDKBucketDeployment")["Properties"]["SystemMetadata"] == {"cache-control": CACHE_CONTROL}


def test_the_api_is_neither_kept_nor_compressed() -> None:
    for pattern, behaviour in behaviours().items():
        if pattern != "*":
            assert behaviour["Compress"] is False
            policy = behaviour["CachePolicyId"]
            if policy != CACHING_DISABLED:
                (own,) = resources("AWS::CloudFront::CachePolicy").values()
                assert own["Properties"]["CachePolicyConfig"]["DefaultTTL"] == 0


def test_an_error_is_shown_as_its_origin_said_it_and_kept_for_nobody() -> None:
    """With a page in its place the API's 403 and 404 would lose their bodies."""
    config = the_only("AWS::CloudFront::Distribution")["Properties"]["DistributionConfig"]
    for error in config["CustomErrorResponses"]:
        assert error["ErrorCachingMinTTL"] == 0
        assert "ResponsePagePath" not in error
