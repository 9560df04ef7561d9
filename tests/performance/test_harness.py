"""The harness itself: the poll function as it is shipped answers under AWS's runtime client, and so does the yardstick."""

from __future__ import annotations

from tests.performance.measuring import bench, compare, ratios


def test_ours_and_the_yardstick_answer_and_are_measured() -> None:
    with bench() as place:
        [(ours, yardstick)] = compare(place, runs=1, calls=5)
    for cost in (ours, yardstick):
        assert cost.cold > cost.warm > 0
    found = ratios([(ours, yardstick)])
    assert (found.cold, found.warm) == (ours.cold / yardstick.cold, ours.warm / yardstick.warm)
