"""The use case: answer a poll; exchange an approved grant for a session, once."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never

from functions.domain.client import DEVICE_CODE_GRANT
from functions.domain.device_grant.states import Approved, Claimed, Denied, Pending, Proof, Redeemed
from functions.domain.device_grant.transitions import WRONG_NUMBERS, NumberMatched, NumberWrong
from functions.domain.errors import (
    ApprovalNumberRequired,
    AuthorizationPending,
    InvalidGrant,
    TooManyWrongNumbers,
    Unavailable,
    WrongApprovalNumber,
)
from functions.domain.session.login import Login
from functions.domain.session.refresh_token import SALT_BYTES, RefreshToken
from functions.domain.session.session import opened
from functions.poll.entitlement import require

if TYPE_CHECKING:
    from functions.domain.client import Client
    from functions.domain.device_grant.codes import DeviceCode
    from functions.domain.device_grant.number_matching import ApprovalNumber
    from functions.domain.person import User
    from functions.domain.ports import AccessTokens, Clock, Grants, RandomBytes, Sessions, Users
    from functions.domain.secret import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceGrant:
    """The device authorization grant at the token endpoint (RFC 8628 §3.4)."""

    grants: Grants
    sessions: Sessions
    users: Users
    tokens: AccessTokens
    clock: Clock
    random_bytes: RandomBytes

    def poll(
        self,
        device_code: DeviceCode | None,
        code_challenge: str | None,
        client: Client,
        approval_number: ApprovalNumber | None = None,
    ) -> Login:
        """Return the login that the person approved, or raise what the tool must be told (RFC 8628 §3.5).

        `code_challenge` is what the verifier answers that came with the poll, "" when none did. None stands for a text that
        cannot be a device code or a verifier, and for an `approval_number` that was not sent.
        """
        client.check_grant_type(DEVICE_CODE_GRANT)
        if device_code is None or code_challenge is None:
            raise InvalidGrant
        secret = device_code.secret
        proof = Proof(client_id=client.client_id, secret_digest=secret.digest(), code_challenge=code_challenge)
        match self.grants.poll(device_code.locator, proof, self.clock()):
            case Pending() | Claimed():
                raise AuthorizationPending
            case Redeemed() as redeemed:
                return self._tell_again(redeemed, secret, client)
            case Approved() as approved:
                approved = self._with_number(approved, approval_number, proof)
                return self._redeem(approved, proof, secret, client)
            case other:
                assert_never(other)

    def _with_number(self, approved: Approved, number: ApprovalNumber | None, proof: Proof) -> Approved:
        """Return the grant if it asks for no number or this is it (number matching). Else raises what the tool is told."""
        if not approved.request.approval_number:
            return approved
        if number is None:
            raise ApprovalNumberRequired
        presented = number.bound_to(approved.request.locator)
        match self.grants.match_number(approved, proof, presented, self.clock()):
            case NumberMatched(grant):
                return grant
            case NumberWrong(grant):
                raise _wrong_number(grant)
            case other:
                assert_never(other)

    def _redeem(self, approved: Approved, proof: Proof, secret: Secret, client: Client) -> Login:
        now = self.clock()
        user = require(self.users, approved.user_id, approved.approved_at)
        if approved.approved_at <= user.approvals_ended_at:
            raise InvalidGrant(detail="the person has logged out everywhere since")
        client.check_scopes(approved.request.scopes)
        salt = self.random_bytes(SALT_BYTES).hex()
        first = RefreshToken.first(user.user_id, secret, salt)
        session = opened(approved, client, first, salt, now)
        # Signed before the grant is used up: when the key service is down, the approval is still there for the next poll.
        access_token = self.tokens.mint(session, session.scopes, client, user, now)
        id_token = self.tokens.identify(session, session.scopes, client, user, now)
        redeemed = self.grants.redeem(approved, proof, session, self.clock())
        if redeemed.session_id != session.session_id:
            return self._tell_again(redeemed, secret, client)
        self._remember(user, client.consent_to(session.scopes))
        return Login(
            access_token=access_token,
            refresh_token=first if client.may_refresh(session.scopes) else None,
            id_token=id_token,
            scopes=session.scopes,
            user=user,
            session_id=session.session_id,
            outcome="redeemed",
        )

    def _remember(self, user: User, consent: str | None) -> None:
        if consent and consent not in user.consents:
            # The login stands: what is remembered only changes what the page says the next time.
            with suppress(Unavailable):
                self.users.remember(user.user_id, consent)

    def _tell_again(self, redeemed: Redeemed, secret: Secret, client: Client) -> Login:
        """Give a tool that proves itself the same session again. Once it has refreshed, it did get the first answer."""
        now = self.clock()
        session = self.sessions.get(redeemed.user_id, redeemed.session_id, now)
        if session is None or session.generation > 0:
            raise InvalidGrant
        user = require(self.users, session.user_id, session.created_at)
        client.check_scopes(session.scopes)
        first = RefreshToken.first(user.user_id, secret, session.salt)
        return Login(
            access_token=self.tokens.mint(session, session.scopes, client, user, now),
            refresh_token=first if client.may_refresh(session.scopes) else None,
            id_token=self.tokens.identify(session, session.scopes, client, user, now),
            scopes=session.scopes,
            user=user,
            session_id=session.session_id,
            outcome="redeemed_again",
        )


def _wrong_number(grant: Approved | Denied) -> WrongApprovalNumber | TooManyWrongNumbers:
    match grant:
        case Approved(user_id=user_id, wrong_numbers=count):
            return WrongApprovalNumber(user_id, WRONG_NUMBERS - count)
        case Denied(user_id=user_id):
            return TooManyWrongNumbers(user_id)
        case _:
            assert_never(grant)
