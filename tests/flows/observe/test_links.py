"""The way from Prefect to a page."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.observe.links import page_link, page_url
from ssd_iter.run.paths import RunPaths

PATHS = RunPaths(Path("/runs/a [b](c)"))


@pytest.fixture
def served(monkeypatch):
    monkeypatch.setenv("SSD_ITER_REPORTS_URL", "http://127.0.0.1:4201")


@pytest.fixture
def not_served(monkeypatch):
    monkeypatch.delenv("SSD_ITER_REPORTS_URL", raising=False)


def test_a_page_has_an_address_where_the_runs_are_served(served):
    address = "http://127.0.0.1:4201/a%20%5Bb%5D%28c%29/rounds/003/report.html"
    assert page_url(PATHS, PATHS.round_page(3)) == address
    assert page_link(PATHS, PATHS.round_page(3), "Round 3", "#samples") == f"[Round 3]({address}#samples)"


def test_without_an_address_the_path_stands_as_text(not_served):
    assert page_url(PATHS, PATHS.index) is None
    assert page_link(PATHS, PATHS.index, "The run") == "The run: `/runs/a [b](c)/index.html`"
