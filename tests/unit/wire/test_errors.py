"""The one table from errors to HTTP."""

from __future__ import annotations

import pytest

from functions.domain import errors
from functions.wire.errors import code_of


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.UnknownUserCode(), "unknown_code"),
        (errors.ForbiddenRequest(), "forbidden"),
        (errors.SlowDown(10), "slow_down"),
        (errors.InvalidClient(), "invalid_client"),
        (errors.StoreUnavailable(), "unavailable"),
    ],
)
def test_the_log_tells_errors_apart_that_a_program_may_not(error: errors.GrantError, code: str) -> None:
    assert code_of(error) == code
