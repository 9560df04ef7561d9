"""A good token of the key that all unit tests share, and what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jwt
import pytest

from tests.unit.tokens.material import CLIENT, NOW, SESSION, USER, access_tokens

if TYPE_CHECKING:
    from tests.fakes.kms import FakeKms


@pytest.fixture
def good(kms: FakeKms) -> str:
    """Return a token as it is minted."""
    return access_tokens(kms).mint(SESSION, SESSION.scopes, CLIENT, USER, NOW).token.reveal()


@pytest.fixture
def claims(good: str) -> dict[str, Any]:
    """Return what it says."""
    payload: dict[str, Any] = jwt.decode(good, options={"verify_signature": False})
    return payload
