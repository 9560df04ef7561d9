"""Guessing user codes on the deployed stack: through CloudFront, API Gateway and Lambda, with the function's own rights."""

from __future__ import annotations

from collections import Counter
from itertools import count
from typing import TYPE_CHECKING

import pytest

from functions.domain.device_grant.codes import ALPHABET
from functions.routes import LOOKUP
from tests.device import Device, at_once, warm
from tests.sign_in import PlainBrowser

if TYPE_CHECKING:
    import requests

    from tests.stack import Stack

WAYS = 16
PER_ACCOUNT = 5

_numbers = count()


def guess(browser: PlainBrowser) -> requests.Response:
    """Type a code that nobody has, a different one each time."""
    number = next(_numbers)
    return browser.post(LOOKUP, {"user_code": "BBBB" + "".join(ALPHABET[number // 20**at % 20] for at in range(4))})


@pytest.mark.row("R02")
def test_of_sixteen_guesses_at_once_five_are_answered_and_then_not_even_the_right_code_is(stack: Stack) -> None:
    guesser = PlainBrowser(stack.issuer).sign_in(stack.add_person("guesser@example.com", "Gus"))
    warm(stack, LOOKUP, WAYS)
    answers = at_once(WAYS, lambda: guess(guesser))
    assert Counter(answer.status_code for answer in answers) == {404: PER_ACCOUNT, 429: WAYS - PER_ACCOUNT}

    device = Device(stack)
    refused = device.open(guesser)
    assert (refused.status_code, refused.json()["error"]) == (429, "too_many_attempts")
    assert 1 <= int(refused.headers["Retry-After"]) <= 600
    device.approve()
    assert device.poll().status_code == 200
