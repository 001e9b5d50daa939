"""What the page over many runs says: one row a run, those that differ in nothing but the seed together.

It is made of the runs' own `report.json` and nothing else: no database is opened.
"""

from __future__ import annotations

import json
import statistics
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reports.provenance import SCHEMA
from reports.settings import PROBLEMS, identity_of, is_of_evaluation
from reports.wording import NOTHING, change_text, interval_text, listed, plural, value_text
from ssd_iter.run.listing import list_runs
from ssd_iter.run.paths import RunsPaths

MOST_COLUMNS = 6
"""Settings that get a column of their own."""
TREATMENT = ("train", "sample", "lineage", "filter", "model", "problems", "evaluate")
"""Sections of the config whose settings come first."""

MISSING = "It has no report.json yet: ssd-iter report writes one."
UNREADABLE = "Its report.json cannot be read: ssd-iter report writes it again."
OTHER_FORM = "Its report.json was written by another version: ssd-iter report writes it again."


@dataclass(frozen=True, slots=True)
class Found:
    """One run folder and its report; `problem` says why there is none."""

    folder: str
    report: Mapping[str, Any] | None
    problem: str = ""


def read_reports(runs_dir: Path) -> tuple[list[Found], list[str]]:
    """The runs of a folder, oldest first, and the names of the folders in it that are no runs."""
    runs = list(list_runs(runs_dir))
    known = {run.root.name for run in runs}
    others = [path.name for path in runs_dir.iterdir() if path.is_dir() and path.name not in known]
    return [_read(run.root.name, run.report) for run in runs], sorted(name for name in others if name[0] != ".")


def _read(folder: str, file: Path) -> Found:
    try:
        report = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Found(folder, None, MISSING)
    except (OSError, ValueError):
        return Found(folder, None, UNREADABLE)
    if not isinstance(report, dict) or (report.get("schema"), report.get("kind")) != (SCHEMA, "index"):
        return Found(folder, None, OTHER_FORM)
    return Found(folder, report)


def foreign_file(paths: RunsPaths) -> Path | None:
    """A file that is not ours where the page over all runs would be written; None where there is none."""
    there = [file for file in (paths.index, paths.report, paths.report_markdown) if file.exists()]
    try:
        ours = json.loads(paths.report.read_text(encoding="utf-8"))["kind"] == "runs"
    except (OSError, ValueError, KeyError, TypeError):
        ours = False
    return None if ours or not there else there[0]


def runs_view(found: Sequence[Found], others: Sequence[str]) -> dict[str, Any]:
    """The document of the page: experiments, newest first, each with its runs by seed; then what is no experiment."""
    groups: dict[tuple[tuple[str, str], ...], list[dict[str, Any]]] = defaultdict(list)
    broken = []
    for each in found:
        try:
            row, identity = _row(each), identity_of(each.report or {})
        except (KeyError, TypeError, ValueError, IndexError):
            broken.append({"folder": each.folder, "problem": each.problem or UNREADABLE})
        else:
            groups[tuple(sorted(identity.items()))].append(row)
    newest = sorted(groups, key=lambda identity: max(row["started"] for row in groups[identity]), reverse=True)
    differing = _differing([dict(identity) for identity in newest])
    return {
        "schema": SCHEMA,
        "kind": "runs",
        "title": "Runs",
        "unlike": _unlike(differing),
        "columns": differing[:MOST_COLUMNS],
        "experiments": [_experiment(dict(identity), differing, groups[identity]) for identity in newest],
        "differing": [
            {"key": key, "values": [dict(identity).get(key, NOTHING) for identity in newest]} for key in differing
        ],
        "broken": broken,
        "others": list(others),
    }


