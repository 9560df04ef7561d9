"""The use case: make the two codes and put the grant, one conditional write."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from functions.domain.device_grant.codes import DeviceCode, UserCode
from functions.domain.device_grant.proximity import demanded, place_of
from functions.domain.device_grant.states import GrantRequest, Origin, Pending
from functions.domain.errors import StoreUnavailable, UserCodeTaken

if TYPE_CHECKING:
    from functions.domain.client import Client
    from functions.domain.ports import Clock, Grants, RandomBytes
    from functions.issue.rate_limit import RateLimit

# With a million live codes one in 25,000 draws collides; five collisions in a row mean that something else is wrong.
_DRAWS = 5

MaxAuthAge = Callable[[Iterable[str]], int]
"""How old a sign-in may be, in seconds, to approve these scopes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """The two codes of a new grant. `expires_in` is in seconds."""

    device_code: DeviceCode
    user_code: UserCode
    expires_in: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceAuthorization:
    """Starts device authorizations (RFC 8628 §3.1)."""

    grants: Grants
    rate_limit: RateLimit
    max_auth_age: MaxAuthAge
    clock: Clock
    random_bytes: RandomBytes

    def start(self, client: Client, scopes: tuple[str, ...], origin: Origin, code_challenge: str = "") -> Issued:
        """Return the codes of a new grant. Raises UnauthorizedClient, InvalidScope, TooManyRequests or StoreUnavailable."""
        client.check_grant_type()
        granted = client.scopes_for(scopes)
        now = int(self.clock())
        self.rate_limit.take(client.client_id, origin.address, now)
        for _ in range(_DRAWS):
            user_code = UserCode.generate(self.random_bytes)
            device_code = DeviceCode.generate(user_code, self.random_bytes)
            request = GrantRequest(
                locator=device_code.locator,
                secret_digest=device_code.secret.digest(),
                client_id=client.client_id,
                scopes=granted,
                origin=origin,
                created_at=now,
                expires_at=now + client.code_lifetime,
                max_auth_age=self.max_auth_age(granted),
                code_challenge=code_challenge,
                near=demanded(client.proximity, place_of(origin)),
                approval_number=client.approval_number,
            )
            # The first poll is free: nothing has been polled yet that it could follow too closely.
            with suppress(UserCodeTaken):
                self.grants.add(Pending(request=request, next_poll_at=now), now)
                return Issued(device_code=device_code, user_code=user_code, expires_in=client.code_lifetime)
        raise StoreUnavailable(detail=f"{_DRAWS} user codes in a row were taken")
