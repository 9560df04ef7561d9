"""RS256 as PyJWT knows it, with the private half in KMS."""

from __future__ import annotations

from typing import Any, NoReturn

from jwt import InvalidKeyError, PyJWS
from jwt.algorithms import Algorithm

from functions.tokens.kms import SigningKey

RS256 = "RS256"


class KmsRsa(Algorithm):
    """Signs with a SigningKey. It reads no keys and verifies nothing: that is for the readers of the key set."""

    def prepare_key(self, key: Any) -> SigningKey:  # noqa: ANN401  PyJWT's signature
        """Take nothing but a SigningKey: a text given by mistake must not become an HMAC secret."""
        if not isinstance(key, SigningKey):
            raise InvalidKeyError("The key is not one in KMS")
        return key

    def sign(self, msg: bytes, key: SigningKey) -> bytes:
        """Have KMS sign."""
        return key.sign(msg)

    def verify(self, msg: bytes, key: Any, sig: bytes) -> NoReturn:  # noqa: ANN401  PyJWT's signature
        """Refuse: our functions sign only."""
        raise NotImplementedError

    @staticmethod
    def to_jwk(key_obj: Any, as_dict: bool = False) -> NoReturn:  # noqa: ANN401, FBT001, FBT002  PyJWT's signature
        """Refuse: `keyset` does this, from the public half."""
        raise NotImplementedError

    @staticmethod
    def from_jwk(jwk: Any) -> NoReturn:  # noqa: ANN401  PyJWT's signature
        """Refuse: no key ever comes to us as a JWK."""
        raise NotImplementedError


def kms_jws() -> PyJWS:
    """Return a signer that knows RS256 by KMS and no other algorithm.

    An instance of its own: PyJWT's global registry would give every other user of the library, the reader of ID tokens
    too, an RS256 that cannot verify.
    """
    jws = PyJWS(algorithms=[])
    jws.register_algorithm(RS256, KmsRsa())
    return jws
