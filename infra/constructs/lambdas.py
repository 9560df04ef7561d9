"""The functions: one bundle, one role and one log group each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from functions import settings
from infra.constructs.log_group import make_log_group
from infra.constructs.permissions import permissions_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from infra.configuration.config import Config
    from infra.constructs.permissions import Resources
    from infra.constructs.sign_in import SignIn

# A share of a CPU comes with the memory, and a cold start is all CPU.
_MEMORY = 1024
# The clients inside give up after some nine seconds, with an answer; signin asks the identity provider up to three times.
_TIMEOUT = 15
_SIGNIN_TIMEOUT = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the functions learn at deploy time. `signing_keys` is the text of `settings.SIGNING_KEYS`."""

    issuer: str
    edge_secret: str
    signing_keys: str
    sign_in: SignIn
    resources: Resources


class Lambdas(Construct):
    """All functions, by the name of their folder."""

    def __init__(self, scope: Construct, config: Config, bundles: Mapping[str, Path], facts: Facts) -> None:
        super().__init__(scope, "Functions")
        self._config = config
        self._facts = facts
        self.by_name = {name: self._function(name, bundle) for name, bundle in bundles.items()}

    def _function(self, name: str, bundle: Path) -> lambda_.Function:
        scope = Construct(self, name.capitalize())
        log = make_log_group(scope, "Log", self._config.log_retention_days)
        role = iam.Role(scope, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        writing = iam.PolicyStatement(actions=["logs:CreateLogStream", "logs:PutLogEvents"], resources=[log.log_group_arn])
        statements = [writing, *permissions_of(name, self._facts.resources)]
        policy = iam.Policy(scope, "Permissions", statements=statements, roles=[role])
        function = lambda_.Function(
            scope,
            "Function",
            description=f"Tallystick: {name}",
            runtime=lambda_.Runtime.PYTHON_3_14,
            architecture=lambda_.Architecture.ARM_64,
            handler=f"functions.{name}.handler.handler",
            code=lambda_.Code.from_asset(str(bundle)),
            environment=self._environment(name),
            memory_size=_MEMORY,
            timeout=Duration.seconds(_SIGNIN_TIMEOUT if name == "signin" else _TIMEOUT),
            role=role,
            log_group=log,
            logging_format=lambda_.LoggingFormat.JSON,
            # Not a START, END and REPORT line for every poll: they would be most of the bill.
            system_log_level_v2=lambda_.SystemLogLevel.WARN,
            application_log_level_v2=lambda_.ApplicationLogLevel.INFO,
        )
        function.node.add_dependency(policy)
        return function

    def _environment(self, name: str) -> dict[str, str]:
        """Return what the function's door reads: each is told no more than that."""
        facts, common = self._facts, {settings.ISSUER: self._facts.issuer, settings.EDGE_SECRET: self._facts.edge_secret}
        own: dict[str, dict[str, str | None]] = {
            "issue": {settings.TABLE: facts.resources.table_name},
            "poll": {settings.TABLE: facts.resources.table_name, settings.SIGNING_KEYS: facts.signing_keys},
            "approve": {settings.TABLE: facts.resources.table_name},
            "signin": {
                settings.TABLE: facts.resources.table_name,
                settings.PROVIDER_ISSUER: facts.sign_in.issuer,
                settings.PROVIDER_CLIENT_ID: facts.sign_in.client_id,
                settings.PROVIDER_METADATA: facts.sign_in.metadata_url,
                settings.PROVIDER_SECRET_ARN: facts.sign_in.secret_arn,
            },
            "sessions": {settings.TABLE: facts.resources.table_name, settings.SIGNING_KEYS: facts.signing_keys},
            "discovery": {settings.SIGNING_KEYS: facts.signing_keys},
        }
        return common | {variable: value for variable, value in own[name].items() if value is not None}
