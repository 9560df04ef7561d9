"""Changes good tokens of a deployed stack as attackers would, and as only we could."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import TYPE_CHECKING, Any

import jwt
import requests
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import RSAAlgorithm

from functions.routes import KEY_SET

if TYPE_CHECKING:
    from tests.stack import Stack

THEIRS = generate_private_key(public_exponent=65537, key_size=2048)


def part(value: object) -> str:
    """Return one of the parts of a JWT."""
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class Forger:
    """Changes a good token. It may use our own key, as only we can: then nothing but the change is wrong."""

    def __init__(self, stack: Stack, token: str) -> None:
        self._stack = stack
        self.header = jwt.get_unverified_header(token)
        self.claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})

    def with_our_key(self, **claims: object) -> str:
        """Change or, with None, leave out claims, and sign."""
        changed = {name: value for name, value in (self.claims | claims).items() if value is not None}
        signing_input = f"{part(self.header)}.{part(changed)}"
        signature = self._stack.client("kms").sign(
            KeyId=self._key_arn(),
            Message=hashlib.sha256(signing_input.encode()).digest(),
            MessageType="DIGEST",
            SigningAlgorithm="RSASSA_PKCS1_V1_5_SHA_256",
        )["Signature"]
        return f"{signing_input}.{part(signature)}"

    def with_their_key(self, **header: object) -> str:
        """Sign with another key than ours, changing the header."""
        return jwt.encode(self.claims, THEIRS, "RS256", self.header | header)

    def with_their_key_in_the_header(self) -> str:
        """Bring the other key along."""
        return self.with_their_key(jwk=RSAAlgorithm.to_jwk(THEIRS.public_key(), as_dict=True))

    def unsigned(self) -> str:
        """Leave the signature out and say so."""
        return f"{part(self.header | {'alg': 'none'})}.{part(self.claims)}."

    def with_the_public_key_as_secret(self) -> str:
        """Sign with what everyone has."""
        [key] = [key for key in self._published() if key["kid"] == self.header["kid"]]
        public = jwt.PyJWK.from_dict(key).key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        signing_input = f"{part(self.header | {'alg': 'HS256'})}.{part(self.claims)}"
        return f"{signing_input}.{part(hmac.digest(public, signing_input.encode(), 'sha256'))}"

    def _published(self) -> list[dict[str, str]]:
        found: list[dict[str, str]] = requests.get(self._stack.issuer + KEY_SET, timeout=30).json()["keys"]
        return found

    def _key_arn(self) -> str:
        """Return the key that signed: keys are published in the order of the output."""
        place = [key["kid"] for key in self._published()].index(self.header["kid"])
        cloudformation = self._stack.client("cloudformation")
        outputs = cloudformation.describe_stacks(StackName=self._stack.local.assembly.stack_name)["Stacks"][0]["Outputs"]
        [arns] = [output["OutputValue"] for output in outputs if output["OutputKey"] == "SigningKeyArns"]
        arn: str = arns.split(",")[place]
        return arn
