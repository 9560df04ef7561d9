"""`AsyncDeviceLogin`: the same login for asyncio and trio. It waits without holding a thread; what blocks goes to one."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, assert_never

from tallystick.errors import ApprovalNumberRequired
from tallystick.login.device_login import DeviceLogin
from tallystick.login.flow import Flow
from tallystick.login.notices import Notices
from tallystick.login.number_prompt import NumberPrompt
from tallystick.oauth.http import TransportFailed
from tallystick.oauth.number_matching import NumberWanted
from tallystick.oauth.responses import Granted
from tallystick.session.aio import AsyncSession, in_thread

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from tallystick.login.device_login import OnNotice, OnPrompt
    from tallystick.login.logout import Logout
    from tallystick.login.number_prompt import OnNumber
    from tallystick.login.pending import PendingLogin


class AsyncDeviceLogin:
    """Takes what DeviceLogin takes. Cancelling a login stops it at once, and nothing is stored."""

    def __init__(self, issuer: str, **settings: Any) -> None:  # noqa: ANN401  DeviceLogin checks them
        self.blocking = DeviceLogin(issuer, **settings)

    async def login(
        self,
        *,
        scopes: Iterable[str] | None = None,
        on_prompt: OnPrompt | None = None,
        on_notice: OnNotice | None = None,
        on_approval_number: OnNumber | None = None,
        open_browser: bool = True,
    ) -> AsyncSession:
        """Log a person in and keep the login. The callbacks are called in a thread."""
        pending = await self.start(scopes)
        announce = partial(self.blocking.announce, open_browser=open_browser)
        notices = await in_thread(announce, pending, on_prompt, on_notice)
        try:
            return await self._complete(pending, notices, on_approval_number)
        except ApprovalNumberRequired:
            await in_thread(pending.save)
            raise

    async def start(self, scopes: Iterable[str] | None = None) -> PendingLogin:
        """Begin a login and return what the person needs."""
        return await in_thread(self.blocking.start, scopes)

    async def resume(
        self,
        pending: PendingLogin | None = None,
        *,
        on_notice: OnNotice | None = None,
        on_approval_number: OnNumber | None = None,
    ) -> AsyncSession:
        """Wait for a login that was begun here or, where it was saved, by another process."""
        if pending is None:
            pending = await in_thread(Flow(self.blocking.settings).kept)
        return await self._complete(pending, Notices(on_notice), on_approval_number)

    async def session(self) -> AsyncSession:
        """Return the login there is, without a request. Raises NotLoggedIn."""
        return AsyncSession(await in_thread(self.blocking.session))

    async def logout(self) -> Logout:
        """End the session at the issuer, and forget it here in any case."""
        return await in_thread(self.blocking.logout)

    async def _complete(self, pending: PendingLogin, notices: Notices, on_number: OnNumber | None) -> AsyncSession:
        import anyio

        granted = await self._wait(pending, on_number or NumberPrompt(self.blocking.settings.system))
        # A grant is kept or revoked; leaving in between would leave a session open that nobody can end.
        with anyio.CancelScope(shield=True):
            session = await in_thread(self.blocking.finish, granted, notices)
        return AsyncSession(session)

    async def _wait(self, pending: PendingLogin, ask: OnNumber) -> Granted:
        import anyio
        from anyio.to_thread import run_sync

        flow, transport = Flow(self.blocking.settings), self.blocking.settings.transport
        polling = flow.polling(pending)
        while True:
            await anyio.sleep(polling.pause())
            request = await in_thread(flow.poll_request, pending, polling)
            try:
                heard = polling.heard(await in_thread(transport.send, request))
            except TransportFailed as failure:
                heard = None
                polling.failed(failure)
            match heard:
                case Granted():
                    return heard
                case NumberWanted():
                    # Nobody may ever type it: a login that is cancelled does not wait for that.
                    polling.typed(await run_sync(ask, heard, abandon_on_cancel=True))
                case None:
                    pass
                case _:
                    assert_never(heard)
