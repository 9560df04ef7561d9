"""What the page knows of earlier consents, over HTTP: said of our own application, never of somebody else's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infra.local.configuration import GUEST_CLIENT
from tests.device import CLIENT_ID, Device
from tests.sign_in import PlainBrowser

if TYPE_CHECKING:
    from tests.stack import Stack


def test_the_second_login_says_that_it_was_allowed_before_and_waits_all_the_same(stack: Stack) -> None:
    browser = PlainBrowser(stack.issuer).sign_in(stack.add_person("grace@example.com", "Grace"))
    told = {}
    for client_id in (CLIENT_ID, GUEST_CLIENT):
        for number in (1, 2):
            device = Device(stack, client_id=client_id)
            shown = device.open(browser).json()
            told[client_id, number] = (shown["client"]["third_party"], shown["allowed_before"])
            assert device.poll(client_id=client_id).json()["error"] == "authorization_pending"
            assert device.decide(browser, "approve").json() == {"state": "approved"}
            assert device.poll(client_id=client_id).status_code == 200
    assert told == {
        (CLIENT_ID, 1): (False, False),
        (CLIENT_ID, 2): (False, True),
        (GUEST_CLIENT, 1): (True, False),
        (GUEST_CLIENT, 2): (True, False),
    }
