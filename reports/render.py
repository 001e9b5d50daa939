"""Writes a run's reports: report.json first, then one self-contained page rendered from it and nothing else.

Model text is hostile until shown: everything a template prints is escaped (autoescape) and its invisible characters
are spelt out (`visible`, on every expression); the page's policy allows no script, no request and no style but its own.
Rendering the same document again gives the same bytes.
"""

from __future__ import annotations

import base64
import hashlib
import os
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from reports.charts import CHARTS
from reports.index_view import index_view
from reports.round_view import round_view
from ssd_iter.run.paths import RunPaths, read_json, write_json, write_text
from stores.snapshot import open_snapshot

HERE = Path(__file__).parent

INVISIBLE = [
    *(code for code in range(0x20) if chr(code) not in "\t\n"),
    *range(0x7F, 0xA0), 0xAD, 0x61C, 0x180E, *range(0x200B, 0x2010), *range(0x2028, 0x202F), *range(0x2060, 0x2070),
    0xFEFF, *range(0xFFF9, 0xFFFC), *range(0xD800, 0xE000), *range(0xE0000, 0xE0080),
]  # fmt: skip
"""Controls, zero-width and direction-changing characters, lone surrogates and tags: text that hides text."""

SPELT_OUT = {code: f"␣{code:04x}" for code in INVISIBLE}


def write_round_report(paths: RunPaths, round: int) -> Path:
    """Write report.json and report.html of one ended round; returns the page's path.

    NotFoundError where the round has not ended.
    """
    with open_snapshot(paths) as connection:
        view = round_view(connection, paths.run_id, round)
    write_json(paths.round_report(round), view)
    page = paths.round_page(round)
    write_text(page, render_page(read_json(paths.round_report(round)), _links(paths, page)))
    return page


def write_index(paths: RunPaths) -> Path:
    """Write the run's report.json and index.html, finished or not; returns the page's path."""
    with open_snapshot(paths) as connection:
        view = index_view(connection, paths.run_id)
    write_json(paths.report, view)
    write_text(paths.index, render_page(read_json(paths.report), _links(paths, paths.index)))
    return paths.index


def visible(value: Any) -> Any:
    """Text with its invisible characters spelt out as `␣` and their code; anything else as it is."""
    return value.translate(SPELT_OUT) if isinstance(value, str) and not isinstance(value, Markup) else value


def _links(paths: RunPaths, page: Path) -> dict[str, str]:
    """Relative addresses of the run's pages, seen from one of them; by round number and `index`."""
    targets = {str(round): paths.round_page(round) for round in paths.rounds()} | {"index": paths.index}
    return {name: Path(os.path.relpath(target, page.parent)).as_posix() for name, target in targets.items()}


def render_page(report: dict[str, Any], links: dict[str, str]) -> str:
    """One page from a report document; `links` are the addresses of the run's pages, by round number and `index`."""
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, finalize=visible, trim_blocks=True, lstrip_blocks=True,
        loader=FileSystemLoader(HERE / "templates"),
    )  # fmt: skip
    css = (HERE / "assets" / "report.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    template = environment.get_template(f"{report['kind']}.html.j2")
    return template.render(report=report, links=links, css=_own(css), css_digest=digest, draw=_draw)


def _draw(chart: str, *parts: Any) -> Markup:
    """One of `CHARTS`, drawn from parts of the report; the last is the prefix of its ids."""
    return _own(CHARTS[chart](*map(_spelt_out, parts)))


def _spelt_out(part: Any) -> Any:
    """A part of a report with all its texts made visible: a chart knows nothing of hostile text."""
    if isinstance(part, dict):
        return {key: _spelt_out(value) for key, value in part.items()}
    return [_spelt_out(value) for value in part] if isinstance(part, list) else visible(part)


def _own(text: str) -> Markup:
    """Our own stylesheet and charts: the only text that goes into a page unescaped."""
    return Markup(text)
