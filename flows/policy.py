"""What follows from a round's verdict: the run goes on, ends, or goes back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flows.experiment import Experiment
from flows.rollback import roll_back
from flows.verdict import read_counts, settings_of
from ssd_iter.config.schema import RunConfig
from ssd_iter.decline.best_round import best_round
from ssd_iter.decline.panel import panel_of
from ssd_iter.decline.policy import COLLAPSED, Decision, decide
from ssd_iter.records import Event, Round
from ssd_iter.run.aside import call_aside
from ssd_iter.run.events import write_event
from ssd_iter.run.paths import RunPaths
from ssd_iter.run.shards import read_shards


def decision_of(paths: RunPaths, config: RunConfig, rows: Mapping[int, Round], line: Sequence[int]) -> Decision | None:
    """What the policy makes of the last round of `line`; None where it has not collapsed, or is to be gone on with and
    left no model to go on with."""
    last = rows[line[-1]]
    if last.verdict not in COLLAPSED:
        return None
    decision = decide(last.round, last.verdict, config.policy, best_so_far(paths, config, rows, line))
    if decision is None or (decision.action == "continue" and last.status == "ended"):
        return None
    return decision


def best_so_far(paths: RunPaths, config: RunConfig, rows: Mapping[int, Round], line: Sequence[int]) -> int:
    """The best round of a line: none that collapsed, left no model or is invalid, and the base where none is better."""
    never = [round for round in line if rows[round].verdict in COLLAPSED or rows[round].status == "ended"]
    never += call_aside("flows.invalid:invalid_rounds", paths)
    return best_round(panel_of(read_counts(paths, line), line), settings_of(config), never)


def follow_policy(experiment: Experiment, round: int) -> Decision | None:
    """Do what the policy says after a round, and return what that is.

    None where there is nothing to decide: the round has not collapsed, another one has ended since, or it is on record
    already what the next one follows.
    """
    paths, config = experiment.paths, experiment.config
    rows = {row.round: row for row in read_shards(paths.shard_files("rounds"), Round)}
    if round != max(rows) or round + 1 in experiment.rollbacks:
        return None
    decision = decision_of(paths, config, rows, experiment.lineage.line(round))
    if decision is None:
        return None
    said = [event.message for event in read_shards(paths.shard_files("events", round), Event) if event.kind == "policy"]
    if said[-1:] != [decision.why]:
        payload = {"action": decision.action, "to": decision.to}
        write_event(paths, round, "", "policy", decision.why, payload)
    if decision.to is not None and round < config.rounds:
        roll_back(paths, decision.to, config)
    return decision


def ends_run(config: RunConfig, last: Round) -> bool:
    """Whether no round follows a round: the policy stops there, or goes on where there is no model to go on with."""
    decision = decide(last.round, last.verdict, config.policy, best=0)
    action = decision.action if decision else "continue"
    return action == "stop" or (action == "continue" and last.status == "ended")
