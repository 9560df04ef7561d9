"""The operator's configuration, made to fit this machine: what belongs to their account gets a stand-in here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infra.configuration.config import read_config
from infra.local.emulator import ACCOUNT, REGION
from infra.tools import CDK_JSON

if TYPE_CHECKING:
    from pathlib import Path

    from infra.configuration.client import ClientEntry
    from infra.configuration.config import Config
    from infra.configuration.limits import Limits

_PLENTY = 100_000
CONFIDENTIAL_CLIENT = "demo-confidential"
FOLD_CLIENT = "demo-fold"
GUEST_CLIENT = "demo-guest"
CAREFUL_CLIENT = "demo-careful"
STRICT_CLIENT = "demo-strict"
SENSITIVE_SCOPE = "deploy:delete"
_MONTH = 30 * 24 * 3600
_SECRETS = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:"


def local_config(cdk_json: Path = CDK_JSON) -> Config:
    """Return the configuration of the local run.

    No domain, and the stack's own user pool instead of another identity provider: neither could know this machine. Nothing
    outlives the stack. All of the machine is one network, so that networks have no limits worth the name. And five more
    clients that are otherwise like the first: one with a secret; the default one of fold's dialect, with tokens for a month;
    somebody else's, with opaque tokens; a careful one, whose approvals are typed back and need a sign-in of the last minute;
    and a strict one that nobody can approve here, for no country is known on this machine.
    """
    config = read_config(cdk_json)
    clients = [_with_local_secret(client) for client in config.clients]
    first = clients[0]
    others = (
        _like(first, CONFIDENTIAL_CLIENT, f"{first.name} with a secret", secret_arn=f"{_SECRETS}tallystick-demo-secret"),
        _like(first, FOLD_CLIENT, "Demo Fold", default_scopes=("email", "profile"), access_token_lifetime=_MONTH),
        _like(first, GUEST_CLIENT, "Demo Guest", third_party=True, access_token_format="opaque"),  # noqa: S106  a format
        _like(
            first,
            CAREFUL_CLIENT,
            "Demo Careful",
            allowed_scopes=(*first.allowed_scopes, SENSITIVE_SCOPE),
            default_scopes=(*first.default_scopes, SENSITIVE_SCOPE),
            approval_number=True,
        ),
        _like(first, STRICT_CLIENT, "Demo Strict", proximity="require-country"),
    )
    here = {"account": None, "region": None, "domain": None, "provider": None, "production": False}
    choices = {
        "clients": (*clients, *others),
        "scopes": {**config.scopes, SENSITIVE_SCOPE: "Delete deployments for good"},
        "sensitive_scopes": (SENSITIVE_SCOPE,),
        "sensitive_max_auth_age": 60,
        "default_client": FOLD_CLIENT,
        "limits": _for_one_network(config.limits),
    }
    return config.model_copy(update={**here, **choices})


def secret_name(arn: str) -> str:
    """Return the name under which the emulator finds a secret by this ARN: it takes ARNs without the last six characters."""
    return arn.rpartition(":")[2]


def _for_one_network(limits: Limits) -> Limits:
    rate = limits.codes_per_network.model_copy(update={"count": _PLENTY})
    guesses = limits.guesses.model_copy(update={"per_network": _PLENTY})
    return limits.model_copy(update={"codes_per_network": rate, "guesses": guesses})


def _like(client: ClientEntry, client_id: str, name: str, **changes: object) -> ClientEntry:
    """Return a client that is otherwise like this one."""
    return client.model_copy(update={"client_id": client_id, "name": name, **changes})


def _with_local_secret(client: ClientEntry) -> ClientEntry:
    if client.secret_arn is None:
        return client
    return client.model_copy(update={"secret_arn": _SECRETS + secret_name(client.secret_arn)})