def _row(found: Found) -> dict[str, Any]:
    """One run's own numbers; KeyError and the like where its report does not hold them."""
    report = found.report or {}
    provenance = {row["key"]: row["value"] for row in report["provenance"]}
    rounds, head = report["rounds"], report["head"]
    scored = {row["round"]: row for row in rounds if row["scores"]}
    best = scored.get(head["round"]) if head else None
    last = rounds[-1] if rounds else None
    return {
        "folder": found.folder,
        "id": report["run"]["id"],
        "name": report["run"]["name"],
        "model": report["run"]["model"],
        "seed": str(provenance["seed"]),
        "started": str(provenance["started"]),
        "state": _state(report, last),
        "base": _score(scored.get(0)),
        "best": _score(best),
        "last": _score(scored.get(last["round"]) if last else None),
        "verdict": {"kind": last["verdict"]["kind"], "word": last["verdict"]["word"]} if last else None,
        "by_round": {str(round): _value(row) for round, row in scored.items()},
    }


def _state(report: Mapping[str, Any], last: Mapping[str, Any] | None) -> str:
    """`3 of 4 rounds`, and whether it goes no further."""
    done = f"{last['round'] if last else 0} of {plural(report['run']['rounds'], 'round')}"
    return f"{done}, ended early" if report["state"]["kind"] == "ended" else done


def _score(row: Mapping[str, Any] | None) -> dict[str, Any]:
    """pass@k, for the smallest k, of one round, and its paired change since the base; dashes where there is none."""
    if row is None:
        nothing = {"value": None, "text": NOTHING, "interval": "", "n": 0}
        return {"round": None, "label": "", "k": None, "number": nothing, "change": None}
    score = row["scores"][0]
    change = score["changes"][-1] if score["changes"] else None
    kept = None if change is None else {key: change[key] for key in ("text", "interval", "kind", "word")}
    number = {key: score["number"][key] for key in ("value", "text", "interval", "n")}
    return {"round": row["round"], "label": row["label"], "k": score["k"], "number": number, "change": kept}


def _value(row: Mapping[str, Any]) -> float | None:
    value = row["scores"][0]["number"]["value"]
    return None if value is None else float(value)


def _differing(identities: Sequence[Mapping[str, str]]) -> list[str]:
    """The settings in which the experiments differ: what was done to the model first, the rest by name."""
    keys = {key for identity in identities for key in identity}
    found = [key for key in keys if len({identity.get(key, NOTHING) for identity in identities}) > 1]
    sections = {section: place for place, section in enumerate(TREATMENT)}
    return sorted(found, key=lambda key: (sections.get(key.partition(".")[0], len(sections)), key))


def _unlike(differing: Sequence[str]) -> str:
    """Why scores of these experiments are not to be held against each other; empty where they may be."""
    keys = [key for key in differing if key in PROBLEMS or is_of_evaluation(key)]
    if not keys:
        return ""
    asked = "on other problems" if set(keys) & set(PROBLEMS) else "in another way"
    return (
        f"Some were evaluated {asked} than others: they differ in {listed(keys)}. Each run's change since its own base "
        "model is about the same problems."
    )


def _experiment(
    identity: Mapping[str, str], differing: Sequence[str], rows: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    ordered = sorted(rows, key=lambda row: (len(row["seed"]), row["seed"], row["started"]))
    return {
        "name": ordered[-1]["id"],
        "settings": [identity.get(key, NOTHING) for key in differing[:MOST_COLUMNS]],
        "runs": ordered,
        "spread": spread(ordered),
    }


def spread(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """How far runs that differ in nothing but the seed lie apart, at the last round that all of them evaluated.

    Of several runs with one seed the newest counts. None for fewer than two seeds, or where no round is common. The
    standard deviation is what `detect.seed_sd` asks for.
    """
    newest = {row["seed"]: row for row in sorted(rows, key=lambda row: row["started"])}
    scores = [
        {int(round): value for round, value in row["by_round"].items() if value is not None} for row in newest.values()
    ]
    common = set.intersection(*map(set, scores)) if len(scores) > 1 else set()
    if not common:
        return None
    at = max(common)
    values = [found[at] for found in scores]
    sd = statistics.stdev(values)
    return {
        "round": at,
        "num_seeds": len(values),
        "mean": statistics.fmean(values),
        "sd": sd,
        "text": value_text(statistics.fmean(values), "fraction"),
        "sd_text": change_text(sd, "fraction").lstrip("+±"),
        "range": interval_text(min(values), max(values), "fraction"),
    }
