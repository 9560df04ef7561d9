"""What the functions are configured with, for tests: the defaults of the schema, and what a test chooses instead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.domain.client import Client
from functions.domain.limits import GuessLimits
from infra.configuration import limits
from infra.configuration.client import ClientEntry

if TYPE_CHECKING:
    from infra.configuration.block import Block


def client(**chosen: Any) -> Client:  # noqa: ANN401  whatever a client has
    """Return a client. It is not checked as the operator's are: a test may want what no operator can have."""
    return Client(**(_defaults_of(ClientEntry) | chosen))


def guess_limits() -> GuessLimits:
    """Return the limits on wrong user codes that an operator has who chooses none."""
    return GuessLimits(**_defaults_of(limits.GuessLimits))


def _defaults_of(block: type[Block]) -> dict[str, Any]:
    return {name: field.default for name, field in block.model_fields.items() if not field.is_required()}
