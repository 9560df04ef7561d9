"""The opaque access token, and how the two formats live side by side."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from functions.domain.errors import StoreUnavailable
from functions.domain.secret import Secret
from functions.domain.session.access import Access
from functions.tokens.opaque import EitherFormat, EitherReader
from functions.tokens.verifying import JwtReader
from tests.fakes.store import MemoryOpaqueTokens
from tests.unit.tokens.material import AUDIENCE, CLIENT, ISSUER, NOW, SESSION, USER, access_tokens, counting_bytes

if TYPE_CHECKING:
    from tests.fakes.kms import FakeKms

OPAQUE = replace(CLIENT, access_token_format="opaque", access_token_lifetime=600)


@pytest.fixture
def table() -> MemoryOpaqueTokens:
    """Return where opaque tokens are written down."""
    return MemoryOpaqueTokens()


@pytest.fixture
def tokens(kms: FakeKms, table: MemoryOpaqueTokens) -> EitherFormat:
    """Return the minter under test."""
    return EitherFormat(jwts=access_tokens(kms), opaque=table, random_bytes=counting_bytes())


class NoJwts:
    """A reader that must not be asked."""

    def read(self, token: Secret, now: float) -> Access | None:
        """Fail."""
        raise AssertionError((token, now))


@pytest.mark.row("DF22")
def test_an_opaque_token_begins_with_its_prefix_and_has_256_random_bits(tokens: EitherFormat, kms: FakeKms) -> None:
    minted = tokens.mint(SESSION, ("read",), OPAQUE, USER, NOW)
    assert re.fullmatch(r"tsa_[A-Za-z0-9_-]{43}", minted.token.reveal())
    own = tokens.mint(SESSION, ("read",), replace(OPAQUE, access_token_prefix="acme_"), USER, NOW)
    assert own.token.reveal().startswith("acme_")
    assert own.token != minted.token
    assert kms.calls == []


def test_what_it_stands_for_is_written_down(tokens: EitherFormat, table: MemoryOpaqueTokens) -> None:
    minted = tokens.mint(SESSION, ("read",), OPAQUE, USER, NOW)
    reader = EitherReader(jwts=NoJwts(), opaque=table)
    assert minted.expires_in == 600
    assert reader.read(minted.token, NOW) == Access(
        user_id=USER.user_id,
        session_id=SESSION.session_id,
        client_id=OPAQUE.client_id,
        scopes=("read",),
        audience=AUDIENCE,
        issued_at=int(NOW),
        expires_at=int(NOW) + 600,
    )
    assert reader.read(minted.token, NOW + 600) is None


@pytest.mark.row("S03")
def test_no_opaque_token_outlives_its_session(tokens: EitherFormat) -> None:
    session = replace(SESSION, idle_until=int(NOW) + 60)
    assert tokens.mint(session, ("read",), OPAQUE, USER, NOW).expires_in == 60


def test_a_table_that_does_not_answer_gives_no_token(tokens: EitherFormat, table: MemoryOpaqueTokens) -> None:
    table.unavailable = True
    with pytest.raises(StoreUnavailable):
        tokens.mint(SESSION, ("read",), OPAQUE, USER, NOW)


def test_a_client_for_jwts_gets_jwts_and_nothing_is_written(
    tokens: EitherFormat, table: MemoryOpaqueTokens, kms: FakeKms
) -> None:
    minted = tokens.mint(SESSION, SESSION.scopes, CLIENT, USER, NOW)
    table.unavailable = True
    reader = EitherReader(jwts=JwtReader(ISSUER, access_tokens(kms).keys.keys), opaque=table)
    found = reader.read(minted.token, NOW)
    assert found is not None
    assert found.session_id == SESSION.session_id


def test_an_id_token_is_a_jwt_for_every_client(tokens: EitherFormat) -> None:
    identity = tokens.identify(SESSION, ("openid",), OPAQUE, USER, NOW)
    assert identity is not None
    assert identity.reveal().count(".") == 2
    assert tokens.identify(SESSION, ("read",), OPAQUE, USER, NOW) is None


@pytest.mark.parametrize("text", ["", "tsa_", "tsa_é", "\ud800", "ts_" + "A" * 86])
def test_a_text_that_is_no_token_says_nothing(table: MemoryOpaqueTokens, text: str) -> None:
    assert EitherReader(jwts=NoJwts(), opaque=table).read(Secret(text), NOW) is None
