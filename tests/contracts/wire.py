"""The wire between the store and DynamoDB: what is sent over it, and what happens when it breaks or answers badly."""

from __future__ import annotations

import json
from io import BytesIO
from typing import TYPE_CHECKING, Any

from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import ConnectionClosedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tests.contracts.stores import DynamoStore


class _Body(BytesIO):
    """The body as botocore reads it."""

    def stream(self) -> Iterator[bytes]:
        """Yield it whole."""
        yield self.getvalue()


class Wire:
    """Sits below the SDK's retries, so that each attempt passes here. `sent` has the operations and their arguments."""

    def __init__(self, store: DynamoStore) -> None:
        self.store = store
        self.sent: list[tuple[str, dict[str, Any]]] = []
        session: Any = store.table._connection.connection.client._endpoint.http_session
        self._really_send: Callable[[Any], Any] = session.send
        self._behave = self._really_send
        session.send = self._send

    def mend(self) -> None:
        """Let everything through again and forget what was sent."""
        self._behave = self._really_send
        self.sent.clear()

    def lose_the_next_answer(self) -> None:
        """Let the next request through but not its answer; the SDK tries again."""

        def lose(request: Any) -> Any:  # noqa: ANN401  botocore's request and response
            self._behave = self._really_send
            self._really_send(request)
            raise ConnectionClosedError(endpoint_url=request.url)

        self._behave = lose

    def lose_the_next_request(self, meanwhile: Callable[[], object]) -> None:
        """Have `meanwhile` happen instead of the next request; the SDK tries again."""

        def lose(request: Any) -> Any:  # noqa: ANN401  likewise
            self._behave = self._really_send
            meanwhile()
            raise ConnectionClosedError(endpoint_url=request.url)

        self._behave = lose

    def fail(self, error: Exception) -> None:
        """Fail every attempt from now on."""

        def raise_it(_request: Any) -> Any:  # noqa: ANN401  likewise
            raise error

        self._behave = raise_it

    def answer(self, status: int, code: str, reasons: Sequence[str] = (), *, once: bool = False) -> None:
        """Answer every attempt from now on, or one, as DynamoDB does when it refuses; `reasons` are a transaction's."""
        document = {
            "__type": f"com.amazonaws.dynamodb.v20120810#{code}",
            "message": "no",
            **({"CancellationReasons": [{"Code": reason} for reason in reasons]} if reasons else {}),
        }

        def refuse(request: Any) -> AWSResponse:  # noqa: ANN401  likewise
            if once:
                self._behave = self._really_send
            return AWSResponse(request.url, status, HTTPHeaders(), _Body(json.dumps(document).encode()))

        self._behave = refuse

    def say(self, document: dict[str, Any]) -> None:
        """Answer every attempt from now on with this."""
        body = json.dumps(document).encode()
        self._behave = lambda request: AWSResponse(request.url, 200, HTTPHeaders(), _Body(body))

    def _send(self, request: Any) -> Any:  # noqa: ANN401  likewise
        operation = request.headers["X-Amz-Target"]
        name = (operation.decode() if isinstance(operation, bytes) else operation).rpartition(".")[2]
        self.sent.append((name, json.loads(request.body)))
        return self._behave(request)
