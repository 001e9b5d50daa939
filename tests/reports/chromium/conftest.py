"""A real Chromium, and pages in it that tell everything that happens on them."""

from __future__ import annotations

import shutil

import pytest

from reports.render import write_runs

TABS = ("prompt", "completion", "code", "tests", "evolution")


@pytest.fixture(scope="module")
def browser():
    """Driven by playwright. Module-scoped: its event loop must end before other tests start one."""
    from playwright.sync_api import sync_playwright

    executable = shutil.which("chromium")
    if executable is None:
        pytest.skip("chromium is not installed: `make setup-browser` brings Debian's")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox", "--disable-gpu"])
        yield launched
        launched.close()


@pytest.fixture
def seen(browser):
    """A page 390 pixels wide, and everything it says, asks for or pops up."""
    page = browser.new_page(viewport={"width": 390, "height": 800})
    page.said = []
    page.on("console", lambda message: page.said.append(message.text))
    page.on("pageerror", lambda error: page.said.append(str(error)))
    page.on("dialog", lambda dialog: (page.said.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda request: page.said.append(request.url))
    yield page
    page.close()


@pytest.fixture(scope="session")
def pages():
    """The pages of a run: its index and its rounds'."""
    return lambda run: [run.index, *(run.round_page(round) for round in run.rounds())]


@pytest.fixture
def visit(seen):
    """Opens a page: all of it laid out, its details open, its sample browser, where it has one, ready."""

    def open_page(file, hash=""):
        seen.goto(file.as_uri() + hash)
        if seen.locator("#browser").count():
            seen.wait_for_selector("#browser:not([hidden])")
        seen.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        seen.evaluate("document.querySelectorAll('section').forEach(each => each.style.contentVisibility = 'visible')")

    return open_page


@pytest.fixture
def tabs(seen):
    """Opens each part of the sample by its key, in turn; yields its name and what it shows."""

    def open_each():
        for key, name in enumerate(TABS, 1):
            seen.keyboard.press(str(key))
            yield name, seen.inner_text("#browser-panel")

    return open_each


@pytest.fixture(scope="module")
def over_all(hostile_run):
    """The page over a folder of one run, whose name and texts are hostile, and one that has no report."""
    for folder in (hostile_run.root, hostile_run.root.parent / "<b>torn"):
        folder.mkdir(exist_ok=True)
        (folder / "resolved.json").write_text("{}")
    return write_runs(hostile_run.root.parent)


@pytest.fixture(scope="session")
def overlap():
    """Whether two boxes share more than a line's leading."""

    def check(first, second):
        across, down = (
            min(first[at] + first[size], second[at] + second[size]) - max(first[at], second[at])
            for at, size in (("x", "width"), ("y", "height"))
        )
        return across > 0 and down > 3

    return check
