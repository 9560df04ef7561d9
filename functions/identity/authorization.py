"""The authorization request (OpenID Connect Core §3.1.2.1): code flow with PKCE (RFC 7636), state and nonce."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from functions.domain.pkce import S256, s256

if TYPE_CHECKING:
    from functions.domain.secret import Secret
    from functions.identity.registration import Registration

SCOPE = "openid email profile"


def authorization_url(
    endpoint: str,
    registration: Registration,
    *,
    state: Secret,
    nonce: Secret,
    code_verifier: Secret,
    fresh: bool,
) -> str:
    """Return the URL of the provider's sign-in page for this request.

    `max_age` asks for a sign-in young enough to approve with. `fresh` asks for a new one in any case: for a person who must
    prove themselves again, or who wants to use another account.
    """
    parameters = {
        "response_type": "code",
        "client_id": registration.client_id,
        "redirect_uri": registration.redirect_uri,
        "scope": SCOPE,
        "state": state.reveal(),
        "nonce": nonce.reveal(),
        "code_challenge": s256(code_verifier.reveal()),
        "code_challenge_method": S256,
        "max_age": str(registration.max_age),
    }
    if fresh:
        parameters["prompt"] = "login"
    # The endpoint may have a query of its own, which stays (RFC 6749 §3.1).
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(parameters)}"
