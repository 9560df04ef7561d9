"""The first view on a phone far away: 1.6 Mbit/s, 150 ms, a processor four times as slow (P2)."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from tests.browser.page_object import DevicePage

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext

LATENCY_MS, DOWN, UP = 150, 1_600_000 / 8, 750_000 / 8
SLOWER = 4
TRIES = 5
MEASURED = """async () => {
    const entries = (type) => new Promise((done) => {
        new PerformanceObserver((list) => done(list.getEntries())).observe({ type, buffered: true });
        setTimeout(() => done([]), 300);
    });
    const [paints, shifts, tasks] = await Promise.all(["largest-contentful-paint", "layout-shift", "longtask"].map(entries));
    const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);
    return [
        paints.at(-1).startTime,
        sum(shifts.filter((shift) => !shift.hadRecentInput).map((shift) => shift.value)),
        sum(tasks.map((task) => task.duration - 50)),
    ];
}"""


@pytest.mark.row("P2")
@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("path", ["/device", "/sessions"])
def test_the_first_view_is_there_at_once_and_stays_where_it_is(
    path: str, language: str, new_context: Callable[..., BrowserContext], site: str
) -> None:
    """The best of a few: what else runs on the machine is not the page's. The question who is signed in is slow too."""
    measured: list[list[float]] = []
    for _ in range(TRIES):
        tab = DevicePage(new_context(base_url=site, viewport={"width": 360, "height": 720}).new_page())
        cdp = tab.page.context.new_cdp_session(tab.page)
        cdp.send("Network.enable")
        conditions = {"offline": False, "latency": LATENCY_MS, "downloadThroughput": DOWN, "uploadThroughput": UP}
        cdp.send("Network.emulateNetworkConditions", conditions)
        cdp.send("Emulation.setCPUThrottlingRate", {"rate": max(1, SLOWER * processor_share())})
        tab.page.goto(f"{path}?lang={language}")
        tab.expect_state("signed-out")
        measured.append(tab.page.evaluate(MEASURED))
        tab.page.close()
        if good(measured[-1]):
            break

    assert any(good(one) for one in measured), measured


def processor_share() -> float:
    """Return how much of a processor we get now. What others take of it already, the browser need not be slowed down by."""
    start, used = time.perf_counter(), time.thread_time()
    while time.perf_counter() - start < 0.2:
        pass
    return (time.thread_time() - used) / (time.perf_counter() - start)


def good(measured: list[float]) -> bool:
    """Whether one try is within the bar."""
    paint, shift, blocked = measured
    return paint <= 1_200 and shift <= 0.05 and blocked <= 50
