"""What unit tests share."""

from __future__ import annotations

import io
import logging
from typing import TYPE_CHECKING

import pytest

from tests.fakes.kms import FakeKms
from tests.unit.tokens.material import KEY_ARN

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def held_key() -> FakeKms:
    """Return the KMS that holds the one RSA key of the whole run: making one takes a tenth of a second."""
    return FakeKms(KEY_ARN)


@pytest.fixture
def kms(held_key: FakeKms) -> FakeKms:
    """Return the same KMS, in good order."""
    held_key.calls.clear()
    held_key.fails_with = None
    return held_key


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
