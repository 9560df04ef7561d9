"""Where people sign in: a Cognito user pool of our own, or the operator's OIDC provider."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aws_cdk import Duration, Fn, RemovalPolicy, Stack
from aws_cdk import aws_cognito as cognito

from functions.routes import CALLBACK, PAGE

if TYPE_CHECKING:
    from constructs import Construct

    from infra.configuration.config import Config
    from infra.surroundings import Surroundings

# arn:aws:cloudformation:<region>:<account>:stack/<name>/<id>
_ID = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """What signin is told of the provider. `user_pool_id` is there when the stack made it."""

    issuer: str
    client_id: str
    metadata_url: str | None = None
    secret_arn: str | None = None
    user_pool_id: str | None = None


def make_sign_in(scope: Construct, config: Config, surroundings: Surroundings, *, issuer: str) -> SignIn:
    """Take the operator's provider, or make the user pool with its one client: us."""
    if config.provider is not None:
        return SignIn(
            issuer=config.provider.issuer,
            client_id=config.provider.client_id,
            secret_arn=config.provider.client_secret_arn,
        )
    pool = _make_pool(scope, config)
    domain = pool.add_domain(
        "SignInPages",
        cognito_domain=cognito.CognitoDomainOptions(domain_prefix=config.user_pool.domain_prefix or _unique_prefix(scope)),
        managed_login_version=cognito.ManagedLoginVersion.NEWER_MANAGED_LOGIN,
    )
    client = _make_client(pool, issuer)
    if surroundings.complete:
        # Without a look of their own the managed pages refuse to open.
        look = cognito.CfnManagedLoginBranding(
            scope,
            "SignInLook",
            user_pool_id=pool.user_pool_id,
            client_id=client.user_pool_client_id,
            use_cognito_provided_values=True,
        )
        look.node.add_dependency(domain)
    return SignIn(
        # As the attribute ProviderURL says it, which emulators do not have.
        issuer=f"https://cognito-idp.{pool.stack.region}.{pool.stack.url_suffix}/{pool.user_pool_id}",
        client_id=client.user_pool_client_id,
        metadata_url=surroundings.pool_metadata(pool),
        user_pool_id=pool.user_pool_id,
    )


def _make_pool(scope: Construct, config: Config) -> cognito.UserPool:
    return cognito.UserPool(
        scope,
        "UserPool",
        # Whoever can sign in can approve a login: by default only people whom the operator has added.
        self_sign_up_enabled=config.user_pool.self_sign_up,
        sign_in_aliases=cognito.SignInAliases(email=True),
        sign_in_case_sensitive=False,
        auto_verify=cognito.AutoVerifiedAttrs(email=True),
        standard_attributes=cognito.StandardAttributes(
            email=cognito.StandardAttribute(required=True, mutable=True), fullname=cognito.StandardAttribute(mutable=True)
        ),
        # An address taken over must be proven before it replaces the old one.
        keep_original=cognito.KeepOriginalAttrs(email=True),
        account_recovery=cognito.AccountRecovery.EMAIL_ONLY,
        mfa=cognito.Mfa.OPTIONAL,
        mfa_second_factor=cognito.MfaSecondFactor(otp=True, sms=False),
        password_policy=cognito.PasswordPolicy(
            min_length=12,
            require_lowercase=True,
            require_uppercase=True,
            require_digits=True,
            require_symbols=True,
            temp_password_validity=Duration.days(3),
        ),
        feature_plan=cognito.FeaturePlan.ESSENTIALS,
        deletion_protection=config.production,
        removal_policy=RemovalPolicy.RETAIN if config.production else RemovalPolicy.DESTROY,
    )


def _make_client(pool: cognito.UserPool, issuer: str) -> cognito.UserPoolClient:
    """Register ourselves: authorization code with PKCE, which needs no secret, and nothing else."""
    return pool.add_client(
        "SignInClient",
        generate_secret=False,
        auth_flows=cognito.AuthFlow(),
        o_auth=cognito.OAuthSettings(
            flows=cognito.OAuthFlows(authorization_code_grant=True),
            scopes=[cognito.OAuthScope.OPENID, cognito.OAuthScope.EMAIL, cognito.OAuthScope.PROFILE],
            callback_urls=[issuer + CALLBACK],
            logout_urls=[issuer + PAGE],
        ),
        supported_identity_providers=[cognito.UserPoolClientIdentityProvider.COGNITO],
        prevent_user_existence_errors=True,
        enable_token_revocation=True,
    )


def _unique_prefix(scope: Construct) -> str:
    """Return a name for Cognito's pages that nobody else in the region has: the stack's own id is one."""
    return Fn.join("-", ["login", Fn.select(_ID, Fn.split("/", Stack.of(scope).stack_id))])
