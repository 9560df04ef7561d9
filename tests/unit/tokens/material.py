"""What the token tests are about: one approved login, one key, one issuer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jwt

from functions.domain.device_grant.states import Origin
from functions.domain.person import Profile, User
from functions.domain.session.session import Session
from functions.tokens.keyring import KeyRing
from functions.tokens.keyset import key_set
from functions.tokens.kms import SigningKey
from functions.tokens.minting import AccessTokens
from tests.configured import client

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fakes.kms import FakeKms

ISSUER = "https://login.example"
AUDIENCE = "https://api.example"
KEY_ARN = "arn:aws:kms:eu-central-1:123456789012:key/0f3f8a5e-2c8c-4b5e-9a57-6a1f4dd1a001"
# Minted long ago to live for long: PyJWT reads the real clock, and no test should have to.
NOW = 1_700_000_000.75
LIFETIME = 100 * 365 * 86400

CLIENT = client(
    client_id="some-cli",
    name="Some CLI",
    allowed_scopes=("read", "write"),
    default_scopes=("read",),
    audience=AUDIENCE,
    access_token_lifetime=LIFETIME,
)
USER = User(user_id="usr_00112233445566778899aabbccddeeff", profile=Profile(email="ada@example.com", name="Ada Lovelace"))
SESSION = Session(
    session_id="ses_" + "5e" * 16,
    user_id=USER.user_id,
    client_id="some-cli",
    scopes=("write", "read"),
    label="laptop",
    origin=Origin(address="192.0.2.1", country="DE", agent="some-cli/1.0", device_name="laptop"),
    auth_time=1_699_999_000,
    created_at=1_700_000_000,
    used_at=1_700_000_000,
    rotated_at=NOW,
    generation=0,
    live_digest="a" * 64,
    previous_digest="",
    salt="b" * 32,
    idle_until=1_700_000_000 + LIFETIME,
    expires_at=1_700_000_000 + 2 * LIFETIME,
)


def counting_bytes() -> Callable[[int], bytes]:
    """Return a RandomBytes that gives 16 times 00, then 16 times 01, and so on."""
    given = iter(range(256))
    return lambda count: bytes([next(given)]) * count


def access_tokens(kms: FakeKms) -> AccessTokens:
    """Return the minter under test, with the key of `kms`."""
    keys = KeyRing({kms.key_arn: 0}, lambda: kms)
    return AccessTokens(issuer=ISSUER, keys=keys, random_bytes=counting_bytes())


class Published(jwt.PyJWKClient):
    """PyJWT's own reader of key sets, with the set in memory instead of at an address."""

    def __init__(self, *held: FakeKms) -> None:
        super().__init__(f"{ISSUER}/.well-known/jwks.json", cache_jwk_set=False)
        self._document = key_set(SigningKey(kms.key_arn, lambda kms=kms: kms) for kms in held)  # type: ignore[misc]

    def fetch_data(self) -> Any:  # noqa: ANN401  PyJWT's signature
        """Return the set as the endpoint publishes it."""
        return self._document
