"""The identity provider as signin's flow sees it: where to go, and who came back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.identity.authorization import authorization_url
from functions.identity.exchange import exchange
from functions.identity.id_token import read_id_token
from functions.identity.key_set import KeySet
from functions.identity.provider_metadata import Discovery

if TYPE_CHECKING:
    from functions.domain.person import Identity
    from functions.domain.ports import Clock
    from functions.domain.secret import Secret
    from functions.identity.fetching import Fetch
    from functions.identity.registration import Registration


class OidcProvider:
    """One provider, with what has been learnt of it so far. Making one fetches nothing."""

    def __init__(self, registration: Registration, fetch: Fetch, clock: Clock) -> None:
        self._registration = registration
        self._fetch = fetch
        self._clock = clock
        self._discovery = Discovery(fetch, url=registration.metadata_url, issuer=registration.issuer)
        self._keys = KeySet(fetch, lambda: self._discovery.metadata().jwks_uri, clock)

    def authorization_url(self, *, state: Secret, nonce: Secret, code_verifier: Secret, fresh: bool) -> str:
        """Return where the browser signs in. Raises ProviderUnavailable."""
        return authorization_url(
            self._discovery.metadata().authorization_endpoint,
            self._registration,
            state=state,
            nonce=nonce,
            code_verifier=code_verifier,
            fresh=fresh,
        )

    def identify(self, code: Secret, *, nonce: Secret, code_verifier: Secret) -> Identity:
        """Exchange the code and return who signed in. Raises SignInRefused or ProviderUnavailable."""
        id_token = exchange(
            self._fetch,
            self._discovery.metadata().token_endpoint,
            self._registration,
            code=code,
            code_verifier=code_verifier,
        )
        return read_id_token(id_token, self._keys, self._registration, nonce=nonce, now=self._clock())
