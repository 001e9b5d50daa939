from __future__ import annotations

import base64
import hashlib
import json
import re
import subprocess
import sys
from functools import partial
from html.parser import HTMLParser
from pathlib import Path

import jinja2
import pytest

from reports.provenance import SCHEMA
from reports.render import HERE, link_round_page, render_page, write_index, write_round_report
from stores.visible import is_hidden


@pytest.fixture(scope="module")
def pages(hostile_run):
    return [hostile_run.index, *(hostile_run.round_page(round) for round in hostile_run.rounds())]


def test_rendering_again_gives_the_same_bytes(hostile_run):
    files = [hostile_run.index, hostile_run.report, hostile_run.round_page(2), hostile_run.round_report(2)]
    before = [file.read_bytes() for file in files]
    assert (write_index(hostile_run), write_round_report(hostile_run, 2)) == (files[0], files[2])
    assert [file.read_bytes() for file in files] == before


def test_a_run_that_ended_before_any_evaluation_has_pages(new_rows):
    rows = new_rows("bare-1")
    rows.run()
    index = write_index(rows.write()).read_text()
    assert "No round has ended yet." in index
    rows.ended(1, status="ended")
    assert "This round was not evaluated." in write_round_report(rows.write(), 1).read_text()
    assert "Ended in round 1 of 3" in write_index(rows.paths).read_text()


@pytest.fixture
def two_rounds(new_rows):
    """The base and a round, of whose end the base's page does not know."""
    rows = new_rows("two-1")
    rows.run()
    for round in range(2):
        rows.ended(round)
        rows.solved(round, (0, 1))
        write_round_report(rows.write(), round)
    return rows.paths


def test_a_rounds_page_leads_to_the_next_once_that_has_ended(two_rounds):
    page = two_rounds.round_page(0)
    before = page.read_text()
    assert 'rel="next"' not in before
    link_round_page(two_rounds, 0)
    assert '<a href="../001/report.html" rel="next">Round 1</a>' in page.read_text()
    linked = page.read_bytes()
    assert write_round_report(two_rounds, 0).read_bytes() == linked


@pytest.mark.parametrize(
    "spoil",
    [lambda file: file.unlink(), *(partial(Path.write_text, data=text) for text in ('{"schema": 0}', "[]", "{"))],
)
def test_a_page_without_a_report_of_ours_is_left_alone(two_rounds, spoil):
    before = two_rounds.round_page(0).read_bytes()
    spoil(two_rounds.round_report(0))
    link_round_page(two_rounds, 0)
    assert two_rounds.round_page(0).read_bytes() == before


def test_every_page_leads_to_its_run_and_to_all_runs(two_rounds):
    write_index(two_rounds)
    for page, up in ((two_rounds.round_page(1), "../../"), (two_rounds.index, "")):
        assert f'<a href="{up}../index.html">Runs</a>' in page.read_text()
    assert '<a class="home" href="../../index.html">two-1</a>' in two_rounds.round_page(1).read_text()
    assert (two_rounds.root.parent / "index.html").exists()


def test_no_page_leads_to_a_file_that_is_not_ours(two_rounds):
    (two_rounds.root.parent / "index.html").write_text("mine")
    assert ">Runs</a>" not in write_round_report(two_rounds, 1).read_text()


def test_reports_are_strict_json(hostile_run):
    def refuse(constant):
        raise ValueError(constant)

    for file in (hostile_run.report, hostile_run.round_report(1)):
        assert json.loads(file.read_text(), parse_constant=refuse)["schema"] == SCHEMA


def test_a_missing_number_is_an_error_not_a_blank(hostile_run):
    report = json.loads(hostile_run.report.read_text())
    del report["state"]["text"]
    links = {"index": "index.html"} | {str(round): "report.html" for round in hostile_run.rounds()}
    with pytest.raises(jinja2.UndefinedError, match="text"):
        render_page(report, links)


def test_the_policy_comes_before_everything_else_in_the_head(pages):
    for page in pages:
        assert re.search(
            r'<head>\s*<meta http-equiv="Content-Security-Policy" content="default-src \'none\';', page.read_text()
        )


def test_no_invisible_character_is_left(pages):
    for page in pages:
        assert not any(map(is_hidden, set(map(ord, page.read_text()))))


