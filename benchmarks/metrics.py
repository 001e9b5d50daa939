"""What all metrics of a run take: `python benchmarks/metrics.py [--problems 100 1000 10000] [--out FILE]`.

Bars: a million samples (10,000 problems x 10 samples x 10 rounds) in 10 minutes and 4 GB, and a time per sample that
does not grow from 10^4 to 10^6. Rounds are made up: programs of several kinds a problem, whose chances sharpen from
round to round, about 170 tokens a completion, one in 15 that does not parse; on top of the evaluation samples, one
training sample a problem. They are written as shards and read back as a run does, each size in a process of its own;
timed is `round_metrics` alone. The hash of a program's tree is made by the stages `filter` and `grade`: it is timed
apart.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from ssd_iter.filtering.normalise import normal_sha256
from ssd_iter.metrics.drift import Written
from ssd_iter.metrics.round_metrics import RoundRows, round_metrics
from ssd_iter.records import Execution, FilterVerdict, Metric, Sample
from ssd_iter.run.shards import read_shards, write_shard

NUM_ROUNDS, NUM_SAMPLES, NUM_KINDS = 10, 10, 12
BAR_SECONDS, BAR_MB = 600, 4000
NOW = datetime(2026, 11, 21, tzinfo=UTC)
KS = (1, 5)
LINES = (
    "total = {n}", "result = []", "for i, item in enumerate({a}):", "if {b} % {n} == 0:", "total += {b} * {n}",
    "result.append({b} + {n})", "seen = {{item: {b}.get(item, {n}) for item in {a}}}", "while {b} > {n}:",
    "{b} = {b} // 2 - {n}", "result.sort(key=lambda pair: pair[{n}])", "total = max(total, {n}) - len({a})",
    "left, right = {n}, len({a}) - 1", "{a}[left], {a}[right] = {a}[right], {a}[left]", "value = int({b}[{n}:])",
    "text = ' '.join(str(x) for x in {a} if x != {n})",
)  # fmt: skip
WORDS = re.compile(r"\w+|\s+|[^\w\s]")


def program(problem: int, kind: int, parses: bool) -> str:
    """One program: the kind decides its lines, the same problem its name and numbers."""
    dice = np.random.default_rng((problem, kind))
    names = {"a": ("values", "items", "xs", "numbers")[kind % 4], "b": ("limit", "k", "table", "n")[problem % 4]}
    lines = [line.format(n=dice.integers(10), **names) for line in dice.choice(LINES, size=dice.integers(4, 12))]
    body = "".join(f"    {line}\n{'        pass' * line.endswith(':')}\n" for line in lines)
    return f"def solve_{problem}({names['a']}, {names['b']}{')' if parses else ''}:\n{body}    return {kind}\n"


def rows_of(problem: int, round: int, purpose: str, count: int, ids: dict[str, int]) -> Iterator[tuple[Any, Any]]:
    """Samples of one problem with what was judged of them."""
    dice = np.random.default_rng((problem, round, len(purpose)))
    weights = np.random.default_rng(problem).exponential(size=NUM_KINDS) ** (1 + 0.1 * round)
    for index, kind in enumerate(dice.choice(NUM_KINDS, count, p=weights / weights.sum())):
        parses = bool(dice.random() > 1 / 15)
        code = program(problem, int(kind), parses)
        text = f"Here is a function for problem {problem}, in {dice.integers(100)} words.\n```python\n{code}```\n"
        tokens = tuple(ids.setdefault(word, len(ids)) for word in WORDS.findall(text))
        key: dict[str, Any] = {
            "run_id": "made", "round": round, "purpose": purpose, "decode_id": "T1-k0-p1-m384", "sample_idx": index,
            "problem_id": f"made/test/{problem}", "problem_set": "made",
        }  # fmt: skip
        yield (
            Sample(
                **key, prompt="Write a function. " * 16, prompt_token_ids=tuple(range(500, 580)), completion=text,
                completion_token_ids=tokens, num_completion_tokens=len(tokens), finish_reason="stop", seed=1,
                sampled_from_round=round, engine="made", created_at=NOW,
            ),
            judged(key, code, f"{problem} {kind}" if parses else None, int(kind)),
        )  # fmt: skip


def judged(key: dict[str, Any], code: str, tree: str | None, kind: int) -> Execution | FilterVerdict:
    """A made-up verdict: two kinds of three pass."""
    sha256 = hashlib.sha256(code.encode()).hexdigest()
    form: dict[str, Any] = {
        "non_empty": True, "closed_fence": True, "extraction": "ok", "parses": tree is not None, "complete": True,
        "code": code, "code_sha256": sha256, "normal_sha256": tree and hashlib.sha256(tree.encode()).hexdigest(),
    }  # fmt: skip
    if key["purpose"] == "train":
        return FilterVerdict(**key, **form, keep=tree is not None, reason=None if tree else "syntax")
    return Execution(
        **key, **form, verdict=("pass" if kind % 3 else "wrong") if tree else "syntax", detail="", num_tests=3,
        num_passed=3, cpu_seconds=0.1, wall_seconds=0.1, max_rss_mb=12.0, attempts=1, cached=False, inproc=False,
        isolation="ns", limits_id="made", behaviour_sha256=str(kind // 2) if tree else "syntax",
    )  # fmt: skip


def write_round(folder: Path, round: int, num_problems: int, ids: dict[str, int]) -> None:
    """Shards of a thousand problems each."""
    for first in range(0, num_problems, 1000):
        drawn = {
            purpose: [
                pair
                for problem in range(first, min(first + 1000, num_problems))
                for pair in rows_of(problem, round, purpose, count, ids)
            ]
            for purpose, count in (("eval", NUM_SAMPLES), ("train", 1 if round else 0))
        }
        for purpose, pairs in drawn.items():
            write_shard(folder / f"samples-{round}-{purpose}-{first:05d}", [sample for sample, _ in pairs], Sample)
            row_type = Execution if purpose == "eval" else FilterVerdict
            write_shard(folder / f"judged-{round}-{purpose}-{first:05d}", [row for _, row in pairs], row_type)


def read_round(folder: Path, round: int, earlier: list[Metric]) -> RoundRows:
    """As `flows.round` does."""

    def found(pattern: str) -> list[Path]:
        return sorted(folder.glob(pattern))

    def written(number: int) -> list[Written]:
        return read_shards(found(f"samples-{number}-eval-*"), Written)

    base = written(0) if round else []
    return RoundRows(
        run_id="made",
        round=round,
        samples=read_shards(found(f"samples-{round}-*"), Sample),
        filter_verdicts=read_shards(found(f"judged-{round}-train-*"), FilterVerdict),
        executions=read_shards(found(f"judged-{round}-eval-*"), Execution),
        train_steps=[],
        num_train_pairs=None,
        stage_seconds={},
        base_samples=base,
        parent_samples=written(round - 1) if round > 1 else base,
        earlier_metrics=[metric for metric in earlier if metric.round < 2],
    )


def measure(num_problems: int) -> dict[str, float]:
    """All rounds of one size, in this process."""
    ids: dict[str, int] = {}
    metrics: list[Metric] = []
    seconds = cpu_seconds = 0.0
    with tempfile.TemporaryDirectory() as folder:
        for round in range(NUM_ROUNDS):
            write_round(Path(folder), round, num_problems, ids)
            rows = read_round(Path(folder), round, metrics)
            began, began_cpu = time.perf_counter(), time.process_time()
            metrics += round_metrics(rows, KS)
            seconds += time.perf_counter() - began
            cpu_seconds += time.process_time() - began_cpu
    samples = NUM_ROUNDS * NUM_SAMPLES * num_problems
    tokens = next(m.value for m in metrics if m.name == "mean_completion_tokens" and m.value is not None)
    return {
        "problems": num_problems,
        "samples": samples,
        "tokens_per_sample": tokens,
        "undefined": sum(metric.value is None for metric in metrics if metric.round > 1),
        "seconds": seconds,
        "cpu_seconds": cpu_seconds,
        "samples_per_second": samples / seconds,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def hashes_per_second() -> float:
    """Programs whose trees are hashed in a second, by one process."""
    codes = [program(problem, kind, True) for problem in range(100) for kind in range(NUM_KINDS)]
    began = time.perf_counter()
    if None in [normal_sha256(code) for code in codes]:
        raise SystemExit("a made-up program does not parse")
    return len(codes) / (time.perf_counter() - began)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--problems", type=int, nargs="+", default=[100, 1000, 10_000], help="one size each")
    parser.add_argument("--out", type=Path, help="JSON file for the numbers")
    parser.add_argument("--here", action="store_true", help="measure the first size in this process; prints JSON")
    given = parser.parse_args()
    if given.here:
        print(json.dumps(measure(given.problems[0])))
        return
    sizes = []
    for num_problems in given.problems:
        command = [sys.executable, __file__, "--here", "--problems", str(num_problems)]
        printed = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
        sizes.append(json.loads(printed))
        line = (
            "{samples:9,} samples  {seconds:6.1f} s  {cpu_seconds:6.1f} s of CPU  {samples_per_second:6.0f} samples/s"
        )
        print((line + "  {peak_mb:5.0f} MB").format(**sizes[-1]), flush=True)
    hashed = hashes_per_second()
    print(f"hash of a program's tree: {hashed:,.0f} programs/s")
    if given.out:
        given.out.write_text(json.dumps({"sizes": sizes, "hashes_per_second": hashed}, indent=2) + "\n")
    if max(size["seconds"] for size in sizes) > BAR_SECONDS or max(size["peak_mb"] for size in sizes) > BAR_MB:
        raise SystemExit(f"more than {BAR_SECONDS} s or {BAR_MB} MB")


if __name__ == "__main__":
    main()
