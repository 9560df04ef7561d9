"""What holds of a session whoever presents which of its refresh tokens, and whenever."""

from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tests.server import Server

REPLAY_SECONDS = 30
DAY = 24 * 3600

# Meet the replay window, the idle and the absolute expiry.
waits = st.sampled_from([0.5, 1.0, 29.0, 30.0, 31.0, 3600.0, 13.5 * DAY, 14.0 * DAY, 45.0 * DAY])
# Mostly the last tokens, now and then one out of a drawer.
ages = st.sampled_from([0, 0, 0, 0, 1, 1, 1, 2, 3, 7])


class Family(RuleBasedStateMachine):
    """Keeps a book of all tokens given out, and holds each answer to it."""

    def __init__(self) -> None:
        super().__init__()
        self.server = Server()
        login = self.server.ask(self.server.approved(scope="deploy offline_access")).json
        self.tokens = [login["refresh_token"]]
        self.refreshed_at = self.began_at = self.server.clock.now
        self.stolen = False

    @property
    def over(self) -> bool:
        """Whether the session's time is over."""
        now = self.server.clock.now
        return now >= int(self.refreshed_at) + 14 * DAY or now >= int(self.began_at) + 90 * DAY

    @rule(seconds=waits)
    def wait(self, seconds: float) -> None:
        """Time goes by."""
        self.server.clock.now += seconds

    @rule(age=ages)
    def present(self, age: int) -> None:
        """Somebody presents one of the tokens; `age` is how many came after it."""
        number = max(0, len(self.tokens) - 1 - age)
        age = len(self.tokens) - 1 - number
        now = self.server.clock.now
        answer = self.server.refresh(self.tokens[number])
        if self.stolen or self.over:
            assert answer.error == "invalid_grant"
        elif age == 0:
            assert answer.json["refresh_token"] not in self.tokens
            self.tokens.append(answer.json["refresh_token"])
            self.refreshed_at = now
        elif age == 1 and now - self.refreshed_at <= REPLAY_SECONDS:
            assert answer.json["refresh_token"] == self.tokens[-1]
        else:
            assert answer.error == "invalid_grant"
            self.stolen = True

    @rule(age=ages)
    def present_as_another_client(self, age: int) -> None:
        """Another client has got hold of one: nothing comes of it, good or bad."""
        before = dict(self.server.sessions.items)
        answer = self.server.refresh(self.tokens[max(0, len(self.tokens) - 1 - age)], "plain")
        assert answer.error == "invalid_grant"
        assert self.server.sessions.items == before

    @invariant()
    def there_is_one_session_until_a_theft_and_none_from_then_on(self) -> None:
        """It has as many generations as tokens were given out."""
        sessions = list(self.server.sessions.items.values())
        if self.stolen:
            assert sessions == []
        else:
            [session] = sessions
            assert session.generation == len(self.tokens) - 1


@pytest.mark.row("S01", "S02", "S03", "S04", "O06")
def test_whoever_presents_what_and_when_a_family_keeps_its_rules() -> None:
    run_state_machine_as_test(Family, settings=settings(max_examples=100, stateful_step_count=30, deadline=None))
