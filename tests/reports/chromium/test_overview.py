"""The overview of a run, and the page over all runs, in a real Chromium."""

from __future__ import annotations

import itertools

import pytest


def test_the_page_over_all_runs_fires_nothing_and_leads_to_each(seen, over_all, hostile_run, visit):
    visit(over_all)
    assert seen.evaluate("document.documentElement.scrollWidth") <= 390
    assert "<b>torn" in seen.inner_text("main")
    seen.get_by_role("link", name=hostile_run.run_id).click()
    assert seen.url == hostile_run.index.as_uri()
    assert seen.said == [over_all.as_uri(), hostile_run.index.as_uri()]


@pytest.mark.parametrize("width", [390, 1200])
def test_the_names_on_a_long_run_s_charts_do_not_touch(seen, long_run, width, overlap):
    seen.set_viewport_size({"width": width, "height": 800})
    seen.goto(long_run.index.as_uri())
    for drawing in seen.locator("#heat ~ * svg.chart, .multiples svg.chart").all():
        shown = drawing.locator("text:not([opacity='0'])").all()
        boxes = [box for box in (text.bounding_box() for text in shown) if box["width"]]
        assert len(boxes) > 5 and min(box["height"] for box in boxes) >= 10
        assert all(box["x"] >= 0 and box["x"] + box["width"] <= width for box in boxes)
        assert not [pair for pair in itertools.combinations(boxes, 2) if overlap(*pair)]


def test_a_learned_problem_leads_into_the_samples_of_the_latest_round(seen, rollback_run, visit):
    visit(rollback_run.index)
    seen.locator(".named a").first.click()
    seen.wait_for_selector("#browser:not([hidden])")
    assert "/004/report.html#s=toy/" in seen.url
