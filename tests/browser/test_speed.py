"""The first view on a phone far away: 1.6 Mbit/s, 150 ms, a processor four times as slow (P2)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.page_object import DevicePage

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, BrowserContext

LATENCY_MS, DOWN, UP = 150, 1_600_000 / 8, 750_000 / 8
SLOWER = 4
LONG_MS = 50
TRIES = 5
SETTLED_MS = 1_500
CATEGORIES = ["-*", "toplevel", "loading", "blink.user_timing"]


@dataclass(frozen=True)
class FirstView:
    """What a trace of Chromium says of a load. Times are in milliseconds since the navigation.

    The network is slowed down while it is measured, the processor afterwards: the trace has the time that the page's thread
    had a processor for each task, and four times that is what it would have taken. So what else runs here counts little.
    """

    largest_paint: float
    layout_shift: float
    blocked: float

    @classmethod
    def of(cls, trace: list[dict[str, Any]]) -> FirstView:
        """Read the load of the one page that the trace is about."""
        start = min(_named(trace, "navigationStart"), key=lambda event: int(event["ts"]))
        paints = sorted(int(event["ts"]) for event in _named(trace, "largestContentfulPaint::Candidate"))
        of_the_page = [event for event in trace if (event["pid"], event["tid"]) == (start["pid"], start["tid"])]
        tasks = [
            (int(event["ts"]), event.get("tdur", 0) / 1000)
            for event in _named(of_the_page, "ThreadControllerImpl::RunTask")
            if event["ts"] >= start["ts"]
        ]
        before_it = sum(used for at, used in tasks if at < paints[-1])
        return cls(
            largest_paint=(paints[-1] - start["ts"]) / 1000 + (SLOWER - 1) * before_it,
            layout_shift=sum(event["args"]["data"]["score"] for event in _named(trace, "LayoutShift")),
            blocked=sum(max(0, SLOWER * used - LONG_MS) for at, used in tasks if at > paints[0]),
        )

    @property
    def good(self) -> bool:
        """Whether it is within the bar."""
        return self.largest_paint <= 1_200 and self.layout_shift <= 0.05 and self.blocked <= 50


def _named(trace: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    return [event for event in trace if event["name"] == name]


@pytest.mark.row("P2")
@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("path", ["/device", "/sessions"])
def test_the_first_view_is_there_at_once_and_stays_where_it_is(
    path: str, language: str, browser: Browser, new_context: Callable[..., BrowserContext], site: str
) -> None:
    """The best of a few. The question who is signed in goes over the same slow line."""
    measured: list[FirstView] = []
    while len(measured) < TRIES and not any(view.good for view in measured):
        tab = DevicePage(new_context(base_url=site, viewport={"width": 360, "height": 720}).new_page())
        cdp = tab.page.context.new_cdp_session(tab.page)
        cdp.send("Network.enable")
        conditions = {"offline": False, "latency": LATENCY_MS, "downloadThroughput": DOWN, "uploadThroughput": UP}
        cdp.send("Network.emulateNetworkConditions", conditions)
        browser.start_tracing(page=tab.page, categories=CATEGORIES)
        tab.page.goto(f"{path}?lang={language}")
        # Whatever is asked of the page now would be counted as its own work.
        tab.page.wait_for_timeout(SETTLED_MS)
        measured.append(FirstView.of(json.loads(browser.stop_tracing())["traceEvents"]))
        tab.expect_state("signed-out")
        tab.page.close()
    assert measured[-1].good, measured
