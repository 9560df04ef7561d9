"""What two places are to each other, and what a client may demand of that."""

from __future__ import annotations

import pytest

from functions.domain.device_grant.proximity import Mode, Place, compare, demanded, places_of

BERLIN = Place(address="203.0.113.7", country="DE")


@pytest.mark.row("N01")
@pytest.mark.parametrize(
    ("address", "country", "found"),
    [
        ("203.0.113.7", "DE", ("same", "same")),
        ("::ffff:203.0.113.7", "DE", ("same", "same")),
        ("203.0.113.8", "DE", ("same", "different")),
        ("198.51.100.7", "FR", ("different", "different")),
        ("2001:db8::1", "DE", ("same", "unknown")),
        ("", "", ("unknown", "unknown")),
        ("nonsense", "XX", ("unknown", "unknown")),
        ("203.0.113.7", "T1", ("unknown", "same")),
    ],
)
def test_a_browser_is_where_the_tool_is_or_elsewhere_or_nobody_can_tell(
    address: str, country: str, found: tuple[str, str]
) -> None:
    here = Place(address=address, country=country)
    for verdict in (compare(BERLIN, here), compare(here, BERLIN)):
        assert (verdict.country, verdict.network) == found


@pytest.mark.row("N01", "R05")
def test_an_ipv6_network_is_a_64_and_two_unknown_places_are_not_the_same() -> None:
    first, neighbour, other = (
        Place(address=address, country="DE") for address in ("2001:db8::1", "2001:db8::2", "2001:db8:0:1::1")
    )
    assert str(compare(first, neighbour)) == "same"
    assert str(compare(first, other)) == "country same, network different"
    nowhere = Place(address="", country="XX")
    assert str(compare(nowhere, nowhere)) == "country unknown, network unknown"


@pytest.mark.row("N02")
@pytest.mark.parametrize(
    ("mode", "address", "country", "fulfilled"),
    [
        ("off", "", "", True),
        ("warn", "198.51.100.7", "FR", True),
        ("require-country", "198.51.100.7", "DE", True),
        ("require-country", "203.0.113.7", "FR", False),
        ("require-country", "203.0.113.7", "", False),
        ("require-network", "203.0.113.7", "FR", True),
        ("require-network", "203.0.113.8", "DE", False),
        ("require-network", "2001:db8::1", "DE", False),
        ("require-network", "", "DE", False),
    ],
)
def test_a_demand_is_fulfilled_from_the_same_country_or_network(
    mode: Mode, address: str, country: str, *, fulfilled: bool
) -> None:
    assert (demanded(mode, BERLIN) in places_of(Place(address=address, country=country))) is fulfilled


@pytest.mark.row("N02")
@pytest.mark.parametrize("mode", ["require-country", "require-network"])
@pytest.mark.parametrize("country", ["", "XX", "T1"])
def test_what_was_unknown_at_the_request_is_fulfilled_by_nobody(mode: Mode, country: str) -> None:
    nowhere = Place(address="", country=country)
    for browser in (nowhere, BERLIN, Place(address="unknown", country="??")):
        assert demanded(mode, nowhere) not in places_of(browser)
