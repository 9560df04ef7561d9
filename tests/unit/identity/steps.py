"""The two steps of a sign-in, as signin's flow takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from functions.domain.secret import Secret

if TYPE_CHECKING:
    from functions.domain.person import Identity
    from functions.identity.provider import OidcProvider
    from tests.fakes.provider import FakeProvider

STATE, NONCE, VERIFIER = Secret("s" * 43), Secret("n" * 43), Secret("v" * 43)


def go_out(provider: OidcProvider, *, fresh: bool = False) -> str:
    """Return the authorization URL."""
    return provider.authorization_url(state=STATE, nonce=NONCE, code_verifier=VERIFIER, fresh=fresh)


def sign_in(provider: OidcProvider, remote: FakeProvider, **claims: object) -> Identity:
    """Go out, sign in with these claims (None leaves one out) and come back."""
    code = parse_qs(remote.sign_in(go_out(provider), **claims))["code"][0]
    return provider.identify(Secret(code), nonce=NONCE, code_verifier=VERIFIER)
