"""What all tests share: no sockets in unit tests, and the one deployed stack for those that ask for it."""

from __future__ import annotations

import io
import logging
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.stack import describe_endpoint, running

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.stack import Stack

_UNIT = Path(__file__).parent / "unit"
# It searches what all other tests made the functions log.
_LAST = Path(__file__).parent / "security" / "test_logs.py"


def pytest_report_header() -> str:
    """Say where the deployed stack goes."""
    return f"stack: {describe_endpoint()}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Turn sockets off in unit tests, for what needs one is not a unit test; search the logs when all else is done."""
    items.sort(key=lambda item: item.path == _LAST)
    for item in items:
        if item.path.is_relative_to(_UNIT):
            item.add_marker(pytest.mark.disable_socket)


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """Deploy the stack once, when the first test asks for it."""
    with running() as deployed:
        yield deployed


@pytest.fixture
def log(request: pytest.FixtureRequest) -> Iterator[io.StringIO]:
    """Everything that the functions write to their log streams, as the operator would read it."""
    request.getfixturevalue("server")
    text = io.StringIO()
    streams = [
        handler
        for name in ("issue", "poll", "approve", "sessions")
        for handler in logging.getLogger(name).handlers
        if isinstance(handler, logging.StreamHandler)
    ]
    assert streams
    before = [handler.setStream(text) for handler in streams]
    yield text
    for handler, stream in zip(streams, before, strict=True):
        handler.setStream(stream)
