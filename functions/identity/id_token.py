"""The check of the ID token (OpenID Connect Core §3.1.3.7), a column of named checks.

PyJWT checks the signature only: the claims are checked here, against the clock that was handed in.
"""

from __future__ import annotations

import hmac
import json
from typing import TYPE_CHECKING, Any

from jwt.api_jws import PyJWS
from jwt.exceptions import PyJWTError

from functions.domain.errors import SignInRefused
from functions.domain.person import PROFILE, Identity, Profile

if TYPE_CHECKING:
    from collections.abc import Mapping

    from functions.domain.person import ClaimNames
    from functions.domain.secret import Secret
    from functions.identity.key_set import KeySet
    from functions.identity.registration import Registration

# Signatures only. With `none` anyone could write a token, with HS256 anyone who knows the public key.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA")
CLOCK_SKEW = 60
# The token comes straight from the token endpoint, so it was made a moment ago.
_MAX_AGE = 600
_SUBJECT_LENGTH = 255
_TEXT_LENGTH = 254

# Keys shorter than 2048 bits are refused.
_JWS = PyJWS(options={"enforce_minimum_key_length": True})


def read_id_token(token: Secret, keys: KeySet, registration: Registration, *, nonce: Secret, now: float) -> Identity:
    """Return who signed in. Raises SignInRefused, with the name of the check that failed for the log."""
    claims = _signed_claims(token, keys)
    _check_origin(claims, registration)
    _check_time(claims, now)
    _check_nonce(claims, nonce)
    return Identity(
        issuer=registration.issuer,
        subject=_subject(claims),
        auth_time=_auth_time(claims, now),
        profile=_profile(claims, registration.claims),
    )


def _signed_claims(token: Secret, keys: KeySet) -> Mapping[str, Any]:
    text = token.reveal()
    try:
        header = _JWS.get_unverified_header(text)
        algorithm = header.get("alg")
        if algorithm not in ALGORITHMS:
            raise SignInRefused(detail="id_token: alg")
        # Only the provider's published keys count: a key or an address in the header would be the forger's own.
        key = keys.find(header.get("kid"), algorithm)
        if key is None:
            raise SignInRefused(detail="id_token: unknown key")
        claims = json.loads(_JWS.decode(text, key, algorithms=[algorithm]))
    except (PyJWTError, ValueError, RecursionError):
        raise SignInRefused(detail="id_token: signature") from None
    if not isinstance(claims, dict):
        raise SignInRefused(detail="id_token: not an object")
    return claims


def _check_origin(claims: Mapping[str, Any], registration: Registration) -> None:
    if claims.get("iss") != registration.issuer:
        raise SignInRefused(detail="id_token: iss")
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    if registration.client_id not in audiences:
        raise SignInRefused(detail="id_token: aud")
    # With several audiences, one of the others may have asked for the token: azp says who did.
    if claims.get("azp", None if len(audiences) > 1 else registration.client_id) != registration.client_id:
        raise SignInRefused(detail="id_token: azp")
    # Cognito signs access tokens with the same keys. They are handed to APIs, any of which could bring one here.
    if claims.get("token_use", "id") != "id":
        raise SignInRefused(detail="id_token: token_use")


def _check_time(claims: Mapping[str, Any], now: float) -> None:
    if _time(claims, "exp") <= now - CLOCK_SKEW:
        raise SignInRefused(detail="id_token: exp")
    if not now - _MAX_AGE <= _time(claims, "iat") <= now + CLOCK_SKEW:
        raise SignInRefused(detail="id_token: iat")
    if "nbf" in claims and _time(claims, "nbf") > now + CLOCK_SKEW:
        raise SignInRefused(detail="id_token: nbf")


def _check_nonce(claims: Mapping[str, Any], nonce: Secret) -> None:
    found = claims.get("nonce")
    if not isinstance(found, str) or not hmac.compare_digest(
        found.encode("utf-8", "surrogatepass"), nonce.reveal().encode()
    ):
        raise SignInRefused(detail="id_token: nonce")


def _subject(claims: Mapping[str, Any]) -> str:
    subject = claims.get("sub")
    if not isinstance(subject, str) or not subject.isascii() or not 0 < len(subject) <= _SUBJECT_LENGTH:
        raise SignInRefused(detail="id_token: sub")
    return subject


def _auth_time(claims: Mapping[str, Any], now: float) -> int:
    """Return when the person proved who they are.

    We send max_age, so a provider must say (§3.1.3.7, 11); some do not. Then iat stands in: by answering a request with
    max_age it vouches that the sign-in is no older than that, and iat is the latest it can be. Refusing would shut out
    every user of such a provider. A time to come would make a sign-in young for ever.
    """
    found = _time(claims, "auth_time" if "auth_time" in claims else "iat")
    if found > now + CLOCK_SKEW:
        raise SignInRefused(detail="id_token: auth_time")
    return min(found, int(now))


def _profile(claims: Mapping[str, Any], names: ClaimNames) -> Profile:
    """Return what the provider says of the person. A name that it does not say is made of what it does.

    Never of `cognito:username`, which is a UUID where people sign in by e-mail.
    """
    said = {part: _text(claims, getattr(names, part)) for part in PROFILE} | {"email": _email(claims, names.email)}
    said["name"] = said["name"] or _text(claims, "given_name") or _text(claims, "preferred_username") or said["email"]
    return Profile(**said)


def _email(claims: Mapping[str, Any], claim: str) -> str:
    """Return the address, unless the provider itself says that nobody has proved it to be theirs.

    Ours is for display, but it is in our tokens, and an API that trusts it would let anyone be anyone.
    """
    unproved = str(claims.get("email_verified", True)).lower() == "false"
    return "" if unproved else _text(claims, claim)


def _text(claims: Mapping[str, Any], name: str | None) -> str:
    """Return a text for display: people choose their names, so nothing that could hide or turn what stands around it.

    Of a list the first counts, so that a provider's groups can be the role. Without a name there is no claim.
    """
    value = claims.get(name) if name else None
    if isinstance(value, list) and value:
        value = value[0]
    return "".join(filter(str.isprintable, value))[:_TEXT_LENGTH] if isinstance(value, str) else ""


def _time(claims: Mapping[str, Any], name: str) -> int:
    value = claims.get(name)
    # True is an int in Python, and JSON as Python reads it knows Infinity, which would never expire.
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 2**53:
        raise SignInRefused(detail=f"id_token: {name}")
    return int(value)
