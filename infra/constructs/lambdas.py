"""The functions, each as its row says: one bundle, one role and one log group each."""

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
from infra.functions import FUNCTIONS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from infra.configuration.config import Config
    from infra.constructs.permissions import Resources
    from infra.constructs.sign_in import SignIn
    from infra.functions import Function


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
        row, scope = FUNCTIONS[name], Construct(self, name.capitalize())
        log = make_log_group(scope, "Log", self._config.log_retention_days)
        role = iam.Role(scope, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        writing = iam.PolicyStatement(actions=["logs:CreateLogStream", "logs:PutLogEvents"], resources=[log.log_group_arn])
        statements = [writing, *permissions_of(row, self._facts.resources)]
        policy = iam.Policy(scope, "Permissions", statements=statements, roles=[role])
        function = lambda_.Function(
            scope,
            "Function",
            description=f"Tallystick: {name}",
            runtime=lambda_.Runtime.PYTHON_3_14,
            architecture=lambda_.Architecture.ARM_64,
            handler=f"functions.{name}.handler.handler",
            code=lambda_.Code.from_asset(str(bundle)),
            environment=self._environment(row),
            memory_size=row.megabytes,
            timeout=Duration.seconds(row.seconds),
            role=role,
            log_group=log,
            logging_format=lambda_.LoggingFormat.JSON,
            # Not a START, END and REPORT line for every poll: they would be most of the bill.
            system_log_level_v2=lambda_.SystemLogLevel.WARN,
            application_log_level_v2=lambda_.ApplicationLogLevel.INFO,
        )
        function.node.add_dependency(policy)
        return function

    def _environment(self, row: Function) -> dict[str, str]:
        """Return the variables of the row, without those that have nothing to say in this deployment."""
        facts, sign_in = self._facts, self._facts.sign_in
        known = {
            settings.ISSUER: facts.issuer,
            settings.EDGE_SECRET: facts.edge_secret,
            settings.TABLE: facts.resources.table_name,
            settings.SIGNING_KEYS: facts.signing_keys,
            settings.PROVIDER_ISSUER: sign_in.issuer,
            settings.PROVIDER_CLIENT_ID: sign_in.client_id,
            settings.PROVIDER_METADATA: sign_in.metadata_url,
            settings.PROVIDER_SECRET_ARN: sign_in.secret_arn,
        }
        told = {variable: known[variable] for variable in row.environment}
        return {variable: value for variable, value in told.items() if value is not None}
