"""Request in, Response out, for each of the four routes; between them stands the use case."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from functions import routes
from functions.domain.browser_session import SESSION_LIFETIME
from functions.domain.errors import GrantError, SignInRefused, SignInRequired
from functions.signin.transaction import LIFETIME as SIGN_IN_LIFETIME
from functions.wire.cookies import SESSION, SIGN_IN, clear_cookie, set_cookie
from functions.wire.errors import code_of, json_response
from functions.wire.http import Response
from functions.wire.navigation import comes_from_sessions, notice, read_callback, redirect, wants_fresh_sign_in
from functions.wire.page import check_mutation, session_cookie

if TYPE_CHECKING:
    from functions.signin.sign_in import SignIn, WayBack
    from functions.wire.http import Request

_PAGES = {"device": routes.PAGE, "sessions": routes.SESSIONS_PAGE}


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInEndpoints:
    """The four routes. `issuer` is our own address, `provider_issuer` the identity provider's name."""

    sign_in: SignIn
    issuer: str
    provider_issuer: str

    def login(self, request: Request) -> Response:
        """Send the browser to the identity provider."""
        try:
            way_out = self.sign_in.begin(
                fresh=wants_fresh_sign_in(request),
                session=session_cookie(request),
                to="sessions" if comes_from_sessions(request) else "device",
            )
        except GrantError as refusal:
            return _tell(refusal)
        return redirect(way_out.url, set_cookie(SIGN_IN, way_out.cookie, SIGN_IN_LIFETIME))

    def callback(self, request: Request) -> Response:
        """Sign the browser in and send it back to the page it came from; on /device its code is still waiting."""
        try:
            way_back = self._finish(request)
        except GrantError as refusal:
            return _tell(refusal)
        cookies = set_cookie(SESSION, way_back.cookie, SESSION_LIFETIME), clear_cookie(SIGN_IN)
        back = redirect(_PAGES[way_back.to], *cookies)
        return back.noting({"outcome": "signed_in"})

    def session(self, request: Request) -> Response:
        """Tell the page who is signed in."""
        try:
            profile = self.sign_in.who(session_cookie(request)).profile
        except SignInRequired:
            return json_response(200, {"signed_in": False}).quiet()
        return json_response(200, {"signed_in": True, "user": {"email": profile.email, "name": profile.name}}).quiet()

    def logout(self, request: Request) -> Response:
        """Sign the browser out."""
        self.sign_in.end(check_mutation(request, self.issuer))
        return Response(status=204, cookies=(clear_cookie(SESSION),)).noting({"outcome": "signed_out"})

    def _finish(self, request: Request) -> WayBack:
        answer = read_callback(request)
        # RFC 9207: an answer that names another provider was mixed up on its way.
        if answer.issuer not in ("", self.provider_issuer):
            raise SignInRefused(detail="another issuer in the callback")
        return self.sign_in.finish(request.cookie(SIGN_IN), state=answer.state, code=answer.code, error=answer.error)


def _tell(refusal: GrantError) -> Response:
    return notice(refusal).noting({"outcome": code_of(refusal), "detail": refusal.detail})
