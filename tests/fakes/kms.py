"""KMS without AWS: a real RSA key in memory that answers botocore's two calls as KMS does."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from botocore.exceptions import ClientError
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


class FakeKms:
    """Holds one key. `fails_with` makes every further call fail, with that exception or KMS error code."""

    def __init__(self, key_arn: str) -> None:
        self.key_arn = key_arn
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.fails_with: Exception | str | None = None

    @cached_property
    def private_key(self) -> RSAPrivateKey:
        """The key itself, for tests that forge."""
        return generate_private_key(public_exponent=65537, key_size=2048)

    def sign(self, **parameters: Any) -> dict[str, Any]:  # noqa: ANN401  as botocore has it
        """Sign a SHA-256 digest with PKCS #1 v1.5, as KMS does for MessageType DIGEST."""
        self._note("Sign", parameters)
        if (parameters["MessageType"], parameters["SigningAlgorithm"]) != ("DIGEST", "RSASSA_PKCS1_V1_5_SHA_256"):
            raise self._refusal("Sign", "ValidationException")
        signature = self.private_key.sign(parameters["Message"], PKCS1v15(), Prehashed(SHA256()))
        return {"KeyId": self.key_arn, "Signature": signature, "SigningAlgorithm": "RSASSA_PKCS1_V1_5_SHA_256"}

    def get_public_key(self, **parameters: Any) -> dict[str, Any]:  # noqa: ANN401  as botocore has it
        """Return the public half as DER."""
        self._note("GetPublicKey", parameters)
        der = self.private_key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return {"KeyId": self.key_arn, "PublicKey": der, "KeySpec": "RSA_2048", "KeyUsage": "SIGN_VERIFY"}

    def _note(self, operation: str, parameters: dict[str, Any]) -> None:
        self.calls.append((operation, parameters))
        if isinstance(self.fails_with, Exception):
            raise self.fails_with
        if self.fails_with:
            raise self._refusal(operation, self.fails_with)
        if parameters["KeyId"] != self.key_arn:
            raise self._refusal(operation, "NotFoundException")

    def _refusal(self, operation: str, code: str) -> ClientError:
        message = f"{code} for {self.key_arn}"
        return ClientError({"Error": {"Code": code, "Message": message}}, operation)
