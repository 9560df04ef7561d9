"""Accounts and tokens as the JSON that is stored, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from tallystick.credentials.account import Account, Key, User
from tallystick.credentials.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Callable

    from tallystick.credentials.tokens import Tokens

Found = TypeVar("Found")


def account_record(account: Account) -> dict[str, Any]:
    """Return an account for storing. No secrets."""
    user = account.user
    return {
        "issuer": account.key.issuer,
        "client_id": account.key.client_id,
        "profile": account.key.profile,
        "user": {"id": user.id, "email": user.email, "name": user.name, "claims": dict(user.claims)},
        "kept_in": account.kept_in,
        "logged_in_at": account.logged_in_at,
    }


def account_from(record: object) -> Account | None:
    """Read an account. None when there is none, or a person's edit has made it unreadable: then it is no login."""
    return _reading(record, _account)


def tokens_record(tokens: Tokens, *, in_keyring: bool) -> dict[str, Any]:
    """Return tokens for storing, without the lasting one where the keyring has it."""
    refresh = tokens.refresh_token
    return {
        "access_token": None if in_keyring and refresh is None else tokens.access_token.reveal(),
        "refresh_token": None if in_keyring or refresh is None else refresh.reveal(),
        "renewable": refresh is not None,
        "obtained_at": tokens.obtained_at,
        "expires_in": tokens.expires_in,
        "scopes": list(tokens.scopes),
    }


def tokens_from(record: object, *, access_token: Secret | None = None) -> Tokens | None:
    """Read tokens; `access_token` is the one that the keyring had. None when there is none or it is unreadable."""
    return _reading(record, lambda found: _tokens(found, access_token))


def _account(record: dict[str, Any]) -> Account:
    user = record["user"]
    return Account(
        key=Key(str(record["issuer"]), str(record["client_id"]), str(record["profile"])),
        user=User(id=str(user["id"]), email=str(user["email"]), name=str(user["name"]), claims=dict(user["claims"])),
        kept_in=str(record["kept_in"]),
        logged_in_at=float(record["logged_in_at"]),
    )


def _tokens(record: dict[str, Any], access_token: Secret | None) -> Tokens:
    from tallystick.credentials.tokens import Tokens

    access, refresh, life = record["access_token"], record["refresh_token"], record["expires_in"]
    return Tokens(
        access_token=access_token or Secret(access or ""),
        obtained_at=float(record["obtained_at"]),
        expires_in=None if life is None else float(life),
        refresh_token=Secret(refresh) if refresh else None,
        renewable=bool(record["renewable"]),
        scopes=tuple(str(scope) for scope in record["scopes"]),
    )


def _reading(record: object, read: Callable[[dict[str, Any]], Found]) -> Found | None:
    if not isinstance(record, dict):
        return None
    try:
        return read(record)
    except (KeyError, TypeError, ValueError):
        return None
