"""What the production template promises the operator and the security reviewer."""

from __future__ import annotations

import json
from fnmatch import fnmatch

import pytest

from functions.api import ROUTES
from functions.routes import PAGE, SESSIONS_PAGE
from functions.settings import EDGE_SECRET_HEADER
from infra.page_files import page_files
from tests.infra.production import listed, resources, statements_of, template, the_only

FUNCTIONS = sorted({route.function for route in ROUTES})
PAGE_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
)


def own_functions() -> dict[str, dict[str, object]]:
    found = {
        name: resource["Properties"]
        for name, resource in resources("AWS::Lambda::Function").items()
        if resource["Properties"]["Handler"].startswith("functions.")
    }
    assert len(found) == len(FUNCTIONS)
    return found


def distribution() -> dict[str, object]:
    config: dict[str, object] = the_only("AWS::CloudFront::Distribution")["Properties"]["DistributionConfig"]
    return config


def test_the_table_is_paid_by_use_forgets_on_time_and_cannot_be_lost() -> None:
    table = the_only("AWS::DynamoDB::Table")
    properties = table["Properties"]
    assert properties["BillingMode"] == "PAY_PER_REQUEST"
    assert properties["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}
    assert properties["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert properties["DeletionProtectionEnabled"] is True
    assert "GlobalSecondaryIndexes" not in properties
    assert (table["DeletionPolicy"], table["UpdateReplacePolicy"]) == ("Retain", "Retain")


def test_the_signing_key_signs_rs256_and_stays() -> None:
    for key in resources("AWS::KMS::Key").values():
        assert (key["Properties"]["KeySpec"], key["Properties"]["KeyUsage"]) == ("RSA_2048", "SIGN_VERIFY")
        assert key["DeletionPolicy"] == "Retain"


def test_the_functions_run_the_newest_python_on_arm() -> None:
    for function in own_functions().values():
        assert function["Runtime"] == "python3.14"
        assert function["Architectures"] == ["arm64"]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_no_role_has_more_than_exact_actions_on_exact_resources(function: str) -> None:
    statements = statements_of(function)
    assert statements
    for statement in statements:
        assert statement["Effect"] == "Allow"
        assert not [action for action in listed(statement["Action"]) if "*" in action]
        for resource in listed(statement["Resource"]):
            assert resource != "*"
            assert "*" not in json.dumps(resource).removesuffix(':*"]]}').removesuffix(':*"')


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_role_reaches_only_its_own_kinds_of_items(function: str) -> None:
    for statement in statements_of(function):
        if any(action.startswith("dynamodb:") for action in listed(statement["Action"])):
            (kinds,) = statement["Condition"].values()
            assert all(kind.endswith("#*") for kind in listed(kinds["dynamodb:LeadingKeys"]))


def test_only_poll_may_sign_and_nobody_may_change_a_key() -> None:
    signing = {
        function
        for function in FUNCTIONS
        for statement in statements_of(function)
        if "kms:Sign" in listed(statement["Action"])
    }
    assert signing == {"poll"}
    every = {
        action for function in FUNCTIONS for statement in statements_of(function) for action in listed(statement["Action"])
    }
    assert {action for action in every if action.startswith("kms:")} <= {"kms:Sign", "kms:GetPublicKey"}


def test_every_log_group_forgets() -> None:
    groups = resources("AWS::Logs::LogGroup")
    assert len(groups) > len(FUNCTIONS)
    assert all(group["Properties"]["RetentionInDays"] == 30 for group in groups.values())


def test_the_api_is_throttled_and_its_access_log_holds_nothing_secret() -> None:
    stage = the_only("AWS::ApiGatewayV2::Stage")["Properties"]
    assert stage["DefaultRouteSettings"] == {"ThrottlingBurstLimit": 200, "ThrottlingRateLimit": 100}
    of_their_own = {f"ANY {route.path}" for route in ROUTES if route.function == "issue"}
    assert stage["RouteSettings"].keys() == of_their_own, "each path where anybody can make us write"
    assert {limit["ThrottlingRateLimit"] for limit in stage["RouteSettings"].values()} == {20}
    fields = json.loads(stage["AccessLogSettings"]["Format"]).values()
    for word in ("query", "header", "cookie", "body", "authorizer", "path"):
        assert not [field for field in fields if word in field.lower()]


def test_every_path_has_one_route_for_any_method() -> None:
    keys = {route["Properties"]["RouteKey"] for route in resources("AWS::ApiGatewayV2::Route").values()}
    assert keys == {f"ANY {route.path}" for route in ROUTES}


@pytest.mark.row("D10")
def test_plain_http_is_refused_at_the_api_without_a_redirect() -> None:
    behaviours = {behaviour["PathPattern"]: behaviour for behaviour in distribution()["CacheBehaviors"]}  # type: ignore[attr-defined]
    for route in ROUTES:
        (pattern,) = [pattern for pattern in behaviours if route.path.startswith(pattern.removesuffix("*"))]
        assert behaviours[pattern]["ViewerProtocolPolicy"] == "https-only"
    page = distribution()["DefaultCacheBehavior"]
    assert page["ViewerProtocolPolicy"] == "redirect-to-https"  # type: ignore[index]


def test_no_pattern_of_the_api_hides_an_address_of_the_page() -> None:
    patterns = [behaviour["PathPattern"] for behaviour in distribution()["CacheBehaviors"]]  # type: ignore[attr-defined]
    addresses = [PAGE, SESSIONS_PAGE, *(f"/{name}" for name in page_files())]
    assert [address for address in addresses if any(fnmatch(address, pattern) for pattern in patterns)] == []


def test_the_front_door_speaks_modern_tls_to_both_sides() -> None:
    origins = distribution()["Origins"]
    (api,) = [origin for origin in origins if "CustomOriginConfig" in origin]  # type: ignore[attr-defined]
    assert api["CustomOriginConfig"]["OriginProtocolPolicy"] == "https-only"
    assert api["CustomOriginConfig"]["OriginSSLProtocols"] == ["TLSv1.2"]
    assert distribution()["HttpVersion"] == "http2and3"


def test_the_edge_secret_is_in_no_template_and_goes_where_the_functions_look() -> None:
    origins = distribution()["Origins"]
    (api,) = [origin for origin in origins if "CustomOriginConfig" in origin]  # type: ignore[attr-defined]
    (header,) = api["OriginCustomHeaders"]
    assert header["HeaderName"] == EDGE_SECRET_HEADER
    assert "{{resolve:secretsmanager:" in json.dumps(header["HeaderValue"])


def test_the_headers_of_the_page_are_these() -> None:
    policies = resources("AWS::CloudFront::ResponseHeadersPolicy")
    (page,) = [policy for name, policy in policies.items() if name.startswith("PageHeaders")]
    security = page["Properties"]["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"]
    assert security["ContentSecurityPolicy"] == {"ContentSecurityPolicy": PAGE_CSP, "Override": True}
    assert security["FrameOptions"] == {"FrameOption": "DENY", "Override": True}
    assert security["ReferrerPolicy"] == {"Override": True, "ReferrerPolicy": "no-referrer"}
    assert security["ContentTypeOptions"] == {"Override": True}
    assert security["StrictTransportSecurity"]["AccessControlMaxAgeSec"] >= 31_536_000


def test_the_pages_bucket_is_private_and_wants_tls() -> None:
    bucket = the_only("AWS::S3::Bucket")["Properties"]
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    statements = the_only("AWS::S3::BucketPolicy")["Properties"]["PolicyDocument"]["Statement"]
    denied = [statement for statement in statements if statement["Effect"] == "Deny"]
    assert {"Bool": {"aws:SecureTransport": "false"}} in [statement["Condition"] for statement in denied]
    readers = [
        statement["Principal"]
        for statement in statements
        if statement["Effect"] == "Allow" and "s3:GetObject" in listed(statement["Action"])
    ]
    assert readers == [{"Service": "cloudfront.amazonaws.com"}]


def test_the_user_pools_client_takes_code_flow_only() -> None:
    client = the_only("AWS::Cognito::UserPoolClient")["Properties"]
    assert client["AllowedOAuthFlows"] == ["code"]
    assert client.get("GenerateSecret", False) is False
    pool = the_only("AWS::Cognito::UserPool")["Properties"]
    assert pool["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"] is True


def test_the_outputs_tell_what_an_operator_hands_out() -> None:
    assert {"Issuer", "VerificationUri", "UserPoolId", "SampleCommand"} <= template()["Outputs"].keys()


def test_the_template_knows_no_account_and_no_region() -> None:
    assert "AWS::Region" in json.dumps(template())
    assert "us-east-1" not in json.dumps(template()["Resources"])
