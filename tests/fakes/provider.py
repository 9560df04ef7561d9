"""An OpenID Connect provider in memory, with real keys and no sockets. It is as strict as a good one.

Give it to what takes a Fetch. `sign_in` stands for the person at its login page. Change `claims`, `sign` or `documents` to
make it break a promise, `down` to make it fall silent.
"""

from __future__ import annotations

import base64
import hashlib
import json
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote_plus, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from functions.domain.errors import ProviderUnavailable
from functions.domain.person import ClaimNames
from functions.identity.fetching import Fetched
from functions.identity.registration import Registration

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from functions.domain.ports import Clock

ISSUER = "https://id.example"
METADATA_URL = f"{ISSUER}/.well-known/openid-configuration"
CLIENT_ID = "tallystick at id.example"
REDIRECT_URI = "https://login.example.com/auth/callback"
REGISTRATION = Registration(
    issuer=ISSUER,
    metadata_url=METADATA_URL,
    client_id=CLIENT_ID,
    redirect_uri=REDIRECT_URI,
    max_age=3600,
    read_secret=None,
    claims=ClaimNames(email="email", name="name", role="role", workspace="workspace"),
)
ADA: dict[str, Any] = {"sub": "ada-0001", "email": "ada@example.com", "email_verified": True, "name": "Ada Lovelace"}


@cache
def rsa_key(name: str = "the provider's", bits: int = 2048) -> rsa.RSAPrivateKey:
    """Return the RSA key of this name, one for the whole run: making one takes a tenth of a second."""
    del name
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


@cache
def ec_key() -> ec.EllipticCurvePrivateKey:
    """Return an EC key."""
    return ec.generate_private_key(ec.SECP256R1())


def rsa_jwk(kid: str, key: rsa.RSAPrivateKey | None = None, **more: str) -> dict[str, Any]:
    """Return the public half of an RSA key as the key set has it."""
    return {**RSAAlgorithm.to_jwk((key or rsa_key()).public_key(), as_dict=True), "kid": kid, "use": "sig", **more}


def ec_jwk(kid: str) -> dict[str, Any]:
    """Return the public half of the EC key as the key set has it."""
    return {**ECAlgorithm.to_jwk(ec_key().public_key(), as_dict=True), "kid": kid, "use": "sig"}


def sign(claims: dict[str, Any]) -> str:
    """Return the claims as the provider signs them."""
    return jwt.encode(claims, rsa_key(), "RS256", {"kid": "one"})


class FakeProvider:
    """The provider. `requests` has every URL that was fetched, `tokens` every token that was given out."""

    def __init__(self, clock: Clock, *, client_secret: str | None = None) -> None:
        self.clock = clock
        self.client_secret = client_secret
        self.down = False
        self.sign: Callable[[dict[str, Any]], str] = sign
        self.claims: dict[str, Any] = {}
        self.documents: dict[str, Any] = {
            METADATA_URL: {
                "issuer": ISSUER,
                "authorization_endpoint": f"{ISSUER}/authorize",
                "token_endpoint": f"{ISSUER}/token",
                "jwks_uri": f"{ISSUER}/keys",
            },
            f"{ISSUER}/keys": {"keys": [rsa_jwk("one", alg="RS256"), ec_jwk("two")]},
        }
        self.requests: list[str] = []
        self.forms: list[dict[str, str]] = []
        self.tokens: list[str] = []
        self._codes: dict[str, dict[str, str]] = {}

    def __call__(
        self, url: str, *, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> Fetched:
        """Answer a fetch (identity.fetching.Fetch)."""
        self.requests.append(url)
        if self.down:
            raise ProviderUnavailable(detail="id.example: ConnectTimeoutError")
        if form is not None:
            status, answer = self._token(form, headers or {})
            return Fetched(status, json.dumps(answer).encode())
        if url not in self.documents:
            return Fetched(404, b"{}")
        return Fetched(200, json.dumps(self.documents[url]).encode())

    def sign_in(self, url: str, **claims: object) -> str:
        """Sign a person in at the authorization URL and return the query with which their browser goes back."""
        asked = dict(parse_qsl(urlsplit(url).query))
        assert url.startswith(f"{ISSUER}/authorize?")
        assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
        assert (asked["client_id"], asked["redirect_uri"]) == (CLIENT_ID, REDIRECT_URI)
        assert "openid" in asked["scope"].split()
        code = f"code-{len(self._codes)}"
        self._codes[code] = asked
        self.claims = {**ADA, "auth_time": int(self.clock()) - 5, **claims}
        return urlencode({"code": code, "state": asked["state"]})

    def _token(self, form: Mapping[str, str], headers: Mapping[str, str]) -> tuple[int, dict[str, Any]]:
        self.forms.append(dict(form))
        if not self._authenticated(form, headers):
            return 401, {"error": "invalid_client"}
        # Used up whatever comes of it, as RFC 6749 §4.1.2 wants.
        asked = self._codes.pop(form["code"], None)
        if asked is None or form["redirect_uri"] != asked["redirect_uri"] or _s256(form) != asked["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        now = int(self.clock())
        claims = {"iss": ISSUER, "aud": CLIENT_ID, "iat": now, "exp": now + 3600, "nonce": asked["nonce"], **self.claims}
        id_token = self.sign({name: value for name, value in claims.items() if value is not None})
        given = {"id_token": id_token, "access_token": f"at-{form['code']}", "refresh_token": f"rt-{form['code']}"}
        self.tokens.extend(given.values())
        return 200, {**given, "token_type": "Bearer", "expires_in": 3600}

    def _authenticated(self, form: Mapping[str, str], headers: Mapping[str, str]) -> bool:
        if self.client_secret is None:
            return form.get("client_id") == CLIENT_ID
        scheme, _, pair = headers.get("authorization", "").partition(" ")
        name, _, secret = base64.b64decode(pair).decode().partition(":")
        return (scheme, unquote_plus(name), unquote_plus(secret)) == ("Basic", CLIENT_ID, self.client_secret)


def _s256(form: Mapping[str, str]) -> str:
    digest = hashlib.sha256(form["code_verifier"].encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
