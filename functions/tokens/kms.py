"""The signing key: an RSA key in KMS that signs for us and shows only its public half."""

from __future__ import annotations

import hashlib
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol, cast

import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from functions.domain.encoding import base64url
from functions.domain.errors import StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable

# Two tries must end before the tool gives up on its request and long before the function does: KMS answers within 100 ms.
_CONFIG = Config(connect_timeout=1, read_timeout=2, retries={"total_max_attempts": 2, "mode": "standard"})


class KmsClient(Protocol):
    """The two calls of botocore's KMS client that we make. Parameters are KMS's own."""

    def sign(self, **parameters: Any) -> dict[str, Any]:  # noqa: ANN401  as botocore has it
        """https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html."""

    def get_public_key(self, **parameters: Any) -> dict[str, Any]:  # noqa: ANN401  as botocore has it
        """https://docs.aws.amazon.com/kms/latest/APIReference/API_GetPublicKey.html."""


def kms_client() -> KmsClient:
    """Return a client with tight timeouts. botocore, not boto3: the layer above it costs import time and adds nothing."""
    return cast("KmsClient", botocore.session.get_session().create_client("kms", config=_CONFIG))


def kid_of(key_arn: str) -> str:
    """Return the `kid` of a key: a digest of its KMS key id.

    An RFC 7638 thumbprint would need the public key, so each cold `poll` would have to ask KMS for it. The key id is
    known from the configuration on both sides, never changes and is never used again; the digest keeps it to ourselves.
    """
    key_id = key_arn.rpartition("/")[2]
    return base64url(hashlib.sha256(key_id.encode()).digest())


class SigningKey:
    """One RSA key in KMS. Every method raises StoreUnavailable when KMS does not answer or refuses.

    `make_client` is called at the first use: most invocations are polls of a pending login, which sign nothing.
    """

    def __init__(self, key_arn: str, make_client: Callable[[], KmsClient]) -> None:
        self.kid = kid_of(key_arn)
        self._key_arn = key_arn
        self._make_client = make_client

    @cached_property
    def _client(self) -> KmsClient:
        return self._make_client()

    def sign(self, message: bytes) -> bytes:
        """Return the RS256 signature. Only the digest is sent: claims are nobody's business, and KMS stops at 4096 bytes."""
        answer = self._call(
            "sign",
            Message=hashlib.sha256(message).digest(),
            MessageType="DIGEST",
            SigningAlgorithm="RSASSA_PKCS1_V1_5_SHA_256",
        )
        signature: bytes = answer["Signature"]
        return signature

    def public_key(self) -> bytes:
        """Return the public half as DER (SubjectPublicKeyInfo, RFC 5280 §4.1.2.7)."""
        der: bytes = self._call("get_public_key")["PublicKey"]
        return der

    def _call(self, method: str, **parameters: Any) -> dict[str, Any]:  # noqa: ANN401  as botocore has it
        try:
            answer: dict[str, Any] = getattr(self._client, method)(KeyId=self._key_arn, **parameters)
        except (ClientError, BotoCoreError) as error:
            raise StoreUnavailable(detail=f"KMS {method}: {_reason(error)}") from error
        return answer


def _reason(error: ClientError | BotoCoreError) -> str:
    """Name the failure without KMS's message, which may hold ARNs."""
    return error.response["Error"]["Code"] if isinstance(error, ClientError) else type(error).__name__
