"""An account: the key that its credentials belong to, and its user. No secrets."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Key:
    """The key of credentials: they belong to one client at one issuer. One person may have several profiles there."""

    issuer: str
    client_id: str
    profile: str = "default"

    @property
    def id(self) -> str:
        """The key as one string without ambiguity."""
        return " ".join(quote(part, safe=":/") for part in (self.profile, self.client_id, self.issuer))


@dataclass(frozen=True, slots=True)
class User:
    """The person, as the issuer says; every string is safe to print. `claims` holds all it said."""

    id: str = ""
    email: str = ""
    name: str = ""
    claims: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        if self.email and self.name:
            return f"{self.email} ({self.name})"
        return self.email or self.name or self.id or "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A login as it can be listed: no secrets. `kept_in` names the store of its lasting secret."""

    key: Key
    user: User = field(default_factory=User)
    kept_in: str = "file"
    logged_in_at: float = 0.0
