"""The limits in the configuration: they reach the functions as chosen, and a wrong one fails before anything is made."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pytest

from functions.domain.limits import GuessLimits, Limits, Rate
from functions.settings import parse_settings
from infra.configuration.config import parse_config, read_config
from infra.configuration.mistakes import ConfigError
from infra.functions import FUNCTIONS
from infra.local.configuration import local_config
from infra.tools import CDK_JSON

CLIENT = {"client_id": "acme", "name": "Acme", "allowed_scopes": [], "default_scopes": [], "audience": "x"}


def block(limits: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return a configuration with these limits."""
    client = {**CLIENT, "allowed_scopes": ["openid"]}
    return {"scopes": {"openid": "Know who you are"}, "clients": [client], **({} if limits is None else {"limits": limits})}


def test_what_the_operator_leaves_out_is_as_the_readme_says() -> None:
    told = Limits(
        codes_per_network=Rate(count=30, seconds=600),
        codes_per_client=Rate(count=600, seconds=60),
        guesses=GuessLimits(seconds=600, per_account=5, per_network=20, in_total=1000, longest_lock=24 * 3600),
    )
    assert parse_settings(parse_config(block()).settings_text()).limits == told
    assert parse_settings(parse_config(block({"guesses": {}})).settings_text()).limits == told


def test_limits_reach_the_functions_as_configured() -> None:
    chosen = Limits(
        codes_per_network=Rate(count=7, seconds=60),
        codes_per_client=Rate(count=70, seconds=120),
        guesses=GuessLimits(seconds=300, per_account=3, per_network=9, in_total=90, longest_lock=3600),
    )
    assert parse_settings(parse_config(block(asdict(chosen))).settings_text()).limits == chosen


@pytest.mark.parametrize(
    ("limits", "told"),
    [
        ({"codes_per_network": {"count": 0, "seconds": 60}}, "limits.codes_per_network.count: should be greater than"),
        ({"codes_per_client": {"count": 5}}, "limits.codes_per_client.seconds: Field required"),
        ({"guesses": {"in_total": 5001}}, "limits.guesses.in_total: should be less than or equal to 5000"),
        ({"guesses": {"per_acount": 5}}, 'limits.guesses.per_acount: unknown key; did you mean "per_account"?'),
        ({"guesses": {"longest_lock": 300}}, "longest_lock is shorter than seconds"),
    ],
)
def test_a_wrong_limit_is_refused_with_the_reason(limits: dict[str, Any], told: str) -> None:
    with pytest.raises(ConfigError) as wrong:
        parse_config(block(limits))
    assert told in str(wrong.value)


def test_the_local_run_limits_accounts_as_aws_does_and_its_one_network_not() -> None:
    chosen, here = read_config(CDK_JSON).limits, local_config().limits
    assert here.guesses.per_account == chosen.guesses.per_account
    assert here.codes_per_network.count > chosen.codes_per_network.count
    assert here.guesses.per_network > chosen.guesses.per_network


def test_only_the_functions_that_count_may_touch_the_counts() -> None:
    touching = {
        name: {call for call, kinds in function.table.items() if "limit#" in kinds} for name, function in FUNCTIONS.items()
    }
    assert {function: calls for function, calls in touching.items() if calls} == {
        "issue": {"UpdateItem"},
        "approve": {"UpdateItem", "GetItem"},
    }
