"""Waits for the person's decision, in the caller's thread. The rules are `polling`'s; sleep and network are here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tallystick.errors import LoginPending, NetworkError
from tallystick.flow import Flow
from tallystick.http import TransportFailed

if TYPE_CHECKING:
    from collections.abc import Callable

    from tallystick.answers import Granted
    from tallystick.pending import PendingLogin
    from tallystick.settings import Settings
    from tallystick.system import System

    OnWait = Callable[[float], None]

_SLICE = 1.0
_TOO_SHORT = 0.001


def wait_for(settings: Settings, pending: PendingLogin, on_wait: OnWait | None, *, at_once: bool = False) -> Granted:
    """Poll until the login is decided; `at_once` polls before the first pause.

    `on_wait` is told the seconds left, about once a second. Raises AccessDenied, CodeExpired or ServerError.
    """
    flow = Flow(settings)
    polling = flow.polling(pending)
    pause = 0.0 if at_once else polling.pause()
    while True:
        if on_wait is None:
            settings.system.sleep(pause)
        else:
            _sleep(settings.system, pause, lambda: on_wait(polling.remaining()))
        try:
            granted = polling.heard(settings.transport.send(flow.poll_request(pending)))
        except TransportFailed as failure:
            granted = None
            polling.failed(failure)
        if granted is not None:
            return granted
        pause = polling.pause()


def ask_once(settings: Settings, pending: PendingLogin) -> Granted:
    """Poll a single time. Raises LoginPending while nobody has decided."""
    flow = Flow(settings)
    try:
        granted = flow.polling(pending).heard(settings.transport.send(flow.poll_request(pending)))
    except TransportFailed as failure:
        raise NetworkError(f"The server could not be reached: {failure.reason}.") from failure
    if granted is None:
        raise LoginPending
    return granted


def _sleep(system: System, pause: float, tick: Callable[[], None]) -> None:
    until = system.monotonic() + pause
    while (left := until - system.monotonic()) > _TOO_SHORT:
        tick()
        system.sleep(min(left, _SLICE))