FOREIGN = ("img", "iframe", "base", "link", "form", "math", "object", "embed", "audio", "video", "noscript", "template")


def test_pages_hold_no_markup_but_ours(pages):
    class Tags(HTMLParser):
        def handle_starttag(self, tag, attrs):
            assert tag not in FOREIGN
            assert not any(name.startswith("on") or name in ("style", "srcdoc", "formaction") for name, _ in attrs)

    for page in pages:
        Tags().feed(page.read_text())


def test_a_page_allows_the_one_script_it_has_by_its_hash(pages):
    data = ['<script type="application/json" id="browser-data">']
    for file in pages:
        page = file.read_text()
        (script,) = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert f"script-src 'sha256-{digest}';" in page
        assert re.findall(r"<script [^>]*>", page) == (data if file.name == "report.html" else [])


def test_the_data_of_a_page_needs_no_escaping(pages):
    for page in pages[1:]:
        (data,) = re.findall(r'id="browser-data">(.*?)</script>', page.read_text(), re.DOTALL)
        assert re.fullmatch(r"[A-Za-z0-9+/]+=*", data)


def test_scripts_only_make_elements_and_set_texts():
    sources = "".join(file.read_text() for file in (HERE / "assets").glob("*.js"))
    parses = r"(inner|outer|set|parse|insertAdjacent)HTML|createContextualFragment|DOMParser|srcdoc|document\.write"
    runs = r"\b(eval|Function|import)\b|set(Timeout|Interval)|javascript:"
    goes = r"location\s*=|location\.(href|assign|replace)\b|\.(src|href|action)\b|url\("
    asks = r"\bfetch\b|XMLHttpRequest|WebSocket|EventSource|sendBeacon"
    assert "textContent" in sources and not re.search("|".join((parses, runs, goes, asks)), sources)
    assert not re.search(r"</script|<!--", sources, re.IGNORECASE)


def test_templates_never_switch_escaping_off():
    sources = "".join(file.read_text() for file in (HERE / "templates").rglob("*.j2"))
    ours = (
        "<script>{{ js }}</script>",
        '<script type="application/json" id="browser-data">{{ report.browser.data }}</script>',
    )
    for script in ours:
        assert sources.count(script) == 1
        sources = sources.replace(script, "")
    assert not re.search(r"\|\s*safe|autoescape|<script|\son\w+=|=\{\{", sources)


def test_reports_never_load_torch(hand_run):
    code = (
        "import sys; from pathlib import Path\n"
        "import reports.render as render; from ssd_iter.run.paths import RunPaths\n"
        "late = {'torch', 'transformers', 'duckdb', 'altair', 'vl_convert'}\n"
        "assert not late & sys.modules.keys(), late & sys.modules.keys()\n"
        "paths = RunPaths(Path(sys.argv[1])); render.write_round_report(paths, 1); render.write_index(paths)\n"
        "assert not {'torch', 'transformers', 'prefect'} & sys.modules.keys()\n"
    )
    subprocess.run([sys.executable, "-c", code, str(hand_run.root)], check=True, cwd=HERE.parent)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_colours_have_contrast_enough(theme):
    palettes = re.findall(r":root \{(.*?)\}", (HERE / "assets" / "report.css").read_text(), re.DOTALL)
    colours = dict(re.findall(r"--([\w-]+): (#\w{6});", palettes[theme]))
    on_paper = ["ink", "muted", "link", "warn", "series-1", "series-2", "series-3", "series-4", "good", "bad"]
    pairs = [(name, "paper") for name in on_paper] + [("ink", "card"), ("muted", "card"), ("plain", "paper")]
    pairs += [(name, "card") for name in ("series-1", "series-2", "series-4", "good")]  # the colours of programs
    pairs += [(ink, f"{name}-paper") for name in ("good", "bad", "plain", "warn") for ink in (name, "ink")]
    too_low = {pair: ratio for pair in pairs if (ratio := contrast(*(colours[name] for name in pair))) < 4.5}
    assert not too_low


def contrast(first, second):
    """Contrast ratio of two colours, 1 to 21 (WCAG 2)."""

    def luminance(colour):
        channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)
