"""`ssd-iter compare`: two runs side by side, and what differs in how they were made."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from typing import Annotated, Any

from cyclopts import Parameter

from flows.commands.look import Reference
from flows.commands.options import RUNS, AsJson, RunsDir
from flows.compare import Differing, differing, paired_changes, read_results, reservations, side_by_side
from flows.display import format_table
from flows.experiment import find_run
from flows.overview import headline_table, headline_text
from reports.changes import kind_of
from reports.wording import change_text, plural, signed_points
from ssd_iter.run.paths import RunPaths

_WORDS = {"improved": "B is better", "worse": "B is worse", "unclear": "no clear difference"}
_SHOWN_DIGITS, _SHOWN_LENGTH = 12, 60


def compare(
    a: Reference,
    b: Reference,
    *,
    config: Annotated[bool, Parameter(negative="", help="Only list what differs in config and provenance.")] = False,
    json_: AsJson = False,
    runs_dir: RunsDir = RUNS,
) -> None:
    """Show the rounds of two runs side by side, how far pass@1 is apart, and what differs in how they were made."""
    one, other = find_run(runs_dir, a), find_run(runs_dir, b)
    found = differing(one, other)
    document: dict[str, Any] = {"a": one.run_id, "b": other.run_id}
    if not config:
        document |= _results(one, other, found)
    document["differing"] = [asdict(difference) for difference in found]
    print(json.dumps(document) if json_ else as_text(document))


def _results(one: RunPaths, other: RunPaths, found: list[Differing]) -> dict[str, Any]:
    a, b = read_results(one), read_results(other)
    changes = paired_changes(a, b)
    return {
        "numbers": side_by_side(headline_table(one), headline_table(other)),
        "changes": [{"round": round, "kind": kind_of(change)} | asdict(change) for round, change in changes.items()],
        "reservations": reservations(found, a, b),
    }


def as_text(document: dict[str, Any]) -> str:
    """The document for people."""
    parts = [f"A  {document['a']}\nB  {document['b']}"]
    if "numbers" in document:
        parts += [_numbers_text(document["numbers"]), _changes_text(document["changes"])]
        parts += [f"Mind: {sentence}" for sentence in document["reservations"]]
    parts.append(_differing_text(document["differing"]))
    return "\n\n".join(parts)


def _numbers_text(numbers: list[dict[str, Any]]) -> str:
    if not numbers:
        return "No round has ended in either run."
    rows = [
        {"number": row["number"], "round": row["round"]}
        | {side.upper(): headline_text(row[side] or "") for side in ("a", "b")}
        for row in numbers
    ]
    return "\n".join(line.rstrip() for line in format_table(rows).splitlines() if line.strip())


def _changes_text(changes: list[dict[str, Any]]) -> str:
    if not changes:
        return "No round of both runs shares two problems: no difference to tell."
    lines = [f"  round {change['round']:<3} {_change_text(change)}" for change in changes]
    return "\n".join(["pass@1 of B less that of A, paired by problem:", *lines])


def _change_text(change: dict[str, Any]) -> str:
    problems = plural(change["n"], "problem")
    if change["low"] == change["high"]:
        return f"{change_text(change['mean'], 'fraction')} on every one of {problems}"
    interval = f"95% interval {signed_points(change['low'])} to {signed_points(change['high'])}, {problems}"
    return f"{change_text(change['mean'], 'fraction')} ({interval}): {_WORDS[change['kind']]}"


def _differing_text(found: list[dict[str, Any]]) -> str:
    if not found:
        return "Config and provenance: nothing differs."
    width = max(len(difference["kind"]) for difference in found)
    lines = [
        f"  {difference['kind']:<{width}}  {difference['key']}: {_shown(difference['a'])} -> {_shown(difference['b'])}"
        for difference in found
    ]
    return "\n".join(["What differs, A -> B:", *lines])


def _shown(value: Any) -> str:
    """A value as JSON, so that a text and a number are told apart; of a hash and of a long text only the start."""
    if isinstance(value, str) and re.fullmatch(r"[0-9a-f]{40,}", value):
        return value[:_SHOWN_DIGITS]
    text = "none" if value is None else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN_LENGTH else f"{text[:_SHOWN_LENGTH]}..."
