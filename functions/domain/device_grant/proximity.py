"""How near the browser that approves is to the tool that asked: the same network and country, others, or nobody can tell.

A remote phisher is far away, and a person at their own terminal mostly is not. What a client demands is written down in the
grant when it is issued (`demanded`), so that approving checks it in its one conditional write: the browser must be at one of
the places that `places_of` names.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Protocol

from functions.domain.device_grant.states import ANYWHERE
from functions.domain.limits import NO_NETWORK, network_of

Mode = Literal["off", "warn", "require-country", "require-network"]
# What CloudFront says of an address that it cannot place, and of the Tor network.
_NO_COUNTRIES = frozenset({"", "XX", "T1"})
# What was unknown at the request matches nothing: this is neither a country's two letters nor a network.
_NOWHERE = "unknown"


class Verdict(StrEnum):
    """What two places are to each other."""

    SAME = "same"
    DIFFERENT = "different"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a request came from, as CloudFront saw it: an IP address and a country, "" where it did not say."""

    address: str
    country: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proximity:
    """The tool's place against the browser's."""

    country: Verdict
    network: Verdict

    def __str__(self) -> str:
        """Return it in words, for the log."""
        if self.country is self.network is Verdict.SAME:
            return "same"
        return f"country {self.country}, network {self.network}"


class Located(Protocol):
    """Whatever came from somewhere."""

    @property
    def address(self) -> str:
        """The IP address."""

    @property
    def country(self) -> str:
        """The country."""


def place_of(located: Located) -> Place:
    """Return where it came from."""
    return Place(address=located.address, country=located.country)


def compare(tool: Place, browser: Place) -> Proximity:
    """Return what the browser's place is to the tool's."""
    return Proximity(
        country=_verdict(_country(tool), _country(browser)),
        network=_verdict(*_comparable(tool.address, browser.address)),
    )


def demanded(mode: Mode, tool: Place) -> str:
    """Return where a browser must be to approve what was asked from `tool`: one of its `places_of`, or ANYWHERE."""
    match mode:
        case "require-country":
            return f"country:{_country(tool) or _NOWHERE}"
        case "require-network":
            return f"network:{_network(tool.address) or _NOWHERE}"
        case _:
            return ANYWHERE


def places_of(browser: Place) -> tuple[str, ...]:
    """Return all that can be demanded and is fulfilled by a browser there. What is unknown fulfils nothing."""
    country, network = _country(browser), _network(browser.address)
    known = [f"country:{country}"] * bool(country) + [f"network:{network}"] * bool(network)
    return ANYWHERE, *known


def kind_of(demand: str) -> str:
    """Return what is demanded to be the same: "country", "network", or "" for nothing."""
    return demand.partition(":")[0]


def _country(place: Place) -> str:
    return "" if place.country in _NO_COUNTRIES else place.country


def _network(address: str) -> str:
    network = network_of(address)
    return "" if network == NO_NETWORK else network


def _comparable(first: str, second: str) -> tuple[str, str]:
    """Return the two networks. One machine has an address in each family, so of an IPv4 and an IPv6 one nobody can tell."""
    networks = _network(first), _network(second)
    families = {ipaddress.ip_network(network).version for network in networks if network}
    return networks if len(families) == 1 else ("", "")


def _verdict(first: str, second: str) -> Verdict:
    if not first or not second:
        return Verdict.UNKNOWN
    return Verdict.SAME if first == second else Verdict.DIFFERENT
