"""What stands in a grant's item, and what is refused: a mix of attributes that no state has is never guessed at."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, get_args

import pytest

from functions.domain.device_grant.states import Approved, Denied, Grant, Pending, Redeemed
from functions.domain.errors import CorruptGrant
from functions.store.grant_items import read_grant
from tests.contracts.grants import ADA, CLIENT, DIGEST, NOW, PROOF, grant_in, raw_item

if TYPE_CHECKING:
    from tests.contracts.stores import DynamoStore

KINDS: tuple[type[Grant], ...] = get_args(Grant)
FOREIGN = {
    "next_poll_at": {"N": "1"},
    "user_id": {"S": ADA},
    "claimed_at": {"N": "1"},
    "auth_time": {"N": "1"},
    "approved_at": {"N": "1"},
    "denied_at": {"N": "1"},
    "session_id": {"S": "s"},
    "redeemed_at": {"N": "1"},
    "number_digest": {"S": "d"},
    "wrong_numbers": {"N": "0"},
}
SHOWN = {"address", "country", "agent", "device_name", "approval_number"}
each_state = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)


@each_state
def test_a_state_reads_back_from_its_item(kind: type[Grant]) -> None:
    grant = grant_in(kind)
    assert read_grant(raw_item(grant)) == grant


@each_state
def test_an_attribute_that_no_rule_depends_on_may_be_missing_and_means_what_was_so_before(kind: type[Grant]) -> None:
    grant = grant_in(kind)
    whole = raw_item(grant)
    for name in ("address", "country", "agent", "device_name"):
        told = read_grant({key: value for key, value in whole.items() if key != name})
        assert told.request.origin == replace(grant.request.origin, **{name: ""})
    told = read_grant({key: value for key, value in whole.items() if key != "approval_number"})
    assert told == grant
    assert told.request.approval_number is False


@each_state
def test_what_a_later_release_wrote_is_not_looked_at(kind: type[Grant]) -> None:
    grant = grant_in(kind)
    assert read_grant({**raw_item(grant), "of_a_later_release": {"M": {}}}) == grant


@each_state
def test_an_item_that_lacks_an_attribute_of_its_state_is_refused(kind: type[Grant]) -> None:
    whole = raw_item(grant_in(kind))
    for name in whole.keys() - {"pk", "sk"} - SHOWN:
        with pytest.raises(CorruptGrant):
            read_grant({key: value for key, value in whole.items() if key != name})


@each_state
def test_an_item_with_an_attribute_of_another_state_is_refused(kind: type[Grant]) -> None:
    whole = raw_item(grant_in(kind))
    for name in FOREIGN.keys() - whole.keys():
        with pytest.raises(CorruptGrant):
            read_grant({**whole, name: FOREIGN[name]})


@each_state
@pytest.mark.parametrize("value", [{"BOOL": True}, {"NULL": True}, {"L": []}, {"M": {}}])
def test_an_attribute_of_a_foreign_type_is_refused(kind: type[Grant], value: dict[str, Any]) -> None:
    whole = raw_item(grant_in(kind))
    # DynamoDB's null is as good as nothing.
    right = {"approval_number"} if "BOOL" in value else SHOWN if "NULL" in value else set()
    for name in whole.keys() - {"pk", "sk"} - right:
        with pytest.raises(CorruptGrant):
            read_grant({**whole, name: value})


@pytest.mark.parametrize("state", ["", "expired", "Pending", "APPROVED"])
def test_a_state_that_there_is_not_is_refused(state: str) -> None:
    with pytest.raises(CorruptGrant):
        read_grant({**raw_item(grant_in(Pending)), "state": {"S": state}})


@each_state
@pytest.mark.parametrize("number", ["1.5", "-1.25", "1e-3"])
def test_a_time_in_fractions_is_refused_except_for_the_pause(kind: type[Grant], number: str) -> None:
    whole = raw_item(grant_in(kind))
    for name in [name for name, value in whole.items() if "N" in value and name != "next_poll_at"]:
        with pytest.raises(CorruptGrant):
            read_grant({**whole, name: {"N": number}})


def test_the_words_of_the_error_carry_no_value_of_the_item() -> None:
    with pytest.raises(CorruptGrant) as caught:
        read_grant({**raw_item(grant_in(Approved)), "denied_at": {"N": "1"}})
    assert "denied_at" in str(caught.value)
    for secret in (DIGEST, ADA, CLIENT):
        assert secret not in str(caught.value)


def test_a_move_that_comes_upon_a_corrupt_item_says_so(dynamo: DynamoStore) -> None:
    grant = grant_in(Denied)
    dynamo.put_raw({**raw_item(grant), "approved_at": {"N": "1"}})
    with pytest.raises(CorruptGrant):
        dynamo.grants.poll(grant.request.locator, PROOF, NOW)


def test_a_corrupt_grant_that_looks_approved_is_handed_to_nobody(dynamo: DynamoStore) -> None:
    grant = grant_in(Approved)
    dynamo.put_raw({**raw_item(grant), "denied_at": {"N": "1"}})
    with pytest.raises(CorruptGrant):
        dynamo.grants.poll(grant.request.locator, PROOF, NOW)


@pytest.mark.parametrize("kind", [Approved, Denied, Redeemed], ids=lambda kind: kind.__name__)
def test_a_poll_does_not_touch_a_decided_grant_even_if_a_pause_was_left_on_it(
    dynamo: DynamoStore, kind: type[Grant]
) -> None:
    grant = grant_in(kind)
    corrupt = {**raw_item(grant), "next_poll_at": {"N": "1"}}
    dynamo.put_raw(corrupt)
    with pytest.raises(CorruptGrant):
        dynamo.grants.poll(grant.request.locator, PROOF, NOW)
    assert dynamo.raw(f"grant#{grant.request.locator}", "grant") == corrupt
