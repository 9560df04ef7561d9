"""`AsyncSession`: the same session for asyncio and trio. Each blocking call goes to a thread."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TypeVar

from tallystick.session.token_source import MIN_TTL

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx2

    from tallystick.credentials.account import Account, User
    from tallystick.session.session import Session

Result = TypeVar("Result")


class AsyncSession:
    """A login in use, for asynchronous callers. `blocking` is the session itself."""

    def __init__(self, blocking: Session) -> None:
        self.blocking = blocking

    @property
    def account(self) -> Account:
        """The account: who has logged in where."""
        return self.blocking.account

    @property
    def user(self) -> User:
        """The person who has logged in, as the issuer said at login."""
        return self.blocking.user

    @property
    def source(self) -> str:
        """Where the credentials come from."""
        return self.blocking.source

    @property
    def httpx_auth(self) -> httpx2.Auth:
        """For `await client.get(url, auth=session.httpx_auth)`."""
        return self.blocking.httpx_auth

    async def token(self, min_ttl: float = MIN_TTL) -> str:
        """Return an access token good for `min_ttl` seconds, renewed if need be. In clear: do not log it."""
        return await in_thread(self.blocking.token, min_ttl)

    async def refresh(self) -> str:
        """Renew the access token though it may be good still."""
        return await in_thread(self.blocking.refresh)


async def in_thread(call: Callable[..., Result], *arguments: object) -> Result:
    """Return what `call` returns, without holding up the event loop."""
    from anyio.to_thread import run_sync

    return await run_sync(partial(call, *arguments))
