"""Rows and shards of a small run, and child processes that write or hold it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import pytest

from ssd_iter.records import Execution, Sample, Verdict
from ssd_iter.run.paths import RunPaths
from ssd_iter.run.shards import write_shard

CREATED_AT = datetime(2026, 11, 21, 12, 30, tzinfo=UTC)

READER = """
import sys
from pathlib import Path
from ssd_iter.run.paths import RunPaths
from stores.connection import attach, open_memory
with open_memory() as connection:
    attach(connection, RunPaths(Path(sys.argv[1])).database, "held", 5)
    print("ready", flush=True)
    sys.stdin.read()
"""

WriteGraded = Callable[..., None]
StartChild = Callable[..., AbstractContextManager["subprocess.Popen[str]"]]


@pytest.fixture
def paths(tmp_path: Path) -> RunPaths:
    return RunPaths(tmp_path / "runs [old] 'q'" / "demo-1")


@pytest.fixture
def write_graded(paths: RunPaths) -> WriteGraded:
    """Writes samples of one problem, and an execution of each whose verdict is not None, as one shard of each table."""

    def write(
        problem_id: str, *verdicts: str | None, problem_set: str = "humaneval", round: int = 0, purpose: str = "eval",
        root: RunPaths = paths,
    ) -> None:  # fmt: skip
        samples, executions = [], []
        for sample_idx, verdict in enumerate(verdicts):
            key = _key(problem_id, sample_idx, problem_set, round, purpose)
            samples.append(_sample(key))
            if verdict is not None:
                assert verdict in get_args(Verdict)
                executions.append(_execution(key, verdict))
        write_shard(root.shard("samples", round, f"{purpose}-{problem_id}"), samples, Sample)
        write_shard(root.shard("executions", round, f"{purpose}-{problem_id}"), executions, Execution)

    return write


@pytest.fixture
def child() -> StartChild:
    """Starts a Python child that runs `code`, hands it over once it has said `ready`, and kills it in the end."""

    @contextmanager
    def start(code: str, *arguments: Path | float) -> Iterator[subprocess.Popen[str]]:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(["", *sys.path])}
        process = subprocess.Popen(
            [sys.executable, "-c", code, *map(str, arguments)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment,
        )  # fmt: skip
        with process:
            assert process.stdout is not None and process.stdout.readline() == "ready\n"
            try:
                yield process
            finally:
                process.kill()

    return start


@pytest.fixture
def held_by_reader(paths: RunPaths, child: StartChild) -> Callable[[], AbstractContextManager[Any]]:
    """A context in which another process has the database open for reading."""
    return lambda: child(READER, paths.root)


def _key(problem_id: str, sample_idx: int, problem_set: str, round: int, purpose: str) -> dict[str, Any]:
    return {
        "run_id": "demo-1", "round": round, "purpose": purpose, "decode_id": "T0.6", "problem_id": problem_id,
        "sample_idx": sample_idx, "problem_set": problem_set,
    }  # fmt: skip


def _sample(key: dict[str, Any]) -> Sample:
    return Sample(
        **key, prompt="Write add.", completion="def add(a, b):\n    return a + b\n" * 20, prompt_token_ids=(1, 2),
        completion_token_ids=(3, 4, 5), finish_reason="stop", num_completion_tokens=3, sampled_from_round=0,
        engine="transformers", seed=7, created_at=CREATED_AT,
    )  # fmt: skip


def _execution(key: dict[str, Any], verdict: Any) -> Execution:
    has_code = verdict != "no_code"
    return Execution(
        **key, non_empty=True, closed_fence=has_code, extraction="ok" if has_code else "no_code:none", parses=has_code,
        complete=True, code="pass" if has_code else None, code_sha256=None, normal_sha256=None, verdict=verdict,
        detail="", num_tests=1, num_passed=int(verdict == "pass"), cpu_seconds=0.1, wall_seconds=0.1, isolation="ns",
        max_rss_mb=12.0, attempts=1, cached=False, inproc=False, limits_id="cpu3",
        behaviour_sha256=verdict if has_code else None,
    )  # fmt: skip
