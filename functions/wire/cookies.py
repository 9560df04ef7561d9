"""Our two cookies, as Set-Cookie strings (RFC 6265).

`__Host-` makes the browser itself refuse a cookie that is not Secure, has another path, or was set by a neighbouring
domain. HttpOnly keeps scripts from reading it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from functions.domain.secret import Secret

SESSION = "__Host-tallystick-session"
SIGN_IN = "__Host-tallystick-signin"

# Strict: no other site's link or form ever carries the session. The sign-in cookie must be there when the identity
# provider, another site, sends the browser back to us, so it is Lax.
_SAME_SITE = {SESSION: "Strict", SIGN_IN: "Lax"}


def set_cookie(name: str, value: Secret, max_age: int) -> str:
    """Return the header that stores a cookie for `max_age` seconds."""
    return _header(name, value.reveal(), max_age)


def clear_cookie(name: str) -> str:
    """Return the header that removes a cookie."""
    return _header(name, "", 0)


def _header(name: str, value: str, max_age: int) -> str:
    return f"{name}={value}; Path=/; Max-Age={max_age}; Secure; HttpOnly; SameSite={_SAME_SITE[name]}"
