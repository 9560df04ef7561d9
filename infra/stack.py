"""The stack, as a sentence: a table, keys, an API, a page and one front door before both; behind it the functions."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from aws_cdk import CfnOutput, Environment, Stack

from functions.routes import DEVICE_AUTHORIZATION, PAGE
from functions.settings import EDGE_SECRET_HEADER
from infra.constructs.api import Api
from infra.constructs.edge_secret import make_edge_secret
from infra.constructs.front_door import make_front_door
from infra.constructs.lambdas import Facts, Lambdas
from infra.constructs.page_bucket import make_page_bucket
from infra.constructs.permissions import Resources
from infra.constructs.sign_in import make_sign_in
from infra.constructs.signing_keys import make_signing_keys
from infra.constructs.table import make_table
from infra.page_files import page_files, stage_page

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from constructs import Construct

    from infra.configuration.config import Config
    from infra.surroundings import Surroundings


class Tallystick(Stack):
    """A complete RFC 8628 authorization server.

    No circle: the front door knows the API's address only, the functions know the front door's, and the routes, which
    nobody waits for, know both.
    """

    def __init__(self, scope: Construct, config: Config, bundles: Mapping[str, Path], surroundings: Surroundings) -> None:
        where = Environment(account=config.account, region=config.region)
        super().__init__(scope, config.service_name, env=where, termination_protection=config.production)
        table = make_table(self, production=config.production)
        keys = make_signing_keys(self, config.signing_keys, production=config.production)
        edge_secret = make_edge_secret(self)
        api = Api(self, config)
        folder = stage_page(config.branding)
        page = make_page_bucket(self, folder, log_retention_days=config.log_retention_days, complete=surroundings.complete)
        front_door = make_front_door(
            self,
            api=surroundings.api_origin(self, api.api_id, {EDGE_SECRET_HEADER: edge_secret}),
            page=page,
            files=page_files(folder),
            domain=config.domain,
        )
        issuer = surroundings.issuer(config.domain, front_door)
        sign_in = make_sign_in(self, config, surroundings, issuer=issuer)
        resources = Resources(
            table_name=table.table_name,
            table_arn=table.table_arn,
            key_arns=tuple(keys),
            client_secrets=config.client_secret_arns,
            provider_secret=sign_in.secret_arn,
        )
        facts = Facts(
            issuer=issuer, edge_secret=edge_secret, signing_keys=json.dumps(keys), sign_in=sign_in, resources=resources
        )
        api.route_to(Lambdas(self, config, bundles, facts).by_name)
        self._tell(
            Issuer=issuer,
            VerificationUri=issuer + PAGE,
            SampleCommand=f"curl -d client_id={config.clients[0].client_id} {issuer}{DEVICE_AUTHORIZATION}",
            UserPoolId=sign_in.user_pool_id,
            UserPoolClientId=sign_in.client_id,
            TableName=table.table_name,
            SigningKeyArns=",".join(keys),
            PageBucket=page.bucket_name,
            ApiId=api.api_id,
            ApiUrl=api.url,
            DistributionId=front_door.distribution_id,
            DistributionDomain=front_door.distribution_domain_name,
        )

    def _tell(self, **outputs: str | None) -> None:
        for name, value in outputs.items():
            if value is not None:
                CfnOutput(self, name, value=value)
