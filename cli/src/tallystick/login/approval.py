"""Waits for the person's decision, in the caller's thread: sleeps and sends, by the rules of `oauth.polling`."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from tallystick.errors import LoginPending, NetworkError
from tallystick.login.flow import Flow
from tallystick.login.number_prompt import NumberPrompt
from tallystick.oauth.http import TransportFailed
from tallystick.oauth.number_matching import NumberWanted
from tallystick.oauth.responses import Granted

if TYPE_CHECKING:
    from collections.abc import Callable

    from tallystick.login.number_prompt import OnNumber
    from tallystick.login.pending import PendingLogin
    from tallystick.machine.system import System
    from tallystick.settings import Settings

    OnWait = Callable[[float], None]

_SLICE = 1.0
_TOO_SHORT = 0.001


def wait_for(
    settings: Settings,
    pending: PendingLogin,
    on_wait: OnWait | None,
    on_number: OnNumber | None,
    *,
    resumed: bool = False,
    number: str = "",
) -> Granted:
    """Poll until the login is decided; a `resumed` one is asked for before the first pause.

    `on_wait` is told the seconds left, about once a second; `on_number` is asked for the number that the browser shows, if
    there is one. Raises AccessDenied, CodeExpired, ApprovalNumberRequired or ServerError.
    """
    flow, ask = Flow(settings), on_number or NumberPrompt(settings.system)
    polling = flow.polling(pending, number)
    pause = 0.0 if resumed else polling.pause()
    while True:
        if on_wait is None:
            settings.system.sleep(pause)
        else:
            _sleep(settings.system, pause, lambda: on_wait(polling.remaining()))
        try:
            heard = polling.heard(settings.transport.send(flow.poll_request(pending, polling)))
        except TransportFailed as failure:
            heard = None
            polling.failed(failure)
        match heard:
            case Granted():
                return heard
            case NumberWanted():
                polling.typed(ask(heard))
            case None:
                pass
            case _:
                assert_never(heard)
        pause = polling.pause()


def ask_once(settings: Settings, pending: PendingLogin, number: str = "") -> Granted:
    """Poll a single time. Raises LoginPending while nobody has decided, ApprovalNumberRequired where that is missing."""
    flow = Flow(settings)
    polling = flow.polling(pending, number)
    try:
        heard = polling.heard(settings.transport.send(flow.poll_request(pending, polling)))
    except TransportFailed as failure:
        raise NetworkError(f"The server could not be reached: {failure.reason}.") from failure
    match heard:
        case Granted():
            return heard
        case NumberWanted():
            raise heard.refusal()
        case None:
            raise LoginPending
        case _:
            assert_never(heard)


def _sleep(system: System, pause: float, tick: Callable[[], None]) -> None:
    until = system.monotonic() + pause
    while (left := until - system.monotonic()) > _TOO_SHORT:
        tick()
        system.sleep(min(left, _SLICE))
