"""What the token tests are about: one approved login, one key, one issuer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jwt

from functions.grant.clients import Client
from functions.grant.people import User
from functions.grant.states import Approved, GrantRequest, Origin
from functions.tokens.keyset import key_set
from functions.tokens.kms import SigningKey
from functions.tokens.minting import AccessTokens

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fakes.kms import FakeKms

ISSUER = "https://login.example"
AUDIENCE = "https://api.example"
KEY_ARN = "arn:aws:kms:eu-central-1:123456789012:key/0f3f8a5e-2c8c-4b5e-9a57-6a1f4dd1a001"
# Minted long ago to live for long: PyJWT reads the real clock, and no test should have to.
NOW = 1_700_000_000.75
LIFETIME = 100 * 365 * 86400

CLIENT = Client(
    client_id="some-cli",
    name="Some CLI",
    allowed_scopes=("read", "write"),
    default_scopes=("read",),
    audience=AUDIENCE,
)
USER = User(user_id="usr_00112233445566778899aabbccddeeff", email="ada@example.com", name="Ada Lovelace")
APPROVED = Approved(
    request=GrantRequest(
        locator="a" * 64,
        secret_digest="b" * 64,
        client_id="some-cli",
        scopes=("write", "read"),
        origin=Origin(address="192.0.2.1", country="DE", agent="some-cli/1.0", device_name="laptop"),
        created_at=1_699_999_900,
        expires_at=1_700_000_500,
    ),
    user_id=USER.user_id,
    auth_time=1_699_999_000,
    approved_at=1_699_999_990,
)


def counting_bytes() -> Callable[[int], bytes]:
    """Return a RandomBytes that gives 16 times 00, then 16 times 01, and so on."""
    given = iter(range(256))
    return lambda count: bytes([next(given)]) * count


def access_tokens(kms: FakeKms) -> AccessTokens:
    """Return the minter under test, with the key of `kms`."""
    key = SigningKey(kms.key_arn, lambda: kms)
    return AccessTokens(issuer=ISSUER, lifetime=LIFETIME, key=key, random_bytes=counting_bytes())


class Published(jwt.PyJWKClient):
    """PyJWT's own reader of key sets, with the set in memory instead of at an address."""

    def __init__(self, *held: FakeKms) -> None:
        super().__init__(f"{ISSUER}/.well-known/jwks.json", cache_jwk_set=False)
        self._document = key_set(SigningKey(kms.key_arn, lambda kms=kms: kms) for kms in held)  # type: ignore[misc]

    def fetch_data(self) -> Any:  # noqa: ANN401  PyJWT's signature
        """Return the set as the endpoint publishes it."""
        return self._document
