"""As a person does it, in a browser: fill in the form, launch, pull the plug, retry, read the report."""

from __future__ import annotations

import os
import re
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from prefect.client.orchestration import get_client
from prefect.settings import PREFECT_API_URL, temporary_settings
from watch import wait_for

from flows.experiment import stored_config
from flows.serve.api import Api
from flows.serve.state import running_serve
from ssd_iter.records import TABLES, Round
from ssd_iter.run.paths import RunPaths
from ssd_iter.run.shards import read_shards


@pytest.fixture(scope="module")
def page() -> Iterator[Any]:
    """A page of a real Chromium."""
    from playwright.sync_api import sync_playwright

    executable = shutil.which("chromium")
    if executable is None:
        pytest.skip("chromium is not installed: `make setup-browser` brings Debian's")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1200, "height": 1600})
        page.set_default_timeout(120_000)
        yield page
        browser.close()


@pytest.fixture
def served_openly(start_serve: Callable[..., Any], tiny_config: dict[str, Any], tmp_path: Path) -> Any:
    """A serve whose form is filled in with the tiny run."""
    served = start_serve(tmp_path / "runs", OMP_NUM_THREADS="1").wait()
    state = running_serve(served.runs)
    assert state is not None
    deployment = Api(state.api_url).get("/deployments/name/ssd-iter/multi-round")
    filled_in = {"parameters": deployment["parameters"] | tiny_config}
    with temporary_settings({PREFECT_API_URL: state.api_url}), get_client(sync_client=True) as client:
        client.request("PATCH", f"/deployments/{deployment['id']}", json=filled_in).raise_for_status()
    served.form = f"{state.ui_url}/deployments/deployment/{deployment['id']}/run"
    return served


def field(page: Any, *labels: str) -> Any:
    """What holds a field of the form, such as `sample`, `temperature`."""
    found = page
    for label in labels:
        named = f"normalize-space(.)='{label}' or normalize-space(.)='{label} (Optional)'"
        header = f"div[contains(@class, 'p-label__header')]//span[contains(@class, 'property__label')][{named}]"
        found = found.locator(f"xpath=.//div[contains(@class, 'schema-form-property')][./{header}]").first
    return found


def choose(page: Any, field: Any, value: str) -> None:
    """Pick from a drop-down by the keyboard: the click that opens it may scroll the page, which closes it."""
    field.locator("button").last.focus()
    page.keyboard.press("ArrowDown")
    page.get_by_text(value, exact=True).click()
    field.get_by_text(value, exact=True).wait_for()


def test_a_run_is_launched_killed_retried_and_read_in_the_browser(served_openly: Any, page: Any) -> None:
    page.goto(served_openly.form)
    field(page, "name").locator("textarea, input").fill("by-hand")
    field(page, "sample", "temperature").locator("input").fill("0.7")
    choose(page, field(page, "lineage", "data"), "accumulate")
    page.get_by_role("button", name="Submit").click()
    page.wait_for_url(re.compile(r"/deployment/[-\w]+$"))

    wait_for(lambda: [*served_openly.runs.glob("by-hand-*/rounds/001/train/plan.json")])
    (paths,) = (RunPaths(folder) for folder in served_openly.runs.glob("by-hand-*"))
    config = stored_config(paths)
    assert (config.name, config.sample.temperature, config.lineage.data) == ("by-hand", 0.7, "accumulate")
    finished = {file: file.read_bytes() for file in paths.root.glob("rounds/*/*/done.json")}
    os.kill(int(paths.lock.read_text()), signal.SIGKILL)

    page.goto(served_openly.form.partition("/deployments")[0] + "/runs")
    page.get_by_role("link", name=paths.run_id).first.click()
    page.get_by_text("Crashed", exact=True).first.wait_for()
    page.get_by_role("button", name="Retry").click()
    page.locator(".p-modal").get_by_role("button", name="Retry").click()
    wait_for(lambda: len(rounds(paths)) == 2)
    page.get_by_text("Completed", exact=True).first.wait_for()
    assert {file: file.read_bytes() for file in finished} == finished

    page.get_by_text("Artifacts", exact=True).first.click()
    page.get_by_text(f"{paths.run_id}-pages").first.click()
    # Prefect opens it in another tab, or the same, as it likes.
    address = page.get_by_role("link", name="The run, all rounds together").first.get_attribute("href")
    page.goto(address)
    assert address.startswith("http://") and page.get_by_text(paths.run_id).count()


def rounds(paths: RunPaths) -> list[Round]:
    return read_shards(paths.shard_files("rounds"), TABLES["rounds"])
