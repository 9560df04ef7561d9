"""Rotation as a matter of time: each key is published from the start and signs when its time has come."""

from __future__ import annotations

import jwt
import pytest

from functions.settings import SIGNING_KEYS, SettingsError, read_signing_keys
from functions.tokens.keyring import KeyRing
from functions.tokens.keyset import key_set
from functions.tokens.kms import kid_of
from functions.tokens.minting import AccessTokens
from tests.fakes.kms import FakeKms
from tests.unit.tokens.material import AUDIENCE, CLIENT, ISSUER, KEY_ARN, NOW, SESSION, USER, Published, counting_bytes
from tests.verifier import verify_access_token

OLD, SECOND = KEY_ARN, KEY_ARN[:-1] + "2"
SWITCH = 1_700_000_000


def ring(**schedule: int) -> KeyRing:
    return KeyRing(schedule, lambda: FakeKms(KEY_ARN))


def signer(keys: KeyRing, now: float) -> str:
    return keys.signer(now)._key_arn


@pytest.mark.row("J12")
@pytest.mark.parametrize(
    ("now", "signing"),
    [
        (0, "old"),
        (SWITCH - 0.001, "old"),
        (SWITCH, "second"),
        (SWITCH + 99.999, "second"),
        (SWITCH + 100, "third"),
        (2**40, "third"),
    ],
)
def test_the_newest_key_whose_time_has_come_signs(now: float, signing: str) -> None:
    assert signer(ring(third=SWITCH + 100, old=0, second=SWITCH), now) == signing


def test_before_anyones_time_the_oldest_signs_for_one_has_to() -> None:
    assert signer(ring(second=SWITCH + 1, first=SWITCH), SWITCH - 1) == "first"


@pytest.mark.row("J12")
def test_every_key_is_published_before_during_and_after_its_time_the_oldest_first() -> None:
    assert [key._key_arn for key in ring(next=2**40, old=0, now=SWITCH).keys] == ["old", "now", "next"]


def test_all_keys_share_one_client_made_at_the_first_use() -> None:
    made: list[FakeKms] = []

    def make() -> FakeKms:
        made.append(FakeKms("old"))
        return made[-1]

    keys = KeyRing({"old": 0, "also old": 1}, make)
    assert not made
    assert keys.keys[0].public_key() == keys.keys[0].public_key()
    assert keys.keys[1]._client is made[0]
    assert len(made) == 1


class TwoKeys(FakeKms):
    """A KMS that holds another key as well."""

    def __init__(self, first: FakeKms, second: FakeKms) -> None:
        super().__init__(first.key_arn)
        self._held = {held.key_arn: held for held in (first, second)}

    def sign(self, **parameters: str) -> dict[str, object]:
        """Have the key that was named sign."""
        return self._held[parameters["KeyId"]].sign(**parameters)

    def get_public_key(self, **parameters: str) -> dict[str, object]:
        """Show the key that was named."""
        return self._held[parameters["KeyId"]].get_public_key(**parameters)


@pytest.mark.row("J12", "J07")
def test_one_process_changes_keys_at_the_moment_and_a_verifier_that_knew_both_takes_every_token(kms: FakeKms) -> None:
    second = FakeKms(SECOND)
    both = KeyRing({OLD: 0, SECOND: int(NOW) + 10}, lambda: TwoKeys(kms, second))
    tokens = AccessTokens(issuer=ISSUER, keys=both, random_bytes=counting_bytes())
    known = Published(kms, second)
    kids = []
    for elapsed in (0, 9, 9.3, 10, 900):
        token = tokens.mint(SESSION, ("read",), CLIENT, USER, int(NOW) + elapsed).token.reveal()
        verify_access_token(token, known, ISSUER, AUDIENCE)
        kids.append(jwt.get_unverified_header(token)["kid"])
    assert kids == [kid_of(OLD)] * 3 + [kid_of(SECOND)] * 2


@pytest.mark.row("J12")
def test_a_key_is_published_while_it_waits(kms: FakeKms) -> None:
    both = KeyRing({OLD: 0, SECOND: 2**40}, lambda: TwoKeys(kms, FakeKms(SECOND)))
    assert both.signer(NOW).kid == kid_of(OLD)
    assert [key["kid"] for key in key_set(both.keys)["keys"]] == [kid_of(OLD), kid_of(SECOND)]


def test_a_function_reads_its_keys_from_its_environment() -> None:
    assert read_signing_keys({SIGNING_KEYS: '{"arn:old": 0, "arn:new": 1700000000}'}) == {
        "arn:old": 0,
        "arn:new": 1_700_000_000,
    }


@pytest.mark.parametrize("text", ["", "{}"])
def test_without_a_key_a_function_does_not_start(text: str) -> None:
    with pytest.raises(SettingsError, match=SIGNING_KEYS):
        read_signing_keys({SIGNING_KEYS: text})
