"""The token endpoint: from a request, in its dialect, to the use case of its grant and back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never

from functions.domain.client import authenticate
from functions.domain.errors import RefreshReused, TooManyWrongNumbers, WrongApprovalNumber
from functions.wire.dialects.requests import Poll, Refresh

if TYPE_CHECKING:
    from functions.domain.client import Client
    from functions.domain.ports import ReadSecret
    from functions.domain.session.login import Login
    from functions.poll.device_grant import DeviceGrant
    from functions.poll.refresh_grant import RefreshGrant
    from functions.settings import Settings
    from functions.wire.dialects.dialect import Dialect
    from functions.wire.http import Request, Response


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenEndpoint:
    """The token endpoint of one issuer (RFC 6749 §3.2): for a login, and for staying logged in."""

    issuer: str
    settings: Settings
    read_secret: ReadSecret
    device_grant: DeviceGrant
    refresh_grant: RefreshGrant

    def answer(self, request: Request, dialect: Dialect) -> Response:
        """Tell a tool where its login stands; let it in once; keep it in."""
        asked = dialect.read_token_request(request, self.issuer)
        client = authenticate(self.settings.clients, self.settings.who(asked.credentials), self.read_secret)
        about = {"client_id": client.client_id, "address": request.address}
        try:
            login = self._log_in(asked, client)
        except RefreshReused as theft:
            # The line that an operator sets an alarm on: whose tokens were copied, and from where one came back.
            audit = {"outcome": "refresh_reuse", "user_id": theft.user_id, "session_id": theft.session_id}
            return dialect.refuse(theft).noting({**about, **audit})
        except (WrongApprovalNumber, TooManyWrongNumbers) as guess:
            # Somebody has the device code but not the page: a typing mistake, or a phisher who guesses.
            last = isinstance(guess, TooManyWrongNumbers)
            outcome = "denied_by_wrong_numbers" if last else "wrong_approval_number"
            return dialect.refuse(guess).noting({**about, "outcome": outcome, "user_id": guess.user_id})
        answer = dialect.write_login(login)
        return answer.noting(
            {**about, "outcome": login.outcome, "user_id": login.user.user_id, "session_id": login.session_id}
        )

    def _log_in(self, asked: Poll | Refresh, client: Client) -> Login:
        match asked:
            case Refresh():
                return self.refresh_grant.refresh(asked.refresh_token, asked.scopes, client)
            case Poll():
                return self.device_grant.poll(asked.device_code, asked.code_challenge, client, asked.approval_number)
            case _:
                assert_never(asked)
