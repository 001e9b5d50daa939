"""What `ssd-iter status` and `runs` know: the state of a run, its stages and the numbers of its rounds.

As numbers and times: docs/json.md has the keys. The words for people are made where they are printed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from flows.experiment import stored_config
from flows.policy import ends_run
from flows.rollback import read_rollbacks
from ssd_iter.exceptions import SsdIterError
from ssd_iter.metrics.registry import spec_of
from ssd_iter.records import Round, RoundVerdict
from ssd_iter.run.listing import created_at
from ssd_iter.run.outcome import parse_done
from ssd_iter.run.paths import STAGES, RunPaths, StageName
from ssd_iter.run.processes import is_locked
from ssd_iter.run.progress import Progress, stage_progress
from ssd_iter.run.shards import read_shards
from stores.queries import read_findings, read_metrics, read_rounds
from stores.snapshot import open_snapshot

_HEADLINES = (
    ("extraction_rate", "eval"),
    ("truncation_rate", "eval"),
    ("mean_completion_tokens", "eval"),
    ("simpson_diversity", "eval"),
    ("num_train_pairs", "train"),
    ("train_loss", "train"),
)
_ROUND = ("verdict", "status", "parent_round", "started_at", "finished_at")
_FINDING = ("round", "severity", "name", "message", "metric", "reference", "effect", "low", "high", "p")


@dataclass(frozen=True, slots=True)
class StageState:
    """A stage that has begun: what its files say of it."""

    round: int
    stage: StageName
    state: Literal["done", "running", "stopped"]
    seconds: float | None = None
    """Wall time of the process that finished it; None until it has."""
    finished_at: datetime | None = None
    counts: dict[str, int] | None = None
    """What it did, by its own words."""
    progress: Progress | None = None
    """The latest look at one that is not done."""

    def document(self) -> dict[str, Any]:
        """The same for programs."""
        at = self.progress
        progress = None if at is None or not at.total else {
            "done": at.done, "total": at.total, "unit": at.unit, "tokens_per_second": at.tokens_per_second,
            "seconds_left": at.seconds_left,
        }  # fmt: skip
        facts = {"seconds": self.seconds, "finished_at": self.finished_at, "counts": self.counts}
        return {"round": self.round, "stage": self.stage, "state": self.state} | facts | {"progress": progress}


def run_state(paths: RunPaths) -> Literal["running", "finished", "ended early", "stopped"]:
    """`ended early`: a finding left nothing to go on with, or the policy ended it. `stopped`: `ssd-iter resume` goes
    on."""
    if is_locked(paths.lock):
        return "running"
    rows = read_shards(paths.shard_files("rounds"), Round)
    if not rows:
        return "stopped"
    config, last = stored_config(paths), max(rows, key=lambda row: row.round)
    if last.round >= config.rounds:
        return "ended early" if last.status == "ended" else "finished"
    goes_on = last.round + 1 in read_rollbacks(paths) or not ends_run(config, last)
    return "stopped" if goes_on else "ended early"


def last_verdict(paths: RunPaths) -> RoundVerdict | None:
    """The verdict of the last round that has ended; None before there is one."""
    rows = read_shards(paths.shard_files("rounds"), Round)
    return max(rows, key=lambda row: row.round).verdict if rows else None


def run_row(paths: RunPaths) -> dict[str, Any]:
    """A run in a list. Of one that cannot be read, `error` says why, and little else is known."""
    try:
        return _run_facts(paths) | {"error": None}
    except SsdIterError as error:
        unknown: dict[str, Any] = dict.fromkeys(("last_round", "asked_rounds", "verdict"))
        return {"run": paths.run_id, "state": "unreadable", "created_at": None} | unknown | {"error": str(error)}


def _run_facts(paths: RunPaths) -> dict[str, Any]:
    return {
        "run": paths.run_id,
        "state": run_state(paths),
        "created_at": created_at(paths),
        "last_round": max((row.round for row in read_shards(paths.shard_files("rounds"), Round)), default=None),
        "asked_rounds": stored_config(paths).rounds,
        "verdict": last_verdict(paths),
    }


def stage_states(paths: RunPaths) -> list[StageState]:
    """Every stage that has begun, in order."""
    running = is_locked(paths.lock)
    return [
        _stage_state(paths, round, name, running)
        for round in paths.rounds()
        for name in STAGES
        if paths.stage(round, name).plan.exists()
    ]


def _stage_state(paths: RunPaths, round: int, name: StageName, running: bool) -> StageState:
    stage = paths.stage(round, name)
    if not stage.done.exists():
        return StageState(round, name, "running" if running else "stopped", progress=stage_progress(stage))
    done = parse_done(stage)
    return StageState(
        round, name, "done", done.seconds, datetime.fromtimestamp(done.finished_at, UTC), done.outcome.counts
    )


def round_rows(paths: RunPaths) -> list[dict[str, Any]]:
    """One row an ended round: its facts, and `metrics`, the headlines by name, each with value, low and high."""
    with open_snapshot(paths) as connection:
        metrics = read_metrics(connection, paths.run_id)
        ended = {row.round: row for row in read_rounds(connection, paths.run_id)}
    overall = {(m.round, m.name, m.purpose): m for m in metrics if m.problem_set == "all"}
    ks = sorted({int(m.name.removeprefix("pass_at_")) for m in metrics if m.name.startswith("pass_at_")})
    wanted = [*((f"pass_at_{k}", "eval") for k in ks), *_HEADLINES]
    return [
        {"round": round}
        | {name: getattr(ended.get(round), name, None) for name in _ROUND}
        | {
            "metrics": {
                name: {"value": found.value, "low": found.low, "high": found.high}
                for name, purpose in wanted
                if (found := overall.get((round, name, purpose))) is not None
            }
        }
        for round in sorted({m.round for m in metrics})
    ]


def headline_table(paths: RunPaths) -> list[dict[str, Any]]:
    """One row an ended round: number, verdict, and the headline metrics by title, each with value, low and high."""
    return [headlines(row) for row in round_rows(paths)]


def headlines(row: dict[str, Any]) -> dict[str, Any]:
    """A round's row for people: its metrics by title."""
    titled = {spec_of(name).title: cell for name, cell in row["metrics"].items()}
    return {"round": row["round"], "verdict": row["verdict"] or ""} | titled


def headline_text(headline: Any) -> str:
    """`0.309 (0.227 to 0.398)`: a headline's value and, where it has one, its 95 % interval over problems."""
    if not isinstance(headline, dict):
        return str(headline)
    if headline["value"] is None:
        return ""
    text = f"{headline['value']:.4g}"
    return text if headline["low"] is None else f"{text} ({headline['low']:.3g} to {headline['high']:.3g})"


def status_document(paths: RunPaths) -> dict[str, Any]:
    """All that `status` shows."""
    with open_snapshot(paths) as connection:
        findings = read_findings(connection, paths.run_id)
    return _run_facts(paths) | {
        "stages": [stage.document() for stage in stage_states(paths)],
        "rounds": round_rows(paths),
        "findings": [{name: getattr(found, name) for name in _FINDING} for found in findings],
    }
