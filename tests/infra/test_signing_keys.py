"""The signing keys in the configuration and in the template."""

from __future__ import annotations

from typing import Any

import pytest

from infra.configuration.config import parse_config
from infra.configuration.mistakes import ConfigError
from infra.tools import use_own_node

CLIENT = {"client_id": "acme", "name": "Acme", "allowed_scopes": ["read"], "default_scopes": [], "audience": "https://api"}
FIRST = {"name": "k1"}
SECOND = {"name": "k2", "signs_from": "2026-12-01T00:00:00Z"}
THIRD = {"name": "k3", "signs_from": "2027-12-01T00:00:00Z"}


def block(*keys: dict[str, Any]) -> dict[str, Any]:
    return {"scopes": {"read": "Read"}, "clients": [CLIENT], "signing_keys": list(keys)}


def test_without_a_word_there_is_one_key_that_has_always_signed() -> None:
    unsaid = {name: value for name, value in block().items() if name != "signing_keys"}
    assert [(key.name, key.epoch) for key in parse_config(unsaid).signing_keys] == [("k1", 0)]


def test_each_key_has_its_time() -> None:
    assert [key.epoch for key in parse_config(block(FIRST, SECOND, THIRD)).signing_keys] == [0, 1796083200, 1827619200]


def test_the_same_moment_can_be_said_in_another_zone() -> None:
    there = {"name": "k1", "signs_from": "2026-12-01T01:00:00+01:00"}
    assert parse_config(block(there)).signing_keys[0].epoch == 1796083200


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ([], "signing_keys: Tuple should have at least 1 item"),
        ([FIRST, {**SECOND, "name": "k1"}], "signing_keys has a name twice"),
        ([SECOND, FIRST], "signing_keys are not one after another"),
        ([FIRST, {"name": "k2"}], "signing_keys are not one after another"),
        ([{"name": "K 1"}], "signing_keys[0].name: String should match pattern"),
        (
            [{"name": "k1", "sign_from": "2026-12-01T00:00:00Z"}],
            'signing_keys[0].sign_from: unknown key; did you mean "signs_from"?',
        ),
        ([{"name": "k1", "signs_from": "2026-12-01T00:00:00"}], "signing_keys[0].signs_from: should have timezone info"),
        ([{"name": "k1", "signs_from": "tomorrow"}], "signing_keys[0].signs_from: should be a valid datetime"),
    ],
)
def test_a_wrong_list_says_what_is_wrong(keys: list[dict[str, Any]], told: str) -> None:
    with pytest.raises(ConfigError) as wrong:
        parse_config(block(*keys))
    assert told in str(wrong.value)


def made_of(*keys: dict[str, Any], production: bool = True) -> dict[str, Any]:
    """Return the resources of a stack with these keys only."""
    use_own_node()
    from aws_cdk import App, Stack
    from aws_cdk.assertions import Template

    from infra.constructs.signing_keys import make_signing_keys

    stack = Stack(App(), "Keys")
    make_signing_keys(stack, parse_config(block(*keys)).signing_keys, production=production)
    resources: dict[str, Any] = Template.from_stack(stack).to_json()["Resources"]
    return resources


@pytest.mark.row("J12")
def test_a_key_stays_the_same_resource_while_others_come_and_go() -> None:
    first, both, second = made_of(FIRST), made_of(FIRST, SECOND), made_of(SECOND)
    assert both == first | second
    assert len(both) == 2


@pytest.mark.row("J12")
def test_in_production_a_key_that_is_removed_goes_on_to_exist() -> None:
    [kept], [dropped] = made_of(FIRST).values(), made_of(FIRST, production=False).values()
    assert kept["DeletionPolicy"] == kept["UpdateReplacePolicy"] == "Retain"
    assert dropped["DeletionPolicy"] == "Delete"


def test_a_key_can_do_what_jwt_authorizers_check_and_nothing_else() -> None:
    [key] = made_of(FIRST).values()
    assert (key["Properties"]["KeySpec"], key["Properties"]["KeyUsage"]) == ("RSA_2048", "SIGN_VERIFY")
