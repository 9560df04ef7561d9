"""Anything that tools, people and time can do to one user code, in any order, for hypothesis to choose from."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from functions.domain.device_grant.states import Approved, Proof
from tests.contracts.grants import ADA, APPROVER, BOB, CLIENT, DIGEST, NOW, OTHER_DIGEST, PROOF, fresh_locator, pending
from tests.contracts.sessions import approved_at, fresh_session

if TYPE_CHECKING:
    from collections.abc import Callable

    from functions.domain.device_grant.states import Grant
    from functions.domain.ports import Grants

LIFETIME = 600

people = st.sampled_from([ADA, ADA, ADA, BOB])
clients = st.sampled_from([CLIENT, CLIENT, CLIENT, "other-cli"])
digests = st.sampled_from([DIGEST, DIGEST, DIGEST, OTHER_DIGEST])
# The small waits meet the pauses of polling; the largest and a few more meet the expiry.
waits = st.sampled_from([0.001, 0.5, 2.0, 2.999, 3.0, 5.0, 60.0, 571.25])


class Journey(RuleBasedStateMachine):
    """What can happen. A subclass makes the moves and says what must hold of each."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.locator = fresh_locator()
        self.approved = approved_at(self.locator)

    def make(self, name: str, actor: str, move: Callable[[Grants], Grant]) -> Grant | None:
        """Make a move now, and return the grant after it, None when it was refused.

        `actor` is the person, the secret's digest or the session that it is for.
        """
        raise NotImplementedError

    @rule(seconds=waits)
    def wait(self, seconds: float) -> None:
        """Time goes by."""
        self.now = round(self.now + seconds, 3)

    @initialize()
    def draw(self) -> None:
        """Most journeys begin with a tool that asks for codes."""
        self.add(DIGEST)

    @rule(digest=digests)
    def add(self, digest: str) -> None:
        """A tool is given this user code."""
        grant = pending(locator=self.locator, secret_digest=digest, expires_at=int(self.now) + LIFETIME)
        self.make("add", digest, lambda grants: grants.add(grant, self.now))

    @rule(client=clients, digest=digests)
    def poll(self, client: str, digest: str) -> None:
        """A tool polls."""
        proof = Proof(client_id=client, secret_digest=digest)
        self.make("poll", f"{client} {digest}", lambda grants: grants.poll(self.locator, proof, self.now))

    @rule(person=people)
    def claim(self, person: str) -> None:
        """A person opens the code."""
        self.make("claim", person, lambda grants: grants.claim(self.locator, person, self.now))

    @rule(person=people)
    def release(self, person: str) -> None:
        """A person wants to use another account."""
        self.make("release", person, lambda grants: grants.release(self.locator, person, self.now))

    @rule(person=people)
    def approve(self, person: str) -> None:
        """A person says yes."""
        approver = replace(APPROVER, user_id=person, auth_time=int(self.now))
        approved = self.make("approve", person, lambda grants: grants.approve(self.locator, approver, self.now))
        if isinstance(approved, Approved):
            self.approved = approved

    @rule(digest=digests)
    def count(self, digest: str) -> None:
        """A wrong number comes for what was approved last, or never was, as it was seen then or is now."""
        proof = replace(PROOF, secret_digest=digest)
        counted = self.make("count", "", lambda grants: grants.match_number(self.approved, proof, "0" * 64, self.now).grant)
        if isinstance(counted, Approved):
            self.approved = counted

    @rule(person=people)
    def deny(self, person: str) -> None:
        """A person says no."""
        self.make("deny", person, lambda grants: grants.deny(self.locator, person, self.now))

    @rule(digest=digests)
    def redeem(self, digest: str) -> None:
        """A tool collects what was approved last, or what never was."""
        proof, session = replace(PROOF, secret_digest=digest), fresh_session()
        self.make(
            "redeem",
            f"{digest} {session.session_id}",
            lambda grants: grants.redeem(self.approved, proof, session, self.now),
        )
