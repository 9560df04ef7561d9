"""The one table from errors to HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from functions.domain import errors
from functions.wire.errors import code_of, oauth_error, page_error

if TYPE_CHECKING:
    from collections.abc import Iterator

# What the constructors of errors set, whichever it is.
FIELDS = {
    "public": "No.",
    "detail": "",
    "challenge": False,
    "retry_after": 1,
    "interval": 10,
    "scope": "read",
    "attempts_left": 1,
}


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


def every_error(root: type[errors.GrantError] = errors.GrantError) -> Iterator[type[errors.GrantError]]:
    """Yield every refusal that there is."""
    for kind in root.__subclasses__():
        yield kind
        yield from every_error(kind)


@pytest.mark.parametrize("kind", sorted(every_error(), key=str), ids=lambda kind: kind.__name__)
def test_every_error_has_an_answer_for_programs_for_the_page_and_for_the_log(kind: type[errors.GrantError]) -> None:
    """A new one without a row of the table would be a 500."""
    error = kind.__new__(kind)
    error.__dict__.update(FIELDS)
    for say in (oauth_error, page_error):
        assert 400 <= say(error).status < 600
    assert code_of(error)
