"""The exchange of the code for tokens (RFC 6749 §4.1.3), of which only the ID token is looked at."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING
from urllib.parse import quote_plus

from functions.domain.errors import ProviderUnavailable, SignInRefused
from functions.domain.secret import Secret

if TYPE_CHECKING:
    from functions.identity.fetching import Fetch, Fetched
    from functions.identity.registration import Registration

_OK, _BAD_REQUEST = 200, 400
_ERROR_CODE = re.compile("[a-z_]{1,40}")


def exchange(
    fetch: Fetch,
    endpoint: str,
    registration: Registration,
    *,
    code: Secret,
    code_verifier: Secret,
) -> Secret:
    """Return the ID token for the code. Raises SignInRefused for a code that is not good, ProviderUnavailable otherwise.

    The provider's access and refresh tokens are dropped here: we need to know who it is, not to act for them.
    """
    form = {
        "grant_type": "authorization_code",
        "code": code.reveal(),
        "redirect_uri": registration.redirect_uri,
        "code_verifier": code_verifier.reveal(),
    }
    headers = {}
    if registration.read_secret is None:
        form["client_id"] = registration.client_id
    else:
        headers["authorization"] = _basic(registration.client_id, registration.read_secret())
    answer = fetch(endpoint, form=form, headers=headers)
    if answer.status != _OK:
        _refuse(answer)
    id_token = answer.document("token endpoint").get("id_token")
    if not isinstance(id_token, str):
        raise ProviderUnavailable(detail="token endpoint: no id_token")
    return Secret(id_token)


def _basic(client_id: str, client_secret: Secret) -> str:
    """Join id and secret as RFC 6749 §2.3.1 asks: each encoded as in a form first."""
    pair = f"{quote_plus(client_id)}:{quote_plus(client_secret.reveal())}"
    return "Basic " + base64.b64encode(pair.encode()).decode()


def _refuse(answer: Fetched) -> None:
    error = answer.document("token endpoint").get("error") if answer.status == _BAD_REQUEST else None
    if error == "invalid_grant":
        raise SignInRefused(detail="token endpoint: invalid_grant")
    # Anything else is our configuration or the provider's fault; only a plain code may go into the log.
    code = error if isinstance(error, str) and _ERROR_CODE.fullmatch(error) else "no error code"
    raise ProviderUnavailable(detail=f"token endpoint: status {answer.status}, {code}")
