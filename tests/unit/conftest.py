"""What unit tests share."""

from __future__ import annotations

import pytest

from tests.fakes.kms import FakeKms
from tests.unit.tokens.material import KEY_ARN


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
