"""What every function's handler shares: API Gateway's event in, an answer out, one log line and the metrics.

Nothing escapes: a refusal becomes its row of the error table, anything else a plain 500 that tells the caller nothing and
the log the place, without any value, for values may be secrets.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from functions import routes
from functions.domain.errors import AuthorizationPending, ForbiddenRequest, GrantError, Unavailable
from functions.wire.errors import code_of, json_response
from functions.wire.http import Request, Response, read_event, write_event

Handler = Callable[[Request], Response]
Refuse = Callable[[GrantError], Response]
LambdaHandler = Callable[[Mapping[str, Any], object], dict[str, Any]]

METRICS_NAMESPACE = "Tallystick"
BUNDLE_ROOT = Path(__file__).parent.parent
_SERVER_FAULT = 500


@dataclass(frozen=True, slots=True)
class Endpoint:
    """What answers a path: the methods that it takes, the handler, and how it says an error."""

    methods: tuple[str, ...]
    handler: Handler
    refuse: Refuse


def endpoints(refuse: Refuse, handlers: Mapping[str, Handler]) -> dict[str, Endpoint]:
    """Return path → Endpoint for handlers of fixed routes that say their errors in the same words."""
    return {path: Endpoint(routes.methods_of(path), handler, refuse) for path, handler in handlers.items()}


def lambda_entry(function: str, app: Mapping[str, Endpoint], *, edge_secret: str) -> LambdaHandler:
    """Return the Lambda handler of a function whose `app` is path → Endpoint. Any other method gets 405 and `Allow`."""
    logger = Logger(service=function)
    metrics = Metrics(namespace=METRICS_NAMESPACE, service=function)

    def answer(request: Request) -> Response:
        endpoint = app.get(routes.path_of(request.path))
        if endpoint is None:
            return json_response(404, {"message": "There is nothing at this address."})
        try:
            if not request.from_edge(edge_secret):
                raise ForbiddenRequest("Use the issuer's own address.")
            if request.method not in endpoint.methods:
                return json_response(405, {"message": "Use another method."}, {"allow": ", ".join(endpoint.methods)})
            return endpoint.handler(request)
        except GrantError as refusal:
            return _refuse(logger, request, refusal, endpoint.refuse)

    def handle(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
        request = read_event(event)
        try:
            response = answer(request)
        except Exception as fault:  # noqa: BLE001  the last line of defence: no exception text may reach a caller
            response = _fail(logger, request, fault)
        if response.log is not None:
            logger.info("answered", extra={**_about(request), "status": response.status, **response.log})
            metrics.add_metric(_metric(response.status), MetricUnit.Count, 1)
            metrics.flush_metrics()
        return write_event(response, event)

    return handle


def _refuse(logger: Logger, request: Request, refusal: GrantError, say: Refuse) -> Response:
    response = say(refusal)
    if isinstance(refusal, AuthorizationPending):
        # The commonest answer there is, and the access log has it: a line each would cost more than the poll.
        return response.quiet()
    note = {"outcome": code_of(refusal), "detail": refusal.detail}
    if isinstance(refusal, Unavailable):
        logger.error("unavailable", extra={**_about(request), **note})
    return response.noting(note)


def _fail(logger: Logger, request: Request, fault: Exception) -> Response:
    frames = traceback.extract_tb(fault.__traceback__)
    where = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
    logger.error("failed", extra={**_about(request), "fault": type(fault).__name__, "where": where})
    return json_response(500, {"message": "Something went wrong here. Try again."}).noting({"outcome": "server_error"})


def _about(request: Request) -> dict[str, str]:
    return {"method": request.method, "path": request.path, "request_id": request.request_id}


def _metric(status: int) -> str:
    if status >= _SERVER_FAULT:
        return "Failed"
    return "Refused" if status >= 400 else "Answered"  # noqa: PLR2004  the class of a status is its name
