"""Opens sessions: of a stored login, or of a token in the environment. Neither costs a request.

The token source is made when the first token is asked for: a caller who only wants the user's name pays nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tallystick.errors import NotLoggedIn
from tallystick.session.session import Session

if TYPE_CHECKING:
    from tallystick.credentials.account import Account
    from tallystick.session.bearer import Bearer
    from tallystick.session.renewal import StoredTokenSource
    from tallystick.session.static_token import StaticTokenSource
    from tallystick.session.token_source import TokenSource
    from tallystick.settings import Settings


def open_session(settings: Settings) -> Session:
    """Return the session there is: the environment's token first, then the stored login. Raises NotLoggedIn."""
    text = settings.system.environ.get(settings.token_variable, "")
    if text.strip():
        return _of_environment(settings, text)
    account = settings.store.account(settings.key)
    if account is None:
        raise NotLoggedIn(hint=settings.login_hint)
    return stored_session(settings, account)


def stored_session(settings: Settings, account: Account, notices: tuple[str, ...] = ()) -> Session:
    """Return the session of a stored login."""

    def source() -> StoredTokenSource:
        from tallystick.session.renewal import StoredTokenSource

        return StoredTokenSource(
            settings.key, settings.store, connect=settings.connect, clock=settings.system.clock, hint=settings.login_hint
        )

    return Session(account, source, lambda tokens: _bearer(settings, tokens), notices=notices)


def _of_environment(settings: Settings, text: str) -> Session:
    from tallystick.session.static_token import StaticTokenSource, account_of, read_token, tokens_of

    name = settings.token_variable
    token = read_token(text, name)

    def source() -> StaticTokenSource:
        return StaticTokenSource(tokens_of(token, settings.system.clock()), f"Put a new token into {name}.")

    return Session(account_of(token, settings.key, name), source, lambda tokens: _bearer(settings, tokens))


def _bearer(settings: Settings, source: TokenSource) -> Bearer:
    from tallystick.session.bearer import Bearer

    return Bearer(source, issuer=settings.issuer, audiences=settings.audiences, insecure=settings.insecure)
