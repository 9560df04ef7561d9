"""How the owner of an API checks our tokens: what follows is the README's snippet, word for word."""

import jwt


def verify_access_token(token: str, keys: jwt.PyJWKClient, issuer: str, audience: str) -> dict[str, object]:
    """Return the claims of an access token that `issuer` signed for `audience`, or raise jwt.PyJWTError."""
    verified = jwt.decode_complete(
        token,
        keys.get_signing_key_from_jwt(token),
        algorithms=["RS256"],
        issuer=issuer,
        audience=audience,
        leeway=5,
        options={"require": ["iss", "aud", "sub", "client_id", "iat", "exp", "jti"]},
    )
    if verified["header"].get("typ") != "at+jwt":
        raise jwt.InvalidTokenError("Not an access token")
    claims: dict[str, object] = verified["payload"]
    return claims
