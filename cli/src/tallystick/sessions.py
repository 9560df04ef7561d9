"""Opens sessions: of a stored login, or of a token in the environment. Neither costs a request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tallystick.bearer import Bearer
from tallystick.environment import account_of, read_token, tokens_of
from tallystick.errors import NotLoggedIn
from tallystick.renewal import FixedSource, StoredSource
from tallystick.session import Session

if TYPE_CHECKING:
    from tallystick.credentials import Account
    from tallystick.renewal import TokenSource
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
    source = StoredSource(
        settings.key, settings.store, connect=settings.connect, clock=settings.system.clock, hint=settings.login_hint
    )
    return _session(settings, account, source, notices)


def _of_environment(settings: Settings, text: str) -> Session:
    name = settings.token_variable
    token = read_token(text, name)
    source = FixedSource(tokens_of(token, settings.system.clock()), f"Put a new token into {name}.")
    return _session(settings, account_of(token, settings.key, name), source, ())


def _session(settings: Settings, account: Account, source: TokenSource, notices: tuple[str, ...]) -> Session:
    bearer = Bearer(source, issuer=settings.issuer, audiences=settings.audiences, insecure=settings.insecure)
    return Session(account, source, bearer, notices=notices)
