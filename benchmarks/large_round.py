"""What a round of 10,000 samples costs beside its stage processes: `python benchmarks/large_round.py [FILE.json]`.

Bar: 20 s. The completions are recorded ones (820 of SmolLM2 on HumanEval, tests/data), used again and again; the stages
are marked as done, so that what is left is the flow: reading plans and shards, ingestion, metrics, findings, pages.
"""

from __future__ import annotations

import gzip
import json
import sys
import tempfile
import time
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path

from flows.experiment import create_run
from flows.round import run_round
from flows.server import prefect_server
from ssd_iter.config.load import validate
from ssd_iter.filtering import stage as filtering
from ssd_iter.filtering.extraction import facts
from ssd_iter.problems.rows import read_problems
from ssd_iter.records import Execution, Sample, TestResult
from ssd_iter.run.outcome import Done, StageOutcome, write_done
from ssd_iter.run.paths import RunPaths, write_json
from ssd_iter.run.plan import FilterPlan, GeneratePlan, GradePlan, RoundPlan, TrainPlan
from ssd_iter.run.progress import ProgressFile
from ssd_iter.run.shards import read_shards, write_shard

RECORDED = Path(__file__).parents[1] / "tests" / "data" / "smollm2_humaneval.jsonl.gz"
CONFIG = {
    "name": "large",
    "rounds": 1,
    "model": {"path": "smollm2-135m-instruct"},
    "problems": {"train": ["fresh:train?n=3440&levels=0-1"], "evaluate": ["humaneval"], "fresh_seed": 1},
    "sample": {"max_tokens": 384},
    "evaluate": {"num_samples": 40, "max_tokens": 384, "k": [1, 10]},
}


def fill_round(paths: RunPaths, plan: RoundPlan) -> int:
    """Put the rows of a whole round in place; returns how many samples were drawn in it."""
    count = 0
    for stage in plan.stages:
        now = time.time()
        outcome = StageOutcome({"tokens": 1, "pairs": 1} if isinstance(stage, TrainPlan) else {})
        if isinstance(stage, GeneratePlan):
            count = write_samples(paths, stage)
        elif isinstance(stage, FilterPlan):
            paths.stage(stage.round, stage.stage).folder.mkdir(parents=True, exist_ok=True)
            outcome = filtering.run(stage, paths, ProgressFile(paths.stage(stage.round, stage.stage).progress))
        elif isinstance(stage, GradePlan):
            write_executions(paths, stage.round)
        write_json(paths.stage(stage.round, stage.stage).plan, stage.model_dump(mode="json"))
        write_done(paths.stage(stage.round, stage.stage), Done(stage.digest, 1.0, now, outcome))
    return count


def write_samples(paths: RunPaths, plan: GeneratePlan) -> int:
    with gzip.open(RECORDED, "rt") as lines:
        recorded = cycle([json.loads(line) for line in lines])
    count = 0
    for shard in plan.shards:
        rows = []
        for problem_id in shard.problem_ids:
            for idx in range(shard.decode.num_samples):
                told, now = next(recorded), datetime.now(UTC)
                rows.append(
                    Sample(
                        run_id=plan.run_id, round=shard.round, purpose=shard.purpose, decode_id=shard.decode.decode_id,
                        problem_id=problem_id, sample_idx=idx, problem_set=problem_id.partition("/")[0],
                        prompt="prompt " * 60, completion=told["text"], prompt_token_ids=tuple(range(200)),
                        completion_token_ids=tuple(range(told["completion_tokens"])),
                        finish_reason=told["finish_reason"], num_completion_tokens=told["completion_tokens"],
                        sampled_from_round=plan.round, engine=plan.engine, seed=shard.seed, created_at=now,
                    )
                )  # fmt: skip
        write_shard(paths.shard("samples", shard.round, shard.writer), rows, Sample)
        count += len(rows)
    return count


def write_executions(paths: RunPaths, round: int) -> None:
    entry_points = {problem.problem_id: problem.entry_point for problem in read_problems(paths, "eval")}
    for file in paths.shard_files("samples", round):
        if file.name.startswith("eval-"):
            rows, tests = [], []
            for sample in read_shards([file], Sample):
                known = facts(sample, entry_points[sample.problem_id], "entry_point")
                verdict = "no_code" if known.code is None else "pass" if sample.sample_idx % 7 == 0 else "wrong"
                fields = {name: getattr(known, name) for name in known.__dataclass_fields__}
                key = {name: fields[name] for name in TestResult.__dataclass_fields__ if name in fields}
                rows.append(
                    Execution(
                        **fields, verdict=verdict, detail="", num_tests=1, num_passed=int(verdict == "pass"),
                        cpu_seconds=0.1, wall_seconds=0.1, isolation="ns",
                        max_rss_mb=12.0, attempts=1, cached=False, inproc=False, limits_id="cpu3",
                        behaviour_sha256=known.code_sha256,
                    )
                )  # fmt: skip
                tests.append(TestResult(**key, test_idx=0, verdict=verdict, detail="", cpu_seconds=0.1))
            write_shard(paths.shard("executions", round, file.stem), rows, Execution)
            write_shard(paths.shard("test_results", round, file.stem), tests, TestResult)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        experiment = create_run(validate(CONFIG, "the benchmark"), "", Path(folder))
        table: dict[str, float] = {}
        with prefect_server(experiment.paths):
            for round in (0, 1):
                drawn = fill_round(experiment.paths, experiment.plan(round))
                began = time.perf_counter()
                run_round(str(experiment.paths.root), round)
                table[f"round {round}"] = time.perf_counter() - began
                print(f"round {round}: {drawn:6} samples drawn, {table[f'round {round}']:6.1f} s beside the stages")
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(json.dumps(table, indent=2))


if __name__ == "__main__":
    main()
