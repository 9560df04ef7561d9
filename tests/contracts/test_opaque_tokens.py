"""The contract of opaque access tokens, in memory and on DynamoDB alike."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

import pytest

from functions.domain.errors import StoreUnavailable
from functions.domain.secret import Secret
from functions.domain.session.access import Access
from tests.contracts.grants import NOW

if TYPE_CHECKING:
    from tests.contracts.stores import DynamoStore, Store
    from tests.contracts.wire import Wire

EXPIRY = int(NOW) + 900
ACCESS = Access(
    user_id="usr_" + "ada0" * 8,
    session_id="ses_" + "5e" * 16,
    client_id="acme-cli",
    scopes=("deploy", "openid"),
    audience="https://api.example.com",
    issued_at=int(NOW),
    expires_at=EXPIRY,
)
_numbers = count()


def fresh_token() -> Secret:
    return Secret(f"tsa_{next(_numbers)}")


def test_a_token_says_what_was_written_down_with_it(store: Store) -> None:
    token = fresh_token()
    store.opaque.add(token, ACCESS)
    assert store.opaque.read(token, NOW) == ACCESS


def test_a_token_that_was_never_given_out_says_nothing(store: Store) -> None:
    assert store.opaque.read(fresh_token(), NOW) is None


def test_a_token_ends_on_time_though_nobody_has_swept_it_away(store: Store) -> None:
    token = fresh_token()
    store.opaque.add(token, ACCESS)
    assert store.opaque.read(token, EXPIRY - 0.001) == ACCESS
    assert store.opaque.read(token, float(EXPIRY)) is None


def test_the_table_holds_a_digest_and_sweeps_it(dynamo: DynamoStore) -> None:
    token = fresh_token()
    dynamo.opaque.add(token, ACCESS)
    raw = dynamo.raw(f"token#{token.digest()}", "access")
    assert raw is not None
    assert raw["expires_at"] == {"N": str(EXPIRY)}
    assert token.reveal() not in str(raw)


@pytest.mark.row("F1")
def test_a_table_that_is_down_is_no_verdict_on_a_token(failing_wire: Wire) -> None:
    failing_wire.answer(503, "ServiceUnavailable")
    with pytest.raises(StoreUnavailable):
        failing_wire.store.opaque.read(fresh_token(), NOW)
