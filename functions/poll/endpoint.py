"""The token endpoint: from a request, in its dialect, to the flow of its grant and back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from functions import routes
from functions.domain.client import authenticate
from functions.domain.errors import RefreshReused, TooManyWrongNumbers, WrongApprovalNumber
from functions.wire.dialects.fold import FOLD
from functions.wire.dialects.rfc6749 import RFC, Refresh
from functions.wire.dialects.workos import WORKOS

if TYPE_CHECKING:
    from functions.domain.client import Client
    from functions.domain.ports import ReadSecret
    from functions.domain.session.login import Login
    from functions.poll.device_grant import DeviceGrant
    from functions.poll.refresh_grant import RefreshGrant
    from functions.settings import Settings
    from functions.wire.dialects.dialect import Dialect
    from functions.wire.dialects.rfc8628 import Poll
    from functions.wire.http import Request, Response

DIALECTS = {routes.TOKEN: RFC, routes.FOLD_TOKEN: FOLD, routes.WORKOS_AUTHENTICATE: WORKOS}
"""Path → what is spoken there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """The token endpoint of one issuer (RFC 6749 §3.2): for a login, and for staying logged in."""

    issuer: str
    dialect: Dialect
    settings: Settings
    device: DeviceGrant
    refreshing: RefreshGrant
    read_secret: ReadSecret

    def __call__(self, request: Request) -> Response:
        """Tell a tool where its login stands; let it in once; keep it in."""
        asked = self.dialect.read_token_request(request, self.issuer)
        client = authenticate(self.settings.clients, self.settings.who(asked.credentials), self.read_secret)
        about = {"client_id": client.client_id, "address": request.address}
        try:
            login = self._log_in(asked, client)
        except RefreshReused as theft:
            # The line that an operator sets an alarm on: whose tokens were copied, and from where one came back.
            audit = {"outcome": "refresh_reuse", "user_id": theft.user_id, "session_id": theft.session_id}
            return self.dialect.refuse(theft).noting({**about, **audit})
        except (WrongApprovalNumber, TooManyWrongNumbers) as guess:
            # Somebody has the device code but not the page: a typing mistake, or a phisher who guesses.
            last = isinstance(guess, TooManyWrongNumbers)
            outcome = "denied_by_wrong_numbers" if last else "wrong_approval_number"
            return self.dialect.refuse(guess).noting({**about, "outcome": outcome, "user_id": guess.user_id})
        answer = self.dialect.write_login(login)
        return answer.noting(
            {**about, "outcome": login.outcome, "user_id": login.user.user_id, "session_id": login.session_id}
        )

    def _log_in(self, asked: Poll | Refresh, client: Client) -> Login:
        if isinstance(asked, Refresh):
            return self.refreshing.refresh(asked.refresh_token, asked.scopes, client)
        return self.device.poll(asked.device_code, asked.code_challenge, client, asked.approval_number)
