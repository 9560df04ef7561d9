"""`--debug`: shows that requests are made, and how they end; never a body, a header or a query, where secrets are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tallystick.machine.terminal import clean
from tallystick.oauth.http import TransportFailed
from tallystick.oauth.responses import error_of

if TYPE_CHECKING:
    from tallystick.command.output import Output
    from tallystick.machine.system import System
    from tallystick.oauth.http import Request, Response, Transport


class Traced:
    """A transport that tells what it sends."""

    def __init__(self, transport: Transport, system: System, output: Output) -> None:
        self._transport = transport
        self._monotonic = system.monotonic
        self._output = output

    def send(self, request: Request) -> Response:
        """Send, and tell."""
        what = f"{request.method} {clean(request.url.partition('?')[0])}"
        began = self._monotonic()
        try:
            answer = self._transport.send(request)
        except TransportFailed as failure:
            self._output.write(f"> {what}: {failure.kind}\n")
            raise
        error = clean(error_of(answer) or "", limit=60)
        took = f"{1000 * (self._monotonic() - began):.0f} ms"
        self._output.write(f"> {what}: {answer.status} {error}".rstrip() + f", {took}\n")
        return answer
