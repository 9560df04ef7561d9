"""One call of DynamoDB: tried again when a transaction was in its way, and its failures told apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError, ConnectionError, HTTPClientError  # noqa: A004  botocore's own name

from functions.domain.errors import StoreUnavailable

if TYPE_CHECKING:
    from pynamodb.connection.table import TableConnection

CONDITION_FAILED = "ConditionalCheckFailed"
"""The reason in a cancelled transaction; alone, the error is this and "Exception"."""

_SERVER_ERROR = 500
# Somebody else's transaction has the item just now. It takes milliseconds, and the SDK does not try again by itself.
_CONFLICTS = frozenset({"TransactionConflict", "TransactionConflictException"})
_ATTEMPTS_AT_A_CONFLICT = 4
_BUSY = _CONFLICTS | {
    "LimitExceededException",
    "ProvisionedThroughputExceeded",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "ThrottlingError",
    "ThrottlingException",
    "TransactionInProgressException",
}


def call(connection: TableConnection, operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """Send a request and return the answer.

    Raises StoreUnavailable when DynamoDB is throttled, down or out of reach, and ClientError when it refuses.
    """
    attempts = 0
    while True:
        attempts += 1
        try:
            answer: dict[str, Any] = connection.connection.dispatch(operation, arguments)
        except (ConnectionError, HTTPClientError) as error:
            raise StoreUnavailable(detail=f"{operation}: {type(error).__name__}") from error
        except ClientError as error:
            codes, status = _codes_of(error)
            if codes & _CONFLICTS and attempts < _ATTEMPTS_AT_A_CONFLICT:
                continue
            if codes & _BUSY or status >= _SERVER_ERROR:
                raise StoreUnavailable(detail=f"{operation}: {', '.join(sorted(codes & _BUSY or codes))}") from error
            raise
        return answer


def response_of(error: ClientError) -> dict[str, Any]:
    """Return DynamoDB's whole answer: PynamoDB's own error keeps only its code and message, not the item."""
    cause = error.__cause__ if isinstance(error.__cause__, ClientError) else error
    return dict(cause.response)


def _codes_of(error: ClientError) -> tuple[set[str], int]:
    """Return why DynamoDB refused, all reasons of a cancelled transaction too, and the HTTP status."""
    response = response_of(error)
    reasons = {reason["Code"] for reason in response.get("CancellationReasons", [])} - {"None"}
    return {response["Error"]["Code"]} | reasons, response["ResponseMetadata"].get("HTTPStatusCode", 0)
