"""Answer a poll; exchange an approved grant for a session, once."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from hmac import compare_digest
from typing import TYPE_CHECKING

from functions.domain.client import DEVICE_CODE_GRANT
from functions.domain.device_grant.states import Approved, Denied, Proof, Redeemed
from functions.domain.device_grant.transitions import WRONG_NUMBERS, poll_outcome
from functions.domain.errors import (
    ApprovalNumberRequired,
    AuthorizationPending,
    InvalidGrant,
    TooManyWrongNumbers,
    Unavailable,
    WrongApprovalNumber,
)
from functions.domain.ports import Lost, Won
from functions.domain.session.login import Login
from functions.domain.session.refresh_token import SALT_BYTES, RefreshToken
from functions.domain.session.session import opened
from functions.poll.login import entitled

if TYPE_CHECKING:
    from functions.domain.client import Client
    from functions.domain.device_grant.codes import DeviceCode
    from functions.domain.device_grant.number_matching import ApprovalNumber
    from functions.domain.device_grant.states import Grant
    from functions.domain.person import User
    from functions.domain.ports import AccessTokens, Clock, Grants, Move, RandomBytes, Sessions, Users
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
        now = self.clock()
        secret = device_code.secret
        proof = Proof(client_id=client.client_id, secret_digest=secret.digest(), code_challenge=code_challenge)
        move = self.grants.poll(device_code.locator, proof, now)
        if isinstance(move, Won):
            raise AuthorizationPending
        found = poll_outcome(move.found, proof, now)
        if isinstance(found, Redeemed):
            return self._tell_again(found, secret, client)
        self._check_number(found, approval_number, proof)
        return self._redeem(found, proof, secret, client)

    def _check_number(self, approved: Approved, number: ApprovalNumber | None, proof: Proof) -> None:
        """Raise unless the grant asks for no number or this is it.

        It is never compared here with what was read before: a thousand guesses sent at once could all be, before one of
        them is counted. What answers is the write, which counts a wrong one and comes upon the right one.
        """
        if not approved.request.approval_number:
            return
        if number is None:
            raise ApprovalNumberRequired
        presented = number.bound_to(approved.request.locator)
        while True:
            move = self.grants.count_wrong_number(approved, presented, self.clock())
            match move:
                case Won(grant=Approved(wrong_numbers=count, user_id=user_id)):
                    raise WrongApprovalNumber(user_id, WRONG_NUMBERS - count)
                case Won(grant=Denied(user_id=user_id)):
                    raise TooManyWrongNumbers(user_id)
            found = self._still_approved(move, proof)
            if found.wrong_numbers == approved.wrong_numbers and compare_digest(presented, found.number_digest):
                return
            # A wrong one was counted first, so this one was not looked at. That happens WRONG_NUMBERS times at most.
            approved = found

    def _still_approved(self, move: Move, proof: Proof) -> Approved:
        found = poll_outcome(move.found if isinstance(move, Lost) else move.grant, proof, self.clock())
        if isinstance(found, Redeemed):
            raise InvalidGrant
        return found

    def _redeem(self, approved: Approved, proof: Proof, secret: Secret, client: Client) -> Login:
        now = self.clock()
        user = entitled(self.users, approved.user_id)
        client.check_scopes(approved.request.scopes)
        salt = self.random_bytes(SALT_BYTES).hex()
        first = RefreshToken.first(user.user_id, secret, salt)
        session = opened(approved, client, first, salt, now)
        # Signed before the grant is used up: when the key service is down, the approval is still there for the next poll.
        access_token = self.tokens.mint(session, session.scopes, client, user, now)
        id_token = self.tokens.identify(session, session.scopes, client, user, now)
        move = self.grants.redeem(approved, session, self.clock())
        if not isinstance(move, Won):
            return self._tell_again(self._winner(move.found, proof), secret, client)
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

    def _winner(self, found: Grant | None, proof: Proof) -> Redeemed:
        outcome = poll_outcome(found, proof, self.clock())
        if isinstance(outcome, Approved):
            raise InvalidGrant(detail="a grant that could be redeemed refused to be")
        return outcome

    def _tell_again(self, redeemed: Redeemed, secret: Secret, client: Client) -> Login:
        """Give a tool that proves itself the same session again. Once it has refreshed, it did get the first answer."""
        now = self.clock()
        session = self.sessions.get(redeemed.user_id, redeemed.session_id, now)
        if session is None or session.generation > 0:
            raise InvalidGrant
        user = entitled(self.users, session.user_id)
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
