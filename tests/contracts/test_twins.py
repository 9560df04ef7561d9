"""The store in memory and the one on DynamoDB, side by side: whatever happens, they say the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from functions.domain.errors import GrantError, UserCodeTaken
from tests.fakes.store import MemoryGrants
from tests.properties.journeys import Journey

if TYPE_CHECKING:
    from collections.abc import Callable

    from functions.domain.device_grant.states import Grant
    from functions.domain.ports import Grants
    from tests.contracts.stores import DynamoStore


def outcome(move: Callable[[Grants], Grant], grants: Grants) -> Grant | str:
    """Return the grant after a move, or how it was refused."""
    try:
        return move(grants)
    except (GrantError, UserCodeTaken) as refusal:
        return type(refusal).__name__


def test_the_twins_never_disagree_about_a_journey(dynamo: DynamoStore) -> None:
    class Twins(Journey):
        """Each move on both."""

        def __init__(self) -> None:
            super().__init__()
            self.memory = MemoryGrants()

        def make(self, name: str, actor: str, move: Callable[[Grants], Grant]) -> Grant | None:
            """Make it on both and compare what they say and what they hold."""
            result = outcome(move, self.memory)
            assert outcome(move, dynamo.grants) == result, f"{name} for {actor}"
            grant = self.memory.items.get(self.locator)
            assert dynamo.is_empty_at(self.locator) if grant is None else dynamo.shows(grant)
            return None if isinstance(result, str) else result

    run_state_machine_as_test(
        Twins,
        settings=settings(
            max_examples=30,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
