"""What unit tests share."""

from __future__ import annotations

import io
import logging
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator


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
