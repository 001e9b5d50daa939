"""What `ssd-iter status` and `runs` show: the state of a run, its stages and the numbers of its rounds."""

from __future__ import annotations

from typing import Any, Literal

from flows.display import describe, duration
from flows.experiment import stored_config
from flows.policy import ends_run
from flows.rollback import read_rollbacks
from ssd_iter.metrics.registry import spec_of
from ssd_iter.records import Round, RoundVerdict
from ssd_iter.run.paths import STAGES, RunPaths, StagePaths, read_json
from ssd_iter.run.processes import is_locked
from ssd_iter.run.progress import read_progress
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


def rounds_text(paths: RunPaths) -> str:
    """`2 of 3`: the last round that has ended, of how many; the base model is round 0."""
    ended = [round.round for round in read_shards(paths.shard_files("rounds"), Round)]
    return f"{max(ended, default=0)} of {stored_config(paths).rounds}"


def stage_table(paths: RunPaths) -> list[dict[str, Any]]:
    """One row a stage that has begun: its state, what it did, how long it took."""
    running = is_locked(paths.lock)
    return [
        {"round": round, "stage": name, **_stage_state(stage, running)}
        for round in paths.rounds()
        for name in STAGES
        if (stage := paths.stage(round, name)).plan.exists()
    ]


def headline_table(paths: RunPaths) -> list[dict[str, Any]]:
    """One row an ended round: number, verdict, and the headline metrics by title, each with value, low and high."""
    with open_snapshot(paths) as connection:
        metrics = read_metrics(connection, paths.run_id)
        verdicts = {row.round: row.verdict for row in read_rounds(connection, paths.run_id)}
    overall = {(m.round, m.name, m.purpose): m for m in metrics if m.problem_set == "all"}
    ks = sorted({int(m.name.removeprefix("pass_at_")) for m in metrics if m.name.startswith("pass_at_")})
    wanted = [*((f"pass_at_{k}", "eval") for k in ks), *_HEADLINES]
    return [
        {"round": round, "verdict": verdicts.get(round, "")}
        | {
            spec_of(name).title: {"value": found.value, "low": found.low, "high": found.high}
            for name, purpose in wanted
            if (found := overall.get((round, name, purpose))) is not None
        }
        for round in sorted({m.round for m in metrics})
    ]


def finding_table(paths: RunPaths) -> list[dict[str, Any]]:
    """One row a finding: its round, severity, name, and what was found."""
    with open_snapshot(paths) as connection:
        findings = read_findings(connection, paths.run_id)
    return [
        {"round": found.round, "severity": found.severity, "finding": found.name, "what was found": found.message}
        for found in findings
    ]


def headline_text(headline: Any) -> str:
    """`0.309 (0.227 to 0.398)`: a headline's value and, where it has one, its 95 % interval over problems."""
    if not isinstance(headline, dict):
        return str(headline)
    if headline["value"] is None:
        return ""
    text = f"{headline['value']:.4g}"
    return text if headline["low"] is None else f"{text} ({headline['low']:.3g} to {headline['high']:.3g})"


def _stage_state(stage: StagePaths, running: bool) -> dict[str, Any]:
    if stage.done.exists():
        done = read_json(stage.done)
        did = ", ".join(f"{count} {name}" for name, count in done["outcome"]["counts"].items())
        return {"state": "done", "time": duration(done["seconds"]), "what": did}
    progress = read_progress(stage.progress)
    return {"state": "running" if running else "stopped", "time": "", "what": describe(progress)}
