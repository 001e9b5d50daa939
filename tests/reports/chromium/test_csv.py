"""The numbers of a figure, saved as CSV, in a real Chromium."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from reports.render import render_page, write_index, write_round_report

HOSTILE = ["=1+1", "+cmd", "-2+3", "@SUM(A1)", "\uff1dA1", 'a "quoted", b', "<b>bold</b>"]


@pytest.fixture(scope="module")
def page(hand_run):
    return write_round_report(hand_run, 1)


@pytest.fixture(scope="module")
def index(hand_run):
    """The overview of a run whose problems have names that a spreadsheet would run."""
    report = json.loads(write_index(hand_run).with_name("report.json").read_text())
    for row, name in zip(report["heat"]["rows"], HOSTILE, strict=False):
        row["name"] = name
    page = hand_run.root / "hostile.html"
    page.write_text(render_page(report, {"index": "index.html", "0": "0.html", "1": "1.html"}))
    return page


@pytest.fixture
def saved(seen):
    """The rows that a figure's button saves, by the caption of its table, and the file's name."""

    def save(caption):
        seen.get_by_role("button", name=f"Save as CSV: {caption}").focus()
        with seen.expect_download() as download:
            seen.keyboard.press("Enter")
        text = Path(download.value.path()).read_bytes().decode()
        return list(csv.reader(io.StringIO(text, newline=""), strict=True)), download.value.suggested_filename

    return save


def test_a_chart_s_numbers_are_saved_as_exactly_as_they_are_known(seen, page, visit, saved):
    visit(page)
    rows, name = saved("pass@k over k")
    assert rows[0] == ["k", "Round", "pass@k", "pass@k, low", "pass@k, high", "n"]
    points = json.loads(page.with_name("report.json").read_text())["k_curve"]["points"]
    assert [float(row[2]) for row in rows[1:]] == [point["value"] for point in points]
    assert [float(row[3] or "nan") for row in rows[1:]] == pytest.approx(
        [point["low"] if point["interval"] else float("nan") for point in points], nan_ok=True
    )
    assert name == "round-1-hand-1-pass-k-over-k.csv"


def test_every_chart_has_numbers_and_all_of_them_can_be_saved(seen, page, index, visit, saved):
    for file in (page, index):
        visit(file)
        drawn = seen.evaluate(
            "[...document.querySelectorAll('section:has(svg.chart)')].map(e => !!e.querySelector('.numbers'))"
        )
        assert drawn and all(drawn)
        for table in seen.locator(".numbers table").all():
            rows, _ = saved(table.locator("caption").inner_text())
            assert len(rows) == 1 + table.locator("tbody tr").count()
            assert {len(row) for row in rows} == {len(rows[0])} and all(rows[0])


def test_a_spreadsheet_runs_nothing_of_what_is_saved(seen, index, visit, saved):
    visit(index)
    rows, _ = saved("Share of samples that pass, by problem and round")
    names = [row[0] for row in rows[1:]]
    assert names[: len(HOSTILE)] == [*(f"'{name}" for name in HOSTILE[:5]), *HOSTILE[5:]]


def test_a_negative_number_stays_a_number(seen, page, visit, saved):
    visit(page)
    seen.evaluate("document.querySelector('.numbers [data-exact]').dataset.exact = '-0.25'")
    caption = seen.locator(".numbers table caption").first.inner_text()
    assert any("-0.25" in row for row in saved(caption)[0])


def test_saving_asks_for_nothing_and_says_nothing(seen, page, visit, saved):
    visit(page)
    saved("pass@k over k")
    assert [said for said in seen.said if not said.startswith("blob:")] == [page.as_uri()]
