"""`ssd-iter compare`: two runs side by side, and what differs in how they were made."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from typing import Annotated, Any, Literal

from cyclopts import Parameter

from flows.commands.options import RUNS, AsJson, Reference, RunsDir
from flows.compare import (
    Differing,
    FailOn,
    differing,
    is_worse,
    number_rows,
    paired_changes,
    read_results,
    reservations,
    side_by_side,
)
from flows.display import format_table, say
from flows.experiment import find_run
from flows.overview import headline_table, headline_text
from reports.changes import kind_of
from reports.wording import change_text, plural, signed_points
from ssd_iter.exceptions import ConfigError, NotFoundError
from ssd_iter.run.paths import RunPaths
from stores.formats import QueryResult, format_rows
from stores.visible import visible

_WORDS = {"improved": "B is better", "worse": "B is worse", "unclear": "no clear difference"}
_SHOWN_DIGITS, _SHOWN_LENGTH = 12, 60


def compare(
    a: Reference,
    b: Reference,
    *,
    config: Annotated[bool, Parameter(negative="", help="Only list what differs in config and provenance.")] = False,
    fail_on: Annotated[
        FailOn | None, Parameter(help="Exit with code 4 where B is worse in the last round of both, or in any.")
    ] = None,
    format: Annotated[
        Literal["text", "csv", "json", "latex"], Parameter(help="csv and latex hold the numbers alone.")
    ] = "text",
    json_: AsJson = False,
    runs_dir: RunsDir = RUNS,
) -> None:
    """Show the rounds of two runs side by side, how far pass@1 is apart, and what differs in how they were made.

    B is worse where the 95 % interval of the paired change of pass@1 lies below 0: of rounds of equal models, about one
    in 40.
    """
    if config and (fail_on is not None or format in ("csv", "latex")):
        raise ConfigError("--config leaves out the numbers: --fail-on and --format csv or latex are about them")
    one, other = find_run(runs_dir, a), find_run(runs_dir, b)
    found = differing(one, other)
    document: dict[str, Any] = {"a": one.run_id, "b": other.run_id}
    if not config:
        document |= _results(one, other, found)
    document["differing"] = [asdict(difference) for difference in found]
    _print(document, "json" if json_ else format)
    if fail_on is not None and is_worse(document["changes"], fail_on):
        raise SystemExit(4)


def _print(document: dict[str, Any], format: Literal["text", "csv", "json", "latex"]) -> None:
    if format == "json":
        print(json.dumps(document))
    elif format == "text":
        print(visible(as_text(document)))
    else:
        for sentence in document["reservations"]:
            say(f"mind: {sentence}")
        print(as_numbers(document, format), end="")


def as_numbers(document: dict[str, Any], format: Literal["csv", "latex"]) -> str:
    """One row a number and round: each run's value and interval, and of pass@1 the change; for programs or a paper."""
    rows = number_rows(document["numbers"], document["changes"])
    if not rows:
        raise NotFoundError("no round has ended in either run: there are no numbers yet")
    if format == "latex":
        rows = [
            {
                "number": row["number"], "round": row["round"], "A": _with_interval(row, "a"),
                "B": _with_interval(row, "b"), "B less A": _with_interval(row, "change"),
            }
            for row in rows
        ]  # fmt: skip
    columns = tuple(dict.fromkeys(column for row in rows for column in row))
    return format_rows(QueryResult(columns, [tuple(row[column] for column in columns) for row in rows]), format)


def _with_interval(row: dict[str, Any], side: str) -> str | None:
    value, low, high = (row[f"{side}{part}"] for part in ("", "_low", "_high"))
    return value if isinstance(value, str) else headline_text({"value": value, "low": low, "high": high}) or None


def _results(one: RunPaths, other: RunPaths, found: list[Differing]) -> dict[str, Any]:
    a, b = read_results(one), read_results(other)
    changes = paired_changes(a, b)
    return {
        "problems": {"a": len(a.problems), "b": len(b.problems), "both": len(a.problems & b.problems)},
        "reservations": reservations(found, a, b),
        "numbers": side_by_side(headline_table(one), headline_table(other)),
        "changes": [{"round": round, "kind": kind_of(change)} | asdict(change) for round, change in changes.items()],
    }


def as_text(document: dict[str, Any]) -> str:
    """The document for people."""
    parts = [f"A  {document['a']}\nB  {document['b']}"]
    if "numbers" in document:
        parts += [f"Mind: {sentence}" for sentence in document["reservations"]]
        parts += [_numbers_text(document["numbers"]), _changes_text(document["changes"])]
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
