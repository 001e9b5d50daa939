"""Writes a run's reports: report.json first, then one self-contained page rendered from it and nothing else.

Model text is hostile until shown: everything a template prints is escaped (autoescape) and its invisible characters
are spelt out (by `spelt_out`, every expression's); the page's policy allows no request, and no script or style but its
own, by their hashes. Rendering the same document again gives the same bytes.
"""

from __future__ import annotations

import base64
import hashlib
import os
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from reports.charts import CHARTS
from reports.index_view import index_view
from reports.markdown import markdown_of
from reports.provenance import SCHEMA
from reports.round_view import round_view
from reports.runs_view import foreign_file, read_reports, runs_view
from reports.visible import spelt_out
from reports.wording import plural
from ssd_iter.exceptions import DataError
from ssd_iter.run.paths import RunPaths, RunsPaths, read_json, write_json, write_text
from stores.snapshot import open_snapshot

HERE = Path(__file__).parent

ASSETS = {
    "index": ("report.css", "overview.css", "elements.js", "csv.js"),
    "runs": ("report.css", "overview.css"),
    "round": ("report.css", "browser.css", "elements.js", "csv.js", "diff.js", "panels.js", "browser.js"),
}
"""The styles and scripts of a kind of page, where it has more than `report.css`: its policy allows these alone."""


def write_round_report(paths: RunPaths, round: int) -> Path:
    """Write report.json, report.html and report.md of one ended round; returns the page's path.

    NotFoundError where the round has not ended.
    """
    with open_snapshot(paths) as connection:
        view = round_view(connection, paths.run_id, round)
    write_json(paths.round_report(round), view)
    report = read_json(paths.round_report(round))
    write_text(paths.round_page(round), render_page(report, _round_links(paths, round)))
    write_text(paths.round_markdown(round), markdown_of(report))
    return paths.round_page(round)


def link_round_page(paths: RunPaths, round: int) -> None:
    """Put a link to the round that has ended since into a round's page; its charts are not drawn again for that.

    Nothing is done where there is no report or page that can be read, or another version wrote it.
    """
    page = paths.round_page(round)
    try:
        report, text = read_json(paths.round_report(round)), page.read_text(encoding="utf-8")
    except (OSError, DataError):
        return
    if isinstance(report, dict) and report.get("schema") == SCHEMA:
        following = vars(_environment().get_template("parts.html.j2").module)["following"]
        unlinked, linked = (str(following(round, links)) for links in ({}, _round_links(paths, round)))
        if linked not in text:
            write_text(page, text.replace(unlinked, linked))


def _round_links(paths: RunPaths, round: int) -> dict[str, str]:
    page = paths.round_page(round)
    links = _links(paths, page)
    if paths.shard_files("rounds", round + 1):
        links["next"] = _relative(paths.round_page(round + 1), page)
    return links


def write_index(paths: RunPaths, over_all: bool = True) -> Path:
    """Write the run's report.json, index.html and report.md, finished or not; returns the page's path.

    With `over_all` the page over all runs of the folder is written again too, unless a file that is not ours stands in
    its place.
    """
    with open_snapshot(paths) as connection:
        view = index_view(connection, paths.run_id)
    write_json(paths.report, view)
    report = read_json(paths.report)
    write_text(paths.index, render_page(report, _links(paths, paths.index)))
    write_text(paths.report_markdown, markdown_of(report))
    if over_all and not foreign_file(RunsPaths(paths.root.parent)):
        write_runs(paths.root.parent)
    return paths.index


def write_runs(runs_dir: Path) -> Path:
    """Write the page over all runs of a folder, its report.json and report.md, from the runs' own report.json.

    DataError where a file that is not ours stands in its place.
    """
    paths = RunsPaths(runs_dir)
    if foreign := foreign_file(paths):
        raise DataError(f"{foreign} was not written by ssd-iter: move it, or keep runs in a folder of their own")
    found, others = read_reports(runs_dir)
    write_json(paths.report, runs_view(found, others))
    report = read_json(paths.report)
    pages = {
        each.folder: f"{quote(os.fsencode(each.folder))}/{RunPaths(runs_dir / each.folder).index.name}"
        for each in found
    }
    write_text(paths.index, render_page(report, pages))
    write_text(paths.report_markdown, markdown_of(report))
    return paths.index


def _links(paths: RunPaths, page: Path) -> dict[str, str]:
    """Relative addresses, seen from one of the run's pages: its rounds' by number, `index`, and `runs`."""
    targets = {str(round): paths.round_page(round) for round in paths.rounds()} | {"index": paths.index}
    if not foreign_file(over_all := RunsPaths(paths.root.parent)):
        targets["runs"] = over_all.index
    return {name: _relative(target, page) for name, target in targets.items()}


def _relative(target: Path, page: Path) -> str:
    return Path(os.path.relpath(target, page.parent)).as_posix()


def render_page(report: dict[str, Any], links: dict[str, str]) -> str:
    """One page from a report document.

    `links` are addresses: of the run's pages by round number and `index`; where there are such, `runs` and a round's
    `next`; on the page over all runs, of the runs by folder.
    """
    template = _environment().get_template(f"{report['kind']}.html.j2")
    css, js = (_assets(report["kind"], suffix) for suffix in (".css", ".js"))
    digests = {"css_digest": _digest(css), "js_digest": _digest(js)}
    return template.render(report=report, links=links, css=_own(css), js=_own(js), **digests, draw=_draw)


@cache
def _environment() -> Environment:
    """Made once: reading the templates takes a tenth of a page's time."""
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, finalize=spelt_out, trim_blocks=True, lstrip_blocks=True,
        loader=FileSystemLoader(HERE / "templates"),
    )  # fmt: skip
    environment.filters["plural"] = plural
    return environment


def _assets(kind: str, suffix: str) -> str:
    """The styles or the scripts of a kind of page, one after the other; empty where it has none."""
    names = [name for name in ASSETS.get(kind, ("report.css",)) if name.endswith(suffix)]
    return "\n".join((HERE / "assets" / name).read_text(encoding="utf-8") for name in names)


def _digest(text: str) -> str:
    """A text's hash, as a page's policy spells it."""
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _draw(chart: str, *parts: Any) -> Markup:
    """One of `CHARTS`, drawn from parts of the report; the last is the prefix of its ids."""
    return _own(CHARTS[chart](*map(spelt_out, parts)))


def _own(text: str) -> Markup:
    """Our own styles, scripts and charts: the only text that goes into a page unescaped."""
    return Markup(text)
