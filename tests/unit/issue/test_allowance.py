"""Requests for codes have limits, by the network that asks and by the client."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from functions.domain.limits import Rate
from functions.routes import DEVICE_AUTHORIZATION
from tests.server import ACME, SETTINGS, Server

if TYPE_CHECKING:
    from tests.events import Answer

PER_NETWORK, PER_CLIENT = 3, 8


@pytest.fixture
def server() -> Server:
    limits = replace(
        SETTINGS.limits,
        codes_per_network=Rate(count=PER_NETWORK, seconds=600),
        codes_per_client=Rate(count=PER_CLIENT, seconds=60),
    )
    return Server(replace(SETTINGS, limits=limits))


def ask(server: Server, address: str = "198.51.100.7", client_id: str = ACME.client_id, **headers: str) -> Answer:
    """Ask for codes from an address, as CloudFront sees it."""
    viewer = {"CloudFront_Viewer_Address": f"{address}:51000", **headers}
    return server.issue.form(DEVICE_AUTHORIZATION, {"client_id": client_id}, **viewer)


def statuses(*answers: Answer) -> list[int]:
    return [answer.status for answer in answers]


@pytest.mark.row("FO16", "R01")
def test_a_network_that_has_had_its_share_waits_for_the_next_window(server: Server) -> None:
    assert statuses(*(ask(server) for _ in range(PER_NETWORK))) == [200] * PER_NETWORK
    refused = ask(server)
    assert refused.status == 429
    wait = int(refused.headers["retry-after"])
    assert 1 <= wait <= 600
    server.clock.now += wait - 1
    assert ask(server).status == 429
    server.clock.now += 1
    assert ask(server).status == 200


@pytest.mark.row("R01")
def test_the_answer_is_json_without_an_oauth_error_because_a_tool_must_stop_at_one(server: Server) -> None:
    refused = [ask(server) for _ in range(PER_NETWORK + 1)][-1]
    assert refused.headers["content-type"] == "application/json"
    assert refused.headers["cache-control"] == "no-store"
    assert refused.json.keys() == {"message"}


@pytest.mark.row("R01")
def test_one_network_does_not_use_up_another_s_share(server: Server) -> None:
    for _ in range(PER_NETWORK + 1):
        ask(server)
    assert ask(server, "198.51.100.8").status == 200


@pytest.mark.row("R01")
def test_a_client_has_a_share_of_its_own_however_many_networks_ask(server: Server) -> None:
    answers = [ask(server, f"198.51.100.{number}") for number in range(20)]
    assert statuses(*answers) == [200] * PER_CLIENT + [429] * (20 - PER_CLIENT)
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 60
    assert ask(server, client_id="plain").status == 200


@pytest.mark.row("R01")
def test_a_network_beyond_its_share_does_not_use_up_the_client_s(server: Server) -> None:
    for _ in range(PER_CLIENT + 1):
        ask(server)
    assert ask(server, "198.51.100.8").status == 200


@pytest.mark.row("R05")
def test_a_64_has_one_share_and_so_have_all_spellings_of_an_address(server: Server) -> None:
    six = [ask(server, f"2001:db8:0:7::{number:x}") for number in range(PER_NETWORK + 1)]
    assert statuses(*six) == [200] * PER_NETWORK + [429]
    four = [ask(server, spelling) for spelling in ("192.0.2.1", "::ffff:192.0.2.1", "::FFFF:c000:201", "[::ffff:c000:201]")]
    assert statuses(*four) == [200, 200, 200, 429]


@pytest.mark.row("R06")
def test_an_address_that_the_caller_writes_itself_counts_for_nothing(server: Server) -> None:
    answers = [
        ask(
            server,
            X_Forwarded_For=f"203.0.113.{number}",
            Forwarded=f"for=203.0.113.{number}",
            X_Real_IP=f"203.0.113.{number}",
            True_Client_IP=f"203.0.113.{number}",
        )
        for number in range(PER_NETWORK + 1)
    ]
    assert statuses(*answers) == [200] * PER_NETWORK + [429]


@pytest.mark.row("D03")
def test_who_is_no_client_or_asks_for_what_is_not_theirs_is_not_counted(server: Server) -> None:
    for _ in range(PER_NETWORK):
        assert ask(server, client_id="nobody").status == 401
        assert ask(server, client_id="no-device").status == 400
    assert not +server.counters.events
    assert ask(server).status == 200


@pytest.mark.row("F1")
def test_without_its_counters_nothing_is_given_out(server: Server) -> None:
    server.counters.unavailable = True
    assert ask(server).status == 503
    assert server.grants.items == {}
