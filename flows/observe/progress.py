"""How far a round is: which stage is at work and how long it takes yet, as an artifact of the round and of its run."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from uuid import UUID

from flows.display import describe, duration
from flows.observe.artifacts import key_of
from flows.observe.board import Board, Shown
from reports.markdown import inline
from ssd_iter.run.outcome import parse_done
from ssd_iter.run.paths import RunPaths, StageName
from ssd_iter.run.plan import RoundPlan
from ssd_iter.run.progress import Progress

_LEAST_SECONDS = 5.0
_MOST_SECONDS = 30.0


class RoundProgress:
    """Shows a round's progress, as often as it is worth it: each stage's start, each percent, each half minute."""

    def __init__(self, board: Board, flow_runs: Sequence[UUID], paths: RunPaths, plan: RoundPlan, rounds: int) -> None:
        self._board = board
        self._flow_runs = flow_runs
        self._key = key_of(paths.run_id, "progress")
        self._title = f"Round {plan.round} of {rounds}"
        self._stages = [stage.stage for stage in plan.stages]
        self._expected = earlier_seconds(paths, plan)
        self._shown: tuple[StageName, float, float] | None = None
        self._began = time.monotonic()

    def look(self, stage: StageName, progress: Progress | None) -> None:
        """Show how far a stage is, if there is something new to show."""
        if stage not in self._stages:  # the round is looked at a second time
            self._stages.append(stage)
        percent = 100 * share_done(self._stages, self._expected, stage, fraction_done(progress))
        now = time.monotonic()
        if self._shown is not None:
            last_stage, last_percent, last_time = self._shown
            percent = max(percent, last_percent)
            news = percent >= last_percent + 1 or now - last_time >= _MOST_SECONDS
            if stage == last_stage and not (news and now - last_time >= _LEAST_SECONDS):
                return
        self._shown = stage, percent, now
        self._show(percent, self._text(stage, progress))

    def end(self, verdict: str) -> None:
        """The round has ended: all of it is done."""
        self._show(100.0, f"{verdict}, in {duration(time.monotonic() - self._began)}")

    def _text(self, stage: StageName, progress: Progress | None) -> str:
        place = f"{stage}, stage {self._stages.index(stage) + 1} of {len(self._stages)}"
        left = seconds_left(self._stages, self._expected, stage, progress)
        rest = "" if left is None else f"; about {duration(left)} left in the round"
        return f"{place}: {describe(progress)}{rest}"

    def _show(self, percent: float, text: str) -> None:
        description = inline(f"{self._title}: {text}")
        for flow_run in self._flow_runs:
            self._board.show(Shown(self._key, "progress", round(percent, 1), description, flow_run))


def earlier_seconds(paths: RunPaths, plan: RoundPlan) -> dict[StageName, float]:
    """How long each stage took in the latest earlier round that had it; without those that none had."""
    took: dict[StageName, float] = {}
    for stage in (*plan.stages, *plan.second_look):
        earlier = (paths.stage(round, stage.stage) for round in reversed(range(plan.round)))
        last = next((each for each in earlier if each.done.exists()), None)
        if last is not None:
            took[stage.stage] = parse_done(last).seconds
    return took


def fraction_done(progress: Progress | None) -> float:
    """How much of a stage is done, 0 to 1."""
    return 0.0 if progress is None or not progress.total else min(1.0, progress.done / progress.total)


def share_done(
    stages: Sequence[StageName], expected: Mapping[StageName, float], stage: StageName, fraction: float
) -> float:
    """How much of a round is done, 0 to 1: by the stages' expected seconds, where one is not known by their number."""
    known = all(expected.get(each, 0) > 0 for each in stages)
    weights = [expected[each] if known else 1.0 for each in stages]
    at = stages.index(stage)
    return (sum(weights[:at]) + fraction * weights[at]) / sum(weights)


def seconds_left(
    stages: Sequence[StageName], expected: Mapping[StageName, float], stage: StageName, progress: Progress | None
) -> float | None:
    """How long a round takes yet; None where a stage to come has never been timed."""
    later = stages[stages.index(stage) + 1 :]
    own = progress.seconds_left if progress is not None and progress.total else None
    if own is None and stage in expected:
        own = (1 - fraction_done(progress)) * expected[stage]
    if own is None or any(each not in expected for each in later):
        return None
    return own + sum(expected[each] for each in later)
