"""The last release's functions beside today's, and the items of every release in today's table."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from tests.releases.beside import Side, beside_today
from tests.releases.past import Past
from tests.releases.release import releases
from tests.sign_in import PlainBrowser

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.local.credentials import Person
    from tests.releases.beside import Deployment
    from tests.releases.release import Item, Release
    from tests.stack import Stack

ONE_MORE: Item = {"of_a_later_release": {"S": "kept"}}


@pytest.fixture(scope="package")
def both_sides(stack: Stack) -> Iterator[Deployment]:
    """Add the last release's functions to the stack."""
    with beside_today(stack, releases()[-1]) as deployment:
        yield deployment


@pytest.fixture
def deployment(both_sides: Deployment) -> Iterator[Deployment]:
    """Start, and end, with today's functions everywhere."""
    yield both_sides
    both_sides.use(Side.NEW)


@pytest.fixture(scope="package")
def ada(stack: Stack) -> Person:
    """Return someone whose sessions no other test touches."""
    return stack.add_person("releases@example.com", "Ada")


@pytest.fixture(scope="package")
def browser(stack: Stack, ada: Person) -> PlainBrowser:
    """Return their browser, signed in."""
    return PlainBrowser(stack.issuer).sign_in(ada)


@pytest.fixture(params=releases(), ids=lambda release: release.name)
def release(request: pytest.FixtureRequest) -> Release:
    found: Release = request.param
    return found


@pytest.fixture(scope="package")
def dynamodb(stack: Stack) -> Any:  # noqa: ANN401  boto3 makes its clients at run time
    return stack.client("dynamodb")


@pytest.fixture(params=[{}, ONE_MORE], ids=["as it was", "one attribute more"])
def past(stack: Stack, dynamodb: Any, release: Release, request: pytest.FixtureRequest) -> Iterator[Past]:  # noqa: ANN401  likewise
    """Put a release's items into the table; what is left of them in the end must have what nobody but them knows."""
    now = int(time.time())  # noqa: TID251  the deployed functions have no other clock
    past = Past(stack, dynamodb, release, now, request.param)
    past.put(past.items())
    yield past
    left = past.found(past.items())
    past.remove(past.items())
    assert left
    assert [item for item in left if not item.items() >= past.more.items()] == []
