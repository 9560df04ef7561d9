"""The refresh token: opaque, with a prefix that secret scanners can find, at most 128 characters.

It is base64url of the person's id, a family key and the refresh secret. The session's id is a digest of the family key, so a
token that names a session was once given out for it: who reads `sid` in an access token cannot make one up and have the
family revoked as stolen.
"""

from __future__ import annotations

import hashlib
import hmac

from functions.domain.encoding import base64url, from_base64url
from functions.domain.secret import Secret

PREFIX = "ts_"
SALT_BYTES = 16
_USER_BYTES = 16
_FAMILY_BYTES = 16
_SECRET_BYTES = 32


class RefreshToken(Secret):
    """A refresh token and its three parts. `family` and `secret` hold hexadecimal digits."""

    __slots__ = ("family", "secret", "user_id")

    def __init__(self, user_id: str, family: Secret, secret: Secret) -> None:
        packed = bytes.fromhex(user_id.removeprefix("usr_") + family.reveal() + secret.reveal())
        super().__init__(PREFIX + base64url(packed))
        self.user_id = user_id
        self.family = family
        self.secret = secret

    @property
    def session_id(self) -> str:
        """The id of the session that this token belongs to."""
        return session_id_of(self.family)

    @classmethod
    def first(cls, user_id: str, device_secret: Secret, salt: str) -> RefreshToken:
        """Return the first token of a login. The same device secret and salt give the same token again."""
        family = _derive(device_secret, f"family {salt}")[: 2 * _FAMILY_BYTES]
        return cls(user_id, Secret(family), Secret(_derive(device_secret, f"refresh {salt}")))

    @classmethod
    def parse(cls, text: str) -> RefreshToken | None:
        """Read a refresh token from a request. None when the text is not one."""
        packed = from_base64url(text.removeprefix(PREFIX)) if text.startswith(PREFIX) else None
        if packed is None or len(packed) != _USER_BYTES + _FAMILY_BYTES + _SECRET_BYTES:
            return None
        digits = packed.hex()
        family_at, secret_at = 2 * _USER_BYTES, 2 * (_USER_BYTES + _FAMILY_BYTES)
        return cls("usr_" + digits[:family_at], Secret(digits[family_at:secret_at]), Secret(digits[secret_at:]))

    def successor(self, salt: str) -> RefreshToken:
        """Return the token that takes this one's place. Who holds this one and the salt can make it again."""
        return RefreshToken(self.user_id, self.family, Secret(_derive(self.secret, f"refresh {salt}")))


def session_id_of(family: Secret) -> str:
    """Return the public id of a session: `ses_` and 32 hexadecimal digits."""
    return "ses_" + hashlib.sha256(bytes.fromhex(family.reveal())).hexdigest()[:32]


def _derive(secret: Secret, label: str) -> str:
    return hmac.new(bytes.fromhex(secret.reveal()), label.encode(), hashlib.sha256).hexdigest()
