"""The metadata document (RFC 8414 §2, OpenID Connect Discovery 1.0 §3). It names what exists and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from functions.domain.client import DEVICE_CODE_GRANT, REFRESH_GRANT
from functions.domain.person import PROFILE
from functions.domain.pkce import S256

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_WITH_A_SECRET = ["client_secret_basic", "client_secret_post"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What there is to say of one issuer."""

    issuer: str
    scopes: Iterable[str]

    def document(self, endpoints: Mapping[str, str]) -> dict[str, Any]:
        """Return the document. `endpoints` maps a member's name to its path on the issuer's origin.

        The issuer is given out byte for byte: clients compare it with what they were told, and with `iss` (RFC 8414 §3.3).
        """
        base = self.issuer.removesuffix("/")
        return {
            "issuer": self.issuer,
            **{name: base + path for name, path in endpoints.items()},
            "scopes_supported": list(self.scopes),
            "grant_types_supported": [DEVICE_CODE_GRANT, REFRESH_GRANT],
            # Required, and an empty list must be left out (RFC 8414 §3.2; Authlib refuses it). There is no authorization
            # endpoint here, and "none" is the registered name for an answer that carries nothing.
            "response_types_supported": ["none"],
            "token_endpoint_auth_methods_supported": ["none", *_WITH_A_SECRET],
            "revocation_endpoint_auth_methods_supported": ["none", *_WITH_A_SECRET],
            # Only who has a secret may ask: else anyone could find out which tokens work (RFC 7662 §4).
            "introspection_endpoint_auth_methods_supported": _WITH_A_SECRET,
            "code_challenge_methods_supported": [S256],
            # About ID tokens, and required in the openid document, which is the one that API Gateway's JWT authorizer reads.
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "claims_supported": ["iss", "sub", "aud", "iat", "exp", "auth_time", *PROFILE],
        }
