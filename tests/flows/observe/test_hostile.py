"""Hostile text in what a run shows on Prefect's pages: a real Chromium on a real server runs none of it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.observe.watching import observed_round, observed_run
from ssd_iter.run.paths import RunPaths, read_json, write_json

PAYLOAD = (
    "<img src=x onerror=\"document.title='FIRED'\"><script>document.title='FIRED'</script>"
    "<svg onload=\"document.title='FIRED'\"> [click](javascript:document.title='FIRED') ![p](http://127.0.0.1:9/pixel)"
    "``` ` | \n# heading\n\u202e"
)


def poisoned(part):
    """A report all of whose texts, but those that say what kind of thing it is, are hostile."""
    if isinstance(part, dict):
        return {key: value if key == "kind" else poisoned(value) for key, value in part.items()}
    if isinstance(part, list):
        return [poisoned(value) for value in part]
    return PAYLOAD if isinstance(part, str) else part


@pytest.fixture(scope="module")
def artifacts(server, with_reports, second_round, tmp_path_factory):
    """The artifacts of a run with hostile reports."""
    reported = RunPaths(Path(shutil.copytree(with_reports.root, tmp_path_factory.mktemp("hostile") / "written-1")))

    def work():
        with observed_run(reported), observed_round(reported, second_round, rounds=2):
            for file in (reported.report, reported.round_report(2)):
                write_json(file, poisoned(read_json(file)))

    return server.artifacts(server.call(work))


@pytest.fixture(scope="module")
def browser(artifacts) -> Iterator:
    """Started after the flow has ended: a flow does not bear the event loop of playwright."""
    from playwright.sync_api import sync_playwright

    executable = shutil.which("chromium")
    if executable is None:
        pytest.skip("chromium is not installed: `make setup-browser` brings Debian's")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox", "--disable-gpu"])
        yield launched
        launched.close()


def test_no_hostile_text_stands_outside_code(artifacts):
    assert len(artifacts) == 4
    texts = [artifact["description"] for artifact in artifacts.values()]
    texts += [artifact["data"] for key, artifact in artifacts.items() if key.endswith(("pages", "round-2"))]
    [table] = [artifact["data"] for key, artifact in artifacts.items() if key.endswith("rounds")]
    texts += [cell for row in json.loads(table) for cell in row.values()]
    assert any("onerror" in text for text in texts)
    for text in texts:
        # A fence of four is longer than any in the payload.
        outside = "".join(text.split("````")[::2])
        assert "<" not in outside and "javascript" not in outside and "heading" not in outside


def test_chromium_runs_none_of_it(artifacts, server, browser):
    page, asked = browser.new_page(), []
    page.on("request", lambda request: asked.append(request.url))
    hostile = [each for each in artifacts.values() if "onerror" in f"{each['description']}{each['data']}"]
    assert len(hostile) == 3  # the pages' addresses are ours
    for artifact in hostile:
        page.goto(f"{server.url.removesuffix('/api')}/artifacts/artifact/{artifact['id']}", timeout=120_000)
        page.get_by_text("onerror").first.wait_for(timeout=120_000)
        page.wait_for_load_state("networkidle", timeout=120_000)
        assert "FIRED" not in page.title()
        assert page.locator("a[href^='javascript'], .markdown-renderer img").count() == 0
    page.close()
    assert not [url for url in asked if ":9/pixel" in url or url.endswith("/x")]
