"""What a run shows on Prefect's pages: a round's report, a table of all rounds, the way to the pages.

All of it is made from the report documents that the pages are made from, and escaped as their Markdown twins are:
Prefect renders Markdown in artifacts, in their descriptions and in the cells of tables.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flows.observe.board import Shown
from flows.observe.links import page_link
from reports.markdown import change_cell, inline, markdown_of, number_cell
from reports.wording import NOTHING, duration_text
from ssd_iter.records import Round
from ssd_iter.run.paths import RunPaths, read_json
from ssd_iter.run.shards import read_shards


def key_of(run_id: str, thing: str) -> str:
    """A key of Prefect's for something of a run: lower-case letters, digits and dashes."""
    return re.sub(r"[^a-z0-9]+", "-", f"{run_id}-{thing}".lower()).strip("-")


def round_report(paths: RunPaths, round: int, flow_run_id: UUID) -> Shown:
    """A round's verdict, numbers and findings, and the way to its page."""
    report = read_json(paths.round_report(round))
    way = page_link(paths, paths.round_page(round), "The whole report, with every sample")
    description = f"{inline(report['title'])}: {inline(report['verdict']['word'])}"
    key = key_of(paths.run_id, f"round-{round}")
    return Shown(key, "markdown", markdown_of(report, way), description, flow_run_id)


def rounds_table(paths: RunPaths, flow_run_id: UUID) -> Shown | None:
    """One row a round that has ended; None before there is one."""
    report = read_json(paths.report)
    took = {row.round: duration_text(_seconds(row)) for row in read_shards(paths.shard_files("rounds"), Round)}
    rows = [_row(paths, row, took.get(row["round"], NOTHING)) for row in report["rounds"]]
    if not rows:
        return None
    advice = f" {inline(report['head']['sentence'])}" if report["head"] else ""
    description = f"{inline(report['state']['text'])}{advice}"
    return Shown(key_of(paths.run_id, "rounds"), "table", json.dumps(rows), description, flow_run_id)


def pages(paths: RunPaths, flow_run_id: UUID) -> Shown:
    """The way to the run's page, to its samples and to each round's report."""
    ended = [row["round"] for row in read_json(paths.report)["rounds"]]
    ways = [page_link(paths, paths.index, "The run, all rounds together")]
    if ended:
        ways.append(page_link(paths, paths.round_page(ended[-1]), f"Samples, up to round {ended[-1]}", "#samples"))
    ways += [page_link(paths, paths.round_page(round), f"Report of round {round}") for round in ended]
    text = "\n".join(f"- {way}" for way in ways)
    return Shown(key_of(paths.run_id, "pages"), "markdown", text, "Pages of the run", flow_run_id)


def _row(paths: RunPaths, row: Mapping[str, Any], took: str) -> dict[str, str]:
    score = row["scores"][0] if row["scores"] else None
    changes = score["changes"] if score else []
    return {
        "Round": page_link(paths, paths.round_page(row["round"]), row["label"]),
        "verdict": inline(row["verdict"]["word"]),
        f"pass@{score['k'] if score else 1} (95% interval)": number_cell(score["number"]) if score else NOTHING,
        # Its word is the verdict, as long as that is about pass@1.
        "paired change": change_cell({**changes[0], "word": ""} if changes else None),
        "extraction": number_cell(row["extraction"]),
        "diversity": number_cell(row["diversity"]),
        "time": took,
    }


def _seconds(row: Round) -> float:
    return (row.finished_at - row.started_at).total_seconds()
