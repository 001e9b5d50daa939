"""Stage `filter`: every training sample of the round gets a verdict, kept or a reason."""

from __future__ import annotations

from collections import Counter

from ssd_iter.filtering.apply import apply_rules
from ssd_iter.filtering.extraction import facts
from ssd_iter.problems.rows import read_problems
from ssd_iter.records import FilterVerdict, Sample
from ssd_iter.run.outcome import StageFinding, StageOutcome
from ssd_iter.run.paths import RunPaths
from ssd_iter.run.plan import FilterPlan
from ssd_iter.run.progress import ProgressFile
from ssd_iter.run.shards import read_shards, write_shard


def run(plan: FilterPlan, paths: RunPaths, progress: ProgressFile) -> StageOutcome:
    """Judge the round's training samples; a round in which nothing is kept ends with a finding."""
    entry_points = {problem.problem_id: problem.entry_point for problem in read_problems(paths, "train")}
    samples = read_shards(paths.shard_files("samples", plan.round), Sample)
    samples = [sample for sample in samples if sample.purpose == "train"]
    progress.begin(len(samples), "samples")
    judged = [(facts(s, entry_points[s.problem_id], plan.filter.extraction), s.completion) for s in samples]
    verdicts = apply_rules(judged, plan.filter)
    write_shard(paths.shard("filter_verdicts", plan.round, "filter"), verdicts, FilterVerdict)
    progress.advance(len(samples))
    counts = {"samples": len(samples), "kept": sum(verdict.keep for verdict in verdicts)}
    if counts["kept"]:
        return StageOutcome(counts)
    reasons = ", ".join(f"{reason} {n}" for reason, n in Counter(v.reason for v in verdicts).most_common())
    message = f"none of {len(samples)} samples was kept ({reasons}): there is nothing to train on"
    return StageOutcome(counts, StageFinding("empty_training_set", "error", message, ends_round=True))
