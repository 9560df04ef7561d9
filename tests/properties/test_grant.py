"""What holds of a grant whatever happens to it, in whatever order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, run_state_machine_as_test

from functions.domain import errors
from functions.domain.device_grant.codes import ALPHABET, DeviceCode, UserCode, locator_of
from functions.domain.device_grant.states import Approved, Claimed, Denied, Grant, Pending, Proof, Redeemed
from functions.domain.device_grant.transitions import poll
from tests.contracts.grants import CLIENT, DIGEST, OTHER_DIGEST
from tests.fakes.store import MemoryGrants
from tests.properties.journeys import Journey

if TYPE_CHECKING:
    from collections.abc import Callable

    from functions.domain.ports import Grants

PAUSE = 3
WRONG_NUMBERS = 3
COLLECT_SECONDS = 60
AFTER = {
    "poll": (Pending, Claimed),
    "claim": (Claimed,),
    "release": (Pending,),
    "approve": (Approved,),
    "count": (Approved, Denied),
    "deny": (Denied,),
    "redeem": (Redeemed,),
}
BEFORE = {
    "poll": (Pending, Claimed),
    "claim": (Pending, Claimed),
    "release": (Claimed,),
    "approve": (Claimed,),
    "count": (Approved,),
    "deny": (Claimed,),
    "redeem": (Approved,),
}
TOLD = (errors.InvalidGrant, errors.ExpiredToken, errors.AccessDenied, errors.SlowDown)


class GrantJourney(Journey):
    """Keeps its own book of what was won, and holds each move to it."""

    def __init__(self) -> None:
        super().__init__()
        self.grants = MemoryGrants()
        self.last_poll: float | None = None
        self.redeemed_for: str | None = None
        self.wrong_numbers = 0

    @property
    def grant(self) -> Grant | None:
        """What stands at the key."""
        return self.grants.items.get(self.locator)

    def make(self, name: str, actor: str, move: Callable[[Grants], Grant]) -> Grant | None:
        """Make the move on the twin in memory and hold it to the book."""
        before = self.grant
        try:
            after = move(self.grants)
        except (errors.GrantError, errors.UserCodeTaken):
            assert self.grant == before
            return None
        assert after == self.grant
        # A move that changes nothing was made before, or leaves the grant to be collected.
        if after is not before:
            self.won(name, actor, before, after)
        return after

    def won(self, name: str, actor: str, before: Grant | None, after: Grant) -> None:
        """Say what must have been so for the move to be won."""
        if name == "add":
            self.added(actor, before, after)
            return
        assert before is not None
        assert isinstance(before, BEFORE[name])
        assert isinstance(after, AFTER[name])
        assert before.request.expires_at > self.now
        gained = COLLECT_SECONDS if name == "approve" else 0
        assert after.request.expires_at == before.request.expires_at + gained
        if isinstance(before, Claimed) and name != "poll":
            assert before.user_id == actor
        match name:
            case "poll":
                assert actor == f"{before.request.client_id} {before.request.secret_digest}"
                assert self.last_poll is None or self.now >= round(self.last_poll + PAUSE, 3)
                self.last_poll = self.now
            case "approve":
                self.wrong_numbers = 0
            case "count":
                self.wrong_numbers += 1
                assert self.wrong_numbers <= WRONG_NUMBERS
                assert isinstance(after, Denied) == (self.wrong_numbers == WRONG_NUMBERS)
            case "redeem":
                assert self.redeemed_for is None
                assert isinstance(after, Redeemed)
                assert actor == f"{before.request.secret_digest} {after.session_id}"
                self.redeemed_for = actor

    def added(self, digest: str, before: Grant | None, after: Grant) -> None:
        """A code is given out when it is free, and shown again to the tool that has it."""
        assert after.request.secret_digest == digest
        if before is not None and before.request.expires_at > self.now:
            assert after == before
        else:
            assert isinstance(after, Pending)
            self.last_poll = self.redeemed_for = None

    @invariant()
    def every_poll_has_an_answer(self) -> None:
        """The right tool is told something the RFC knows or handed an approved, living grant; a wrong one learns nothing."""
        for client, digest in ((CLIENT, DIGEST), ("other-cli", DIGEST), (CLIENT, OTHER_DIGEST)):
            own = self.grant is not None and (client, digest) == (CLIENT, self.grant.request.secret_digest)
            try:
                found = poll(self.grant, Proof(client_id=client, secret_digest=digest), self.now)
            except TOLD as answer:
                assert own or isinstance(answer, errors.InvalidGrant)
            else:
                assert own
                assert found.request.expires_at > self.now
                assert isinstance(found, Pending | Claimed) or found is self.grant


def test_whatever_happens_a_grant_keeps_its_rules() -> None:
    run_state_machine_as_test(GrantJourney, settings=settings(max_examples=300, stateful_step_count=40, deadline=None))


@pytest.mark.row("D31")
@given(st.text(ALPHABET, min_size=8, max_size=8), st.sampled_from(["", "-", " ", "–", "\n"]), st.booleans())
def test_every_code_is_read_back_from_how_it_is_shown_whatever_joins_and_however_big(
    letters: str,
    joint: str,
    lower: bool,  # noqa: FBT001  hypothesis gives it
) -> None:
    typed = letters[:4] + joint + letters[4:]
    parsed = UserCode.parse(typed.lower() if lower else typed)
    assert parsed == UserCode(letters)


@pytest.mark.row("D31")
@given(st.text())
def test_whatever_is_typed_is_no_code_or_eight_letters_of_the_alphabet(typed: str) -> None:
    parsed = UserCode.parse(typed)
    if parsed is not None:
        assert len(parsed.reveal()) == 8
        assert set(parsed.reveal()) <= set(ALPHABET)
        assert UserCode.parse(parsed.shown()) == parsed


@pytest.mark.row("D53")
@given(st.text() | st.binary(min_size=64, max_size=64).map(lambda raw: "dc_" + raw.hex()))
def test_no_text_breaks_the_reading_of_a_device_code(text: str) -> None:
    parsed = DeviceCode.parse(text)
    assert parsed is None or parsed.reveal() == text


@given(st.text(ALPHABET, min_size=8, max_size=8), st.binary(min_size=32, max_size=32))
def test_a_device_code_reads_back_as_itself(letters: str, secret: bytes) -> None:
    code = DeviceCode.generate(UserCode(letters), lambda _: secret)
    parsed = DeviceCode.parse(code.reveal())
    assert parsed is not None
    assert (parsed.locator, parsed.secret) == (locator_of(UserCode(letters)), code.secret)
